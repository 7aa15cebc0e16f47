/**
 * The layers that networks are made of, as plain data. Spatial sizes are [height, width]; axes and sizes are those of
 * tensors with channels last, [B, H, W, C], or [B, C] where there is no space.
 */

/** The shape of a tensor; where a comment says so, that of one item of a batch. */
export type Shape = readonly number[];

export type Pair = readonly [height: number, width: number];
export type Padding = readonly [top: number, left: number, bottom: number, right: number];

interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  /** Zeros around a convolution's input; around a pooling's input, places that do not count. */
  readonly padding: Padding;
}

/**
 * The order in which `reshape` and `flatten` count: as tensors lie here, or channel by channel as in a network from
 * elsewhere.
 */
export type Order = "channelsLast" | "channelsFirst";

/** A resize as ONNX defines it. */
export interface Resize {
  /** New sizes, or factors of the old ones, rounded down. */
  readonly to: { readonly size: Pair } | { readonly factor: Pair };
  /**
   * Where new pixel i lies among the old pixels, which count from 0: "halfPixel" (i + 0.5) / factor - 0.5, pixel
   * centres at +0.5; "asymmetric" i / factor; "alignCorners" i (old - 1) / (new - 1), the outermost centres on each
   * other.
   */
  readonly coordinates: "halfPixel" | "asymmetric" | "alignCorners";
  /** "bilinear": the two pixels around, edges repeated; else the one pixel to which the place is rounded. */
  readonly sampling: "bilinear" | "floor" | "ceil" | "roundHalfDown" | "roundHalfUp";
}

/** The kinds of layers: what one node of a network computes. */
export interface Layers {
  /** Shape of one item, without the batch; a size of null is decided when the network runs. */
  input: { readonly shape: readonly (number | null)[] };
  /** Cross-correlation; weight [filters, C / groups, height, width]. */
  conv: Window & {
    readonly filters: number;
    readonly dilation: Pair;
    readonly groups: number;
    readonly bias: boolean;
  };
  /** The transpose of a convolution; weight [C, filters, height, width]. */
  transposedConv: Window & { readonly filters: number; readonly bias: boolean };
  /** A convolution with one filter for each channel; weight [C, 1, height, width]. */
  depthwiseConv: Window & { readonly dilation: Pair; readonly bias: boolean };
  /** A product with weights, from [B, C] to [B, units]; weight [units, C]. */
  dense: { readonly units: number; readonly bias: boolean };
  /** Brings each channel of each item to mean 0 and variance 1; then multiplies by scale [C] and adds bias [C]. */
  instanceNorm: { readonly epsilon: number };
  /**
   * Normalises each channel, then multiplies by scale [C] and adds bias [C]. In training it uses the statistics of
   * the batch, which also move the running ones by `momentum`; in inference it uses the running ones. Both have the
   * biased variance (PyTorch keeps the unbiased one).
   */
  batchNorm: { readonly epsilon: number; readonly momentum: number };
  /** Multiplies by scale [C] and adds bias [C], as a batch normalisation does whose statistics no longer change. */
  scaleAndBias: object;
  leakyRelu: { readonly slope: number };
  /** Leaky relu with a slope [C] that is learned. */
  prelu: { readonly initialSlope: number };
  relu: object;
  /**
   * Limits values to [minimum, maximum], one of which may be missing; relu6 is 0 to 6. The derivative at a bound is
   * 0.
   */
  clip: { readonly minimum?: number; readonly maximum?: number };
  tanh: object;
  sigmoid: object;
  /** Softmax over channels. */
  softmax: object;
  /** x / max(|x|, epsilon), where |x| is the Euclidean length over channels. */
  l2Normalise: { readonly epsilon: number };
  /** scale · x + offset with fixed numbers, one or one a channel: a network's own preparation of a photo. */
  affine: { readonly scale: readonly number[]; readonly offset: readonly number[] };
  maxPool: Window;
  /** The mean over the part of the window that lies inside. */
  averagePool: Window;
  /** The mean over space, from [B, H, W, C] to [B, C]. */
  globalAveragePool: object;
  /** Sum of two tensors; an axis of size 1 is repeated. */
  add: object;
  /** Product of two tensors; an axis of size 1 is repeated. */
  multiply: object;
  /** The larger of two tensors of one shape; the gradient goes to the first where they are equal. */
  maximum: object;
  /** Joins channels. */
  concat: object;
  /** The channels from `start` to before `end`. */
  sliceChannels: { readonly start: number; readonly end: number };
  /** Adds zeros around an image. */
  pad: { readonly padding: Padding };
  /** Shape of one item, without the batch. */
  reshape: { readonly shape: Shape; readonly order: Order };
  flatten: { readonly order: Order };
  /** Doubles height and width; pixel centres at +0.5, edges repeated. */
  upsampleBilinear: object;
  /** Brings an image to another height and width, by samples at places between pixels. */
  resize: Resize;
  /**
   * Multiplies each channel by a sparse matrix [rows, N], from [B, 1, N, C] to [B, 1, rows, C]. The matrix comes with
   * the parameters, under its name. Only tfjs runs it, as ONNX has no such operator.
   */
  sparseProduct: { readonly matrix: string; readonly rows: number };
}

