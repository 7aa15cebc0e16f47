/**
 * What values of a `.onnx` file are to us while it is read. A file counts axes in its own order and reshapes as it
 * likes; a feature says which node of our network holds the numbers, channels last, and how the file sees them.
 * Transposing and reshaping only change the view; a node is added where an operator needs an image or a vector.
 */
import type { Shape } from "../layers.js";
import type { Constant } from "./read-tensor.js";

/**
 * The batch while shapes are computed: a prime that no other size is, so that arithmetic on shapes in a file needs
 * no symbols.
 */
export const openBatch = 1_000_003;

/** The order in which a file has the axes of what a node holds. */
export type Axes = "BCHW" | "BHWC" | "BC" | (string & {});

export interface Feature {
  readonly kind: "feature";
  /** Node of our network. */
  readonly node: string;
  readonly axes: Axes;
  /** Sizes of those axes. */
  readonly sizes: Shape;
  /** As the file sees it, reshaped: as many values in the same order. */
  readonly shape: Shape;
  /** What this is the square of, on the way to a length. */
  readonly squareOf?: Feature;
}

/** The length of vectors of channels, on the way to a division by it. */
export interface Length {
  readonly kind: "length";
  readonly of: Feature;
  readonly shape: Shape;
  /** Before the root. */
  readonly squared: boolean;
  /** At least this. */
  readonly epsilon: number;
}

export type Value = Constant | Feature | Length;

export function isReshaped({ sizes, shape }: Feature): boolean {
  return `${sizes}` !== `${shape}`;
}

/** Of a tensor of ours, channels last, with the axes in another order. */
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
