/**
 * Sums and products with constants. Batch normalisations belong here too, once they no longer learn. An operator of
 * this kind that follows a convolution directly becomes part of its weights.
 */
import { foldLayers } from "../fold-layers.js";
import type { LayerOf } from "../layers.js";
import type { Feature } from "./feature.js";
import type { Operation } from "./operation.js";
import type { Constant } from "./read-tensor.js";

/** scale · x + offset: one number, or one a channel. */
export interface Affine {
  readonly scale: ArrayLike<number>;
  readonly offset: ArrayLike<number>;
}

/** @param learned whether the numbers were learned; then they become parameters */
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
 * @returns one number, or one a channel; a constant with other axes is refused
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

/** Joins the numbers with the node that gives x, if it is a convolution, a product with weights, or affine too. */
function fold(op: Operation, { node }: Feature, affine: Affine): boolean {
  const first = { layer: op.network.layer(node), parameters: op.network.parts(node) };
  const folded = foldLayers(first, { layer: layerOf(affine), parameters: {} });
  if (folded) op.network.replace(node, folded.layer, folded.parameters);
  return folded !== undefined;
}
