/** Activations and normalisations. */
import type { Layer } from "../layers.js";
import { applyAffine, channelNumbers } from "./convert-affine.js";
import { boundedLength } from "./convert-lengths.js";
import type { Feature } from "./feature.js";
import type { Converter, Operation } from "./operation.js";

export const pointwise =
  (layer: Layer): Converter =>
  (op) =>
    op.pointwise(layer);

export const leakyRelu: Converter = (op) => {
  const slope = op.number("alpha", 0.01);
  return slope > 0 ? op.pointwise({ kind: "leakyRelu", slope }) : withSlopes(op, op.settled(), [slope]);
};

export const prelu: Converter = (op) => {
  const x = op.settled();
  const slope = op.constant(1);
  const channels = x.shape[x.axes.indexOf("C")];
  // Old exporters leave out the axes of space; by ONNX's rules each slope would then belong to a column.
  const oneAxis = x.shape.length === 4 && slope.shape.length === 1 && slope.values.length === channels;
  if (oneAxis && channels > 1 && channels === x.shape[3]) op.fail("slopes [C, 1, 1]", `[${slope.shape}]`);
  return withSlopes(op, x, oneAxis ? slope.values : channelNumbers(op, slope, x));
};

function withSlopes(op: Operation, x: Feature, slopes: ArrayLike<number>): Feature {
  const channels = x.shape[x.axes.indexOf("C")];
  const slope = Float32Array.from({ length: channels }, (_, i) => slopes[slopes.length === 1 ? 0 : i]);
  return op.add({ kind: "prelu", initialSlope: 0.25 }, [x], undefined, { slope });
}

export const clip: Converter = (op) => {
  const bound = (index: number, name: string) => {
    const given = op.optionalConstant(index)?.values[0] ?? op.attribute(name)?.f;
    // Exporters write the largest number where there is no bound.
    return given === undefined || Math.abs(given) > 3e38 ? undefined : given;
  };
  const [minimum, maximum] = [bound(1, "min"), bound(2, "max")];
  if (op.values[0]?.kind === "length") {
    return maximum === undefined && minimum !== undefined
      ? boundedLength(op, "maximum")
      : op.fail("a bound from below", "others");
  }
  if (minimum === undefined && maximum === undefined) return op.feature();
  return op.pointwise({
    kind: "clip",
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  });
};

export const hardSigmoid: Converter = (op) =>
  hardSigmoidOf(op, op.number("alpha", 0.2), op.number("beta", 0.5));

/** x · max(0, min(1, x / 6 + 1/2)). */
export const hardSwish: Converter = (op) => {
  const x = op.feature();
  return { ...op.add({ kind: "multiply" }, [x, hardSigmoidOf(op, 1 / 6, 0.5)]), shape: x.shape };
};

function hardSigmoidOf(op: Operation, scale: number, offset: number): Feature {
  const line = op.pointwise({ kind: "affine", scale: [scale], offset: [offset] });
  return op.pointwise({ kind: "clip", minimum: 0, maximum: 1 }, line);
}

export const softmax: Converter = (op) => {
  const x = op.settled();
  const axis = op.axis(op.integer("axis", op.context.opset < 13 ? 1 : -1), x.shape.length);
  // Before version 13 this axis and all after it count as one.
  const after = op.context.opset < 13 ? x.shape.slice(axis + 1) : [];
  if (x.axes[axis] !== "C" || after.some((length) => length !== 1)) {
    op.fail("the axis of the channels", `axis ${axis} of ${op.written(x.shape)}`);
  }
  return op.add({ kind: "softmax" }, [x]);
};

export const batchNormalisation: Converter = (op) => {
  if (op.integer("training_mode", 0)) op.fail("statistics of its own", "`training_mode`");
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((i) => channelParameter(op, i)) as Parameters;
  const factor = scale.map((value, i) => value / Math.sqrt(variance[i] + op.number("epsilon", 1e-5)));
  return applyAffine(op, 0, { scale: factor, offset: bias.map((b, i) => b - mean[i] * factor[i]) }, true);
};

type Parameters = [Float64Array, Float64Array, Float64Array, Float64Array];

export const instanceNormalisation: Converter = (op) => {
  const x = op.image();
  const [scale, bias] = [1, 2].map((i) => Float32Array.from(channelParameter(op, i))) as [
    Float32Array,
    Float32Array,
  ];
  const layer = { kind: "instanceNorm", epsilon: op.number("epsilon", 1e-5) } as const;
  return op.add(layer, [x], undefined, { scale, bias });
};

/** A constant of one number a channel, which is the second axis of the input. */
function channelParameter(op: Operation, index: number): Float64Array {
  const { values } = op.constant(index);
  const channels = op.feature().shape[1];
  if (op.settled().axes[1] !== "C") op.fail("channels as the second axis", op.settled().axes);
  if (values.length !== channels) op.fail(`${channels} numbers a parameter`, `${values.length}`);
  return Float64Array.from(values);
}
