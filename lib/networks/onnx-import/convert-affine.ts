/**
 * Sums and products with constants, and batch normalisations, which are that when they no longer learn. What follows a
 * convolution directly becomes part of its weights.
 */
import type { LayerOf } from "../layers.js";
import type { Feature } from "./feature.js";
import type { Parts } from "./network-under-way.js";
import type { Operation } from "./operation.js";
import type { Constant } from "./read-tensor.js";

/** scale · x + offset: one number, or one a channel. */
export interface Affine {
  readonly scale: ArrayLike<number>;
  readonly offset: ArrayLike<number>;
}

/** @param learned whether the numbers were learned, and so are parameters */
export function applyAffine(op: Operation, index: number, affine: Affine, learned = false): Feature {
  const x = op.feature(index);
  const oneNumber = affine.scale.length === 1 && affine.offset.length === 1;
  const whole = oneNumber ? x : op.settled(x);
  if (whole === x && op.ownsInput(index) && fold(op, x, affine)) {
    op.context.nodeMakers.set(x.node, op.node);
    return x;
  }
  if (learned) {
    const parts = { scale: Float32Array.from(affine.scale), bias: Float32Array.from(affine.offset) };
    return op.add({ kind: "scaleAndBias" }, [whole], undefined, parts);
  }
  return op.pointwise(layerOf(affine), whole);
}

/**
 * @param x settled
 * @returns one number, or one a channel; what has other axes is refused
 */
export function channelNumbers(op: Operation, { values, shape }: Constant, x: Feature): ArrayLike<number> {
  if (values.length === 1) return values;
  const missing = x.shape.length - shape.length;
  const channel = x.axes.indexOf("C");
  const fits =
    missing >= 0 &&
    shape.every(
      (length, axis) => length === 1 || (axis + missing === channel && length === x.shape[channel]),
    );
  return fits ? values : op.fail("one number or one a channel", `numbers [${shape}]`);
}

function layerOf({ scale, offset }: Affine): LayerOf<"affine"> {
  return { kind: "affine", scale: Array.from(scale), offset: Array.from(offset) };
}

/** Makes it part of the node that gives x, if that is a convolution, a product with weights, or affine too. */
function fold(op: Operation, { node }: Feature, { scale, offset }: Affine): boolean {
  const layer = op.network.layer(node);
  const at = (list: ArrayLike<number>, channel: number) => list[list.length === 1 ? 0 : channel]!;
  if (layer.kind === "affine") {
    const count = Math.max(...[layer.scale, layer.offset, scale, offset].map((list) => list.length));
    const channels = Array.from({ length: count }, (_, channel) => channel);
    const both = {
      scale: channels.map((channel) => at(layer.scale, channel) * at(scale, channel)),
      offset: channels.map((c) => at(layer.offset, c) * at(scale, c) + at(offset, c)),
    };
    op.network.replace(node, layerOf(both), {});
    return true;
  }
  const weighted = ["conv", "depthwiseConv", "transposedConv", "dense"] as const;
  if (!weighted.some((kind) => kind === layer.kind)) return false;
  const filters = op.network.shape(node).at(-1)!;
  const { weight, bias } = op.network.parts(node) as { weight: Float32Array; bias?: Float32Array };
  // A transposed convolution's weight is [C, filters, height, width], the others' begin with the filters.
  const inner = layer.kind === "transposedConv" ? layer.kernel[0] * layer.kernel[1] : weight.length / filters;
  for (let i = 0; i < weight.length; i++) weight[i]! *= at(scale, Math.floor(i / inner) % filters);
  const moved = Float32Array.from(
    { length: filters },
    (_, i) => (bias?.[i] ?? 0) * at(scale, i) + at(offset, i),
  );
  const needsBias = bias !== undefined || moved.some((value) => value !== 0);
  const parts: Parts = { weight, ...(needsBias && { bias: moved }) };
  op.network.replace(node, { ...layer, bias: needsBias } as typeof layer, parts);
  return true;
}
