/** Decides which two neighbouring layers can be joined into one layer, and computes that layer. */
import type { Layer, LayerOf, Padding } from "./layers.js";

/** A layer with its parameters by what they are to it: weight, bias, … */
export interface FoldedLayer {
  readonly layer: Layer;
  readonly parameters: Readonly<Record<string, Float32Array>>;
}

/** The layer before anything is joined to it; a batch normalisation becomes a factor and an offset a channel. */
export function startFold(layer: Layer, parameter: (part: string) => Float32Array): FoldedLayer {
  const pick = (...parts: string[]) => Object.fromEntries(parts.map((part) => [part, parameter(part)]));
  switch (layer.kind) {
    case "conv":
    case "transposedConv":
    case "depthwiseConv":
    case "dense":
      return { layer, parameters: pick("weight", ...(layer.bias ? ["bias"] : [])) };
    case "batchNorm":
      return { layer: { kind: "scaleAndBias" }, parameters: runningNorm(layer.epsilon, parameter) };
    case "instanceNorm":
    case "scaleAndBias":
      return { layer, parameters: pick("scale", "bias") };
    case "prelu":
      return { layer, parameters: pick("slope") };
    default:
      return { layer, parameters: {} };
  }
}

/** @returns the one layer, or undefined where two layers are needed */
export function foldLayers(first: FoldedLayer, second: FoldedLayer): FoldedLayer | undefined {
  const scaling = scalingOf(second);
  if (scaling && isWeighted(first.layer)) return scaleWeights(first.layer, first.parameters, scaling);
  if (first.layer.kind === "affine" && second.layer.kind === "affine") {
    return { layer: joinAffine(first.layer, second.layer), parameters: {} };
  }
  if (first.layer.kind === "pad") return padBefore(first.layer.padding, second);
  const layer = joinBounds(boundsOf(first.layer), boundsOf(second.layer));
  return layer && { layer, parameters: {} };
}

type Weighted = LayerOf<"conv"> | LayerOf<"transposedConv"> | LayerOf<"depthwiseConv"> | LayerOf<"dense">;

/** A factor and an offset: one number each, or one a channel. */
interface Scaling {
  readonly scale: ArrayLike<number>;
  readonly offset: ArrayLike<number>;
}

/** (x - mean) / √(variance + ε) · scale + bias. */
function runningNorm(epsilon: number, parameter: (part: string) => Float32Array) {
  const [scale, bias, mean, variance] = ["scale", "bias", "mean", "variance"].map(parameter) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const factor = Array.from(scale, (value, i) => value / Math.sqrt(variance[i] + epsilon));
  return {
    scale: Float32Array.from(factor),
    bias: bias.map((value, i) => value - mean[i] * factor[i]),
  };
}

function scalingOf({ layer, parameters }: FoldedLayer): Scaling | undefined {
  if (layer.kind === "affine") return layer;
  if (layer.kind === "scaleAndBias") return { scale: parameters.scale, offset: parameters.bias };
  return undefined;
}

function isWeighted(layer: Layer): layer is Weighted {
  return ["conv", "transposedConv", "depthwiseConv", "dense"].includes(layer.kind);
}

function scaleWeights(
  layer: Weighted,
  { weight, bias }: FoldedLayer["parameters"],
  { scale, offset }: Scaling,
): FoldedLayer {
  const filters = filterCount(layer, weight);
  const at = (values: ArrayLike<number>, filter: number) => values[values.length === 1 ? 0 : filter];
  // A transposed convolution's weight is [C, filters, …], every other one's [filters, …].
  const taps = layer.kind === "transposedConv" ? layer.kernel[0] * layer.kernel[1] : weight.length / filters;
  const scaled = weight.slice();
  for (let start = 0; start < scaled.length; start += taps) {
    const factor = at(scale, (start / taps) % filters);
    for (let i = start; i < start + taps; i++) scaled[i] *= factor;
  }
  const moved = Float32Array.from({ length: filters }, (_, filter) => {
    return (bias?.[filter] ?? 0) * at(scale, filter) + at(offset, filter);
  });
  const keepsNone = !layer.bias && moved.every((value) => value === 0);
  return keepsNone
    ? { layer, parameters: { weight: scaled } }
    : { layer: { ...layer, bias: true }, parameters: { weight: scaled, bias: moved } };
}

function filterCount(layer: Weighted, weight: Float32Array): number {
  if (layer.kind === "dense") return layer.units;
  if (layer.kind === "depthwiseConv") return weight.length / (layer.kernel[0] * layer.kernel[1]);
  return layer.filters;
}

function joinAffine(first: LayerOf<"affine">, second: LayerOf<"affine">): LayerOf<"affine"> {
  const all = [first.scale, first.offset, second.scale, second.offset];
  const length = Math.max(...all.map((values) => values.length));
  const [a, b, c, d] = all.map((values) => (i: number) => values[values.length === 1 ? 0 : i]) as [
    (i: number) => number,
    (i: number) => number,
    (i: number) => number,
    (i: number) => number,
  ];
  const channels = Array.from({ length }, (_, i) => i);
  return {
    kind: "affine",
    scale: channels.map((i) => c(i) * a(i)),
    offset: channels.map((i) => c(i) * b(i) + d(i)),
  };
}

function padBefore(outer: Padding, { layer, parameters }: FoldedLayer): FoldedLayer | undefined {
  if (layer.kind !== "conv" && layer.kind !== "depthwiseConv" && layer.kind !== "pad") return undefined;
  const padding = layer.padding.map((side, i) => side + outer[i]) as unknown as Padding;
  return { layer: { ...layer, padding }, parameters };
}

type Bounds = readonly [minimum: number, maximum: number];

function boundsOf(layer: Layer): Bounds | undefined {
  if (layer.kind === "relu") return [0, Infinity];
  if (layer.kind === "clip") return [layer.minimum ?? -Infinity, layer.maximum ?? Infinity];
  return undefined;
}

function joinBounds(inner: Bounds | undefined, outer: Bounds | undefined): Layer | undefined {
  if (!inner || !outer) return undefined;
  const [minimum, maximum] = inner.map((bound) => Math.min(Math.max(bound, outer[0]), outer[1])) as [
    number,
    number,
  ];
  if (minimum >= maximum) return undefined; // a constant, which no layer is
  if (minimum === 0 && maximum === Infinity) return { kind: "relu" };
  return {
    kind: "clip",
    ...(minimum === -Infinity ? {} : { minimum }),
    ...(maximum === Infinity ? {} : { maximum }),
  };
}
