/**
 * Divisions of vectors by their lengths. Files write them as single operators: squares, sum, root, bound, repetition,
 * quotient.
 */
import type { Feature, Length } from "./feature.js";
import type { Converter, Operation } from "./operation.js";

export const reduceL2: Converter = (op) => lengthOf(op, op.settled(), false);

/** Sums over channels; only a sum of squares can be read. */
export const reduceSum: Converter = (op) => {
  const { squareOf, axes, shape } = op.feature();
  if (!squareOf) return op.fail("squares, whose root is a length,", "other numbers");
  if (squareOf.axes !== axes || `${squareOf.shape}` !== `${shape}`)
    op.fail("squares as they were computed", "squares in another shape");
  return lengthOf(op, op.settled(squareOf), true);
};

function lengthOf(op: Operation, of: Feature, squared: boolean): Length {
  const axes = op.list("axes", 1)?.map((axis) => op.axis(axis, of.shape.length));
  if (axes?.length !== 1 || of.axes[axes[0]] !== "C")
    op.fail("the axis of the channels", `[${axes ?? "all"}]`);
  const keeps = op.integer("keepdims", 1) === 1;
  const kept = of.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const shape = keeps ? kept : of.shape.filter((_, axis) => !axes.includes(axis));
  return { kind: "length", of, shape, squared, epsilon: 0 };
}

/** The most that may be added to a length or its square: in single precision it changes neither. */
const nothing = 1e-10;

/** Puts a lower bound, a constant, on a length or its square, or takes the root of the square. */
export function boundedLength(op: Operation, how: "maximum" | "sum" | "root"): Length {
  const length = op.values.find((value) => value?.kind === "length") as Length;
  if (how === "root") {
    if (!length.squared) op.fail("the root of squares", "the root of a length");
    return { ...length, squared: false, epsilon: Math.sqrt(length.epsilon) };
  }
  const constant = op.values.find((value) => value?.kind === "constant");
  const bound =
    constant?.kind === "constant" && constant.values.length === 1 ? constant.values[0] : Number.NaN;
  if (how === "sum") {
    if (!(Math.abs(bound) <= nothing)) op.fail(`at most ${nothing} added to a length`, `${bound}`);
    return length;
  }
  if (!(bound >= 0)) op.fail("one bound of at least 0", `${bound}`);
  return { ...length, epsilon: Math.max(length.epsilon, bound) };
}

export const root: Converter = (op) => {
  if (op.values[0]?.kind !== "length") op.fail("a sum of squares", "other numbers");
  return boundedLength(op, "root");
};

/** x / max(|x|, ε). */
export function normalised(op: Operation): Feature {
  const length = op.values[1] as Length;
  const x = op.settled();
  if (length.of.node !== x.node || length.squared) op.fail("the length of what it divides", "another");
  if (length.shape.length !== x.shape.length) op.fail("a length for each vector", op.written(length.shape));
  return op.add({ kind: "l2Normalise", epsilon: length.epsilon }, [x]);
}

export const lpNormalisation: Converter = (op) => {
  const x = op.settled();
  const axis = op.axis(op.integer("axis", -1), x.shape.length);
  if (op.integer("p", 2) !== 2 || x.axes[axis] !== "C") op.fail("p 2 along the channels", `axis ${axis}`);
  return op.add({ kind: "l2Normalise", epsilon: 0 }, [x]);
};