export type LayerKind = keyof Layers;
export type LayerOf<K extends LayerKind> = { readonly kind: K } & Layers[K];
export type Layer = { [K in LayerKind]: LayerOf<K> }[LayerKind];

interface WindowOptions {
  /** One number for both directions. */
  readonly kernel: number | Pair;
  /** 1 if not given. */
  readonly stride?: number | Pair;
  /** 0 if not given; one number for all four sides. */
  readonly padding?: number | Padding;
}

export interface ConvOptions extends WindowOptions {
  readonly filters: number;
  readonly dilation?: number | Pair;
  readonly groups?: number;
  /** True if not given. */
  readonly bias?: boolean;
}

export function conv(options: ConvOptions): LayerOf<"conv"> {
  const { filters, dilation = 1, groups = 1, bias = true } = options;
  return { kind: "conv", filters, ...fullWindow(options), dilation: pair(dilation), groups, bias };
}

export function transposedConv(options: Omit<ConvOptions, "dilation" | "groups">): LayerOf<"transposedConv"> {
  const { filters, bias = true } = options;
  return { kind: "transposedConv", filters, ...fullWindow(options), bias };
}

export function depthwiseConv(options: Omit<ConvOptions, "filters" | "groups">): LayerOf<"depthwiseConv"> {
  const { dilation = 1, bias = true } = options;
  return { kind: "depthwiseConv", ...fullWindow(options), dilation: pair(dilation), bias };
}

export function dense(units: number, bias = true): LayerOf<"dense"> {
  return { kind: "dense", units, bias };
}

/** Epsilon as everywhere in the field, 1e-5. */
export function instanceNorm(epsilon = 1e-5): LayerOf<"instanceNorm"> {
  return { kind: "instanceNorm", epsilon };
}

/** @param momentum the part of the new statistics in the running ones */
export function batchNorm(epsilon = 1e-5, momentum = 0.1): LayerOf<"batchNorm"> {
  return { kind: "batchNorm", epsilon, momentum };
}

export function leakyRelu(slope: number): LayerOf<"leakyRelu"> {
  return { kind: "leakyRelu", slope };
}

export function maxPool(options: WindowOptions): LayerOf<"maxPool"> {
  return { kind: "maxPool", ...fullWindow(options) };
}

export function averagePool(options: WindowOptions): LayerOf<"averagePool"> {
  return { kind: "averagePool", ...fullWindow(options) };
}

function fullWindow({ kernel, stride = 1, padding = 0 }: WindowOptions): Window {
  const sides: Padding = typeof padding === "number" ? [padding, padding, padding, padding] : padding;
  return { kernel: pair(kernel), stride: pair(stride), padding: sides };
}

function pair(value: number | Pair): Pair {
  return typeof value === "number" ? [value, value] : value;
}
