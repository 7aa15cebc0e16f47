/** Convolutions and matrix products: weights change from [height, width, in, out] to [out, in, height, width]. */
import { filtersFirst, type Layer, type Padding, type Pair } from "rerenderable/networks";
import type { Place, Value } from "./place.js";

/** @param eachChannel whether there is one filter a channel */
export function convolution(place: Place, eachChannel: boolean): Value {
  const { attributes } = place.node;
  const [x, filter] = [place.value(0), place.needConstant(1)];
  if ((attributes.text("data_format") || "NHWC") !== "NHWC") place.fail("should have its channels last");
  const [height, width, , outputs] = filter.shape as [number, number, number, number];
  if (eachChannel && outputs !== 1) place.fail(`should have one filter a channel but has ${outputs}`);
  const pairOf = (name: string): Pair => {
    const [, down = 1, across = 1] = attributes.numbers(name);
    return [down, across];
  };
  const window = {
    kernel: [height, width] as Pair,
    stride: pairOf("strides"),
    dilation: pairOf("dilations"),
  };
  const layer = { ...window, padding: paddingOf(place, x, window), bias: false };
  const full: Layer = eachChannel
    ? { kind: "depthwiseConv", ...layer }
    : { kind: "conv", ...layer, filters: outputs, groups: 1 };
  return place.add(full, [x], { weight: filtersFirst(filter) });
}

function paddingOf(
  { node, fail }: Place,
  x: Value,
  window: { kernel: Pair; stride: Pair; dilation: Pair },
): Padding {
  const { attributes } = node;
  const kind = attributes.text("padding");
  if (kind === "VALID") return [0, 0, 0, 0];
  if (kind === "EXPLICIT") {
    const [, , top, bottom, left, right] = attributes.numbers("explicit_paddings");
    return [top, left, bottom, right];
  }
  if (kind !== "SAME") return fail(`has the unknown padding "${kind}"`);
  // There are as many outputs as strides fit; an odd rest of padding goes to the bottom and the right.
  const along = (axis: 0 | 1) => {
    const [length, stride] = [x.shape[axis + 1], window.stride[axis]];
    const reach = (window.kernel[axis] - 1) * window.dilation[axis] + 1;
    const total = Math.max(0, (Math.ceil(length / stride) - 1) * stride + reach - length);
    return [Math.floor(total / 2), Math.ceil(total / 2)] as const;
  };
  const [[top, bottom], [left, right]] = [along(0), along(1)];
  return [top, left, bottom, right];
}

/** A matrix product with a constant. */
export function product(place: Place): Value {
  const { attributes } = place.node;
  const [x, matrix] = [place.value(0), place.needConstant(1)];
  if (attributes.flag("transpose_a")) place.fail("should not transpose its first input");
  const turned = attributes.flag("transpose_b");
  const weight = turned ? Float32Array.from(matrix.values) : filtersFirst(matrix);
  const units = matrix.shape[turned ? 0 : 1];
  return place.add({ kind: "dense", units, bias: false }, [x], { weight });
}
