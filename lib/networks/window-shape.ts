/** Shapes of layers that move a window over an image: convolutions and poolings. */
import type { Layer, Padding, Pair, Shape } from "./layers.js";

/** Throws an error that says what is wrong with the layer. */
export type Fail = (problem: string) => never;

export type ImageShape = readonly [batch: number, height: number, width: number, channels: number];

type WindowLayer = Extract<Layer, { kernel: Pair }>;

/** @returns the shape of the layer's value, [B, H, W, C] */
export function windowShape(layer: WindowLayer, shape: ImageShape, fail: Fail): Shape {
  const [batch, height, width, channels] = shape;
  const { kernel, stride, padding } = layer;
  const dilation = "dilation" in layer ? layer.dilation : ([1, 1] as const);
  checkWindow(layer, dilation, fail);
  const along = (axis: 0 | 1, length: number) => {
    const pad = sides(padding, axis);
    if (layer.kind === "transposedConv") return (length - 1) * stride[axis] + kernel[axis] - pad;
    return Math.floor((length + pad - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
  };
  if (layer.kind === "conv" && !(channels % layer.groups === 0 && layer.filters % layer.groups === 0)) {
    fail(`${channels} channels and ${layer.filters} filters should divide into ${layer.groups} groups`);
  }
  const sizes = [along(0, height), along(1, width)] as const;
  if (Math.min(...sizes) < 1) fail(`its window [${kernel}] does not fit into [${shape}]`);
  return [batch, ...sizes, "filters" in layer ? layer.filters : channels];
}

function checkWindow(layer: WindowLayer, dilation: Pair, fail: Fail): void {
  const { kernel, stride, padding } = layer;
  for (const [name, lengths] of Object.entries({ kernel, stride, dilation })) {
    if (!lengths.every(isSize)) fail(`\`${name}\` should be whole and above 0 but is [${lengths}]`);
  }
  if (!padding.every((side) => Number.isInteger(side) && side >= 0))
    fail(`\`padding\` should be whole and at least 0 but is [${padding}]`);
  const isPooling = layer.kind === "maxPool" || layer.kind === "averagePool";
  // Otherwise a window may lie in the padding alone, where there is nothing to pool.
  if (isPooling && padding.some((side, i) => side >= kernel[i % 2]))
    fail(`\`padding\` should be below the kernel [${kernel}] but is [${padding}]`);
}

export function isSize(length: number): boolean {
  return Number.isInteger(length) && length > 0;
}

/** The number of rows (axis 0) or columns (axis 1) of padding. */
export function sides(padding: Padding, axis: 0 | 1): number {
  return padding[axis] + padding[axis + 2];
}
