/**
 * A value of a `.onnx` file while the file is read. A file has its own order of axes and may reshape values at any
 * time. A feature says which node of our network holds the numbers, channels last, and how the file sees them.
 * Transposing and reshaping only change the view; a node is added where an operator needs an image or a vector.
 */
import type { Shape } from "../layers.js";
import type { Constant } from "./read-tensor.js";

/**
 * The number that stands for the batch while shapes are computed. It is a prime that no other size equals, so
 * arithmetic on shapes in a file needs no symbols.
 */
export const openBatch = 1_000_003;

/** The order in which a file has the axes of a node's value. */
export type Axes = "BCHW" | "BHWC" | "BC" | (string & {});

export interface Feature {
  readonly kind: "feature";
  /** The name of the node of our network. */
  readonly node: string;
  readonly axes: Axes;
  /** The sizes of those axes. */
  readonly sizes: Shape;
  /** The shape that the file sees after reshaping: as many values in the same order. */
  readonly shape: Shape;
  /** The feature whose square this is, on the way to a length. */
  readonly squareOf?: Feature;
}

/** The length of vectors of channels, on the way to a division by it. */
export interface Length {
  readonly kind: "length";
  readonly of: Feature;
  readonly shape: Shape;
  /** Whether this is still the square of the length. */
  readonly squared: boolean;
  /** The length is at least this. */
  readonly epsilon: number;
}

export type Value = Constant | Feature | Length;

export function isReshaped({ sizes, shape }: Feature): boolean {
  return `${sizes}` !== `${shape}`;
}

/** The shape of a tensor of ours, channels last, with the axes in another order. */
export function inOrder(shape: Shape, axes: Axes): Shape {
  const ours = shape.length === 4 ? "BHWC" : "BC";
  return [...axes].map((axis) => shape[ours.indexOf(axis)]);
}

/** Row-major steps of a shape. */
export function strides(shape: Shape): number[] {
  const steps = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) steps[axis] = steps[axis + 1] * shape[axis + 1];
  return steps;
}
