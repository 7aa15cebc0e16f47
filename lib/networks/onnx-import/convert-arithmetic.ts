/** Sums, products and comparisons: of two tensors, or of one with constants. */
import { applyAffine, channelNumbers } from "./convert-affine.js";
import { boundedLength, normalised } from "./convert-lengths.js";
import type { Feature } from "./feature.js";
import type { Converter, Operation } from "./operation.js";

export const add: Converter = (op) => {
  const constant = constantSide(op);
  if (constant === undefined) return op.add({ kind: "add" }, settledPair(op));
  if (op.values[1 - constant]?.kind === "length") return boundedLength(op, "sum");
  return applyAffine(op, 1 - constant, { scale: [1], offset: numbers(op, constant) });
};

export const subtract: Converter = (op) => {
  const constant = constantSide(op);
  if (constant === 0) return applyAffine(op, 1, { scale: [-1], offset: numbers(op, 0) });
  if (constant === 1) return applyAffine(op, 0, { scale: [1], offset: numbers(op, 1).map((x) => -x) });
  const [one, other] = settledPair(op);
  return op.add({ kind: "add" }, [one, negative(op, other)]);
};

export const multiply: Converter = (op) => {
  const constant = constantSide(op);
  if (constant !== undefined) {
    return applyAffine(op, 1 - constant, { scale: numbers(op, constant), offset: [0] });
  }
  const [one, other] = settledPair(op);
  const product = op.add({ kind: "multiply" }, [one, other]);
  return one.node === other.node ? { ...product, squareOf: one } : product;
};

export const divide: Converter = (op) => {
  if (op.values[1]?.kind === "length") return normalised(op);
  const constant = constantSide(op);
  if (constant !== 1) op.fail("a constant or a length as what divides", "other numbers");
  return applyAffine(op, 0, { scale: numbers(op, 1).map((x) => 1 / x), offset: [0] });
};

export const negate: Converter = (op) => applyAffine(op, 0, { scale: [-1], offset: [0] });

/** Squares a value: that of a vector on the way to its length, or any other. */
export const power: Converter = (op) => {
  const exponent = op.constant(1).values;
  if (exponent.length !== 1) op.fail("one exponent", `${exponent.length}`);
  if (exponent[0] === 0.5 && op.values[0]?.kind === "length") return boundedLength(op, "root");
  if (exponent[0] === 1) return op.feature();
  if (exponent[0] !== 2) op.fail("the exponent 2", `${exponent[0]}`);
  const x = op.feature();
  return { ...op.add({ kind: "multiply" }, [x, x]), shape: x.shape, squareOf: x };
};

export const maximum: Converter = (op) => extremes(op, 1);
export const minimum: Converter = (op) => extremes(op, -1);

/** min(x, y) = -max(-x, -y). */
function extremes(op: Operation, sign: 1 | -1) {
  const constant = constantSide(op);
  if (constant !== undefined && op.values.length === 2) {
    if (op.values[1 - constant]?.kind === "length" && sign === 1) return boundedLength(op, "maximum");
    const { values } = op.constant(constant);
    if (values.length !== 1) op.fail("one constant number", `${values.length}`);
    return op.pointwise(
      { kind: "clip", [sign === 1 ? "minimum" : "maximum"]: values[0] },
      op.feature(1 - constant),
    );
  }
  const signed = (x: Feature) => (sign === 1 ? x : negative(op, x));
  const xs = op.values.map((_, i) => signed(op.settled(op.feature(i))));
  return signed(xs.reduce((one, other) => op.add({ kind: "maximum" }, [one, other])));
}

function negative(op: Operation, x: Feature): Feature {
  return op.pointwise({ kind: "affine", scale: [-1], offset: [0] }, x);
}

function constantSide(op: Operation): 0 | 1 | undefined {
  if (op.values[0]?.kind === "constant") return 0;
  return op.values[1]?.kind === "constant" ? 1 : undefined;
}

function numbers(op: Operation, constant: 0 | 1): number[] {
  const given = op.constant(constant);
  if (given.values.length === 1) return [given.values[0]];
  return Array.from(channelNumbers(op, given, op.settled(op.feature(1 - constant))));
}

function settledPair(op: Operation): [Feature, Feature] {
  const pair = [op.feature(0), op.feature(1)] as const;
  // One number a channel, from a pooling, is brought to the shape of the image that it meets.
  const axes = pair.find((x) => x.shape.length === 4 && x.axes.length === 4)?.axes;
  const [one, other] = pair.map((x) => op.settled(x, axes)) as [Feature, Feature];
  if (one.shape.length !== other.shape.length) {
    op.fail("two images or two vectors", `${op.written(one.shape)} and ${op.written(other.shape)}`);
  }
  return [one, other];
}
