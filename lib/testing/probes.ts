/**
 * For tests: the operations of tfjs that the method needs, with one small function for each. Each engine must give
 * the values of `cpu` and, where tfjs defines one, the gradient that central differences give.
 */
import * as tf from "@tensorflow/tfjs";
import { normalTensor } from "./compare-backends.js";

export interface Probe {
  readonly name: string;
  /** Shapes of the inputs, which `spacedTensor` fills. */
  readonly inputs: readonly (readonly number[])[];
  f(...inputs: tf.Tensor[]): tf.Tensor;
  /** False for an operation that is never differentiated. */
  readonly gradient?: false;
}

/**
 * Different numbers from 0.1 to 0.9, shuffled. Some probes have a kink at 0.2 or 0.5: no number is nearer to these
 * than half the spacing.
 */
export function spacedTensor(shape: readonly number[], seed: number): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  const place = (i: number) => (61 * i + 17 * seed) % size; // 61 divides no size here, so each place comes once
  const numbers = Float32Array.from({ length: size }, (_, i) => 0.1 + (0.8 * (place(i) + 0.5)) / size);
  return tf.tensor(numbers, [...shape]);
}

const image = [1, 8, 8, 3] as const;
const fixed = <R extends tf.Rank>(...shape: tf.ShapeMap[R]) => normalTensor<R>(shape, "fixed");
const as4D = (x: tf.Tensor) => x as tf.Tensor4D;
const whole = (...values: number[]) => tf.tensor1d(values, "int32");
const rows = () => tf.tensor2d([0, 2], [2, 1], "int32");
const rim: [number, number][] = [
  [0, 0],
  [1, 1],
  [1, 1],
  [0, 0],
];

type Unary = (x: tf.Tensor) => tf.Tensor;
const on = (shape: readonly number[], name: string, f: Unary): Probe => ({ name, inputs: [shape], f });
const value = (shape: readonly number[], name: string, f: Unary): Probe => ({
  ...on(shape, name, f),
  gradient: false,
});

export const probes: readonly Probe[] = [
  // Convolutions
  on([3, 3, 3, 4], "conv2d, filter", (w) => tf.conv2d(fixed<tf.Rank.R4>(...image), as4D(w), 1, "same")),
  on(image, "conv2d, image", (x) => tf.conv2d(as4D(x), fixed<tf.Rank.R4>(3, 3, 3, 4), 2, "same")),
  on([4, 4, 2, 3], "conv2dTranspose, filter", (w) =>
    tf.conv2dTranspose(fixed<tf.Rank.R4>(...image), as4D(w), [1, 16, 16, 2], 2, "same"),
  ),
  on(image, "conv2dTranspose, image", (x) =>
    tf.conv2dTranspose(as4D(x), fixed<tf.Rank.R4>(4, 4, 2, 3), [1, 16, 16, 2], 2, "same"),
  ),
  on([3, 3, 3, 1], "depthwiseConv2d, filter", (w) =>
    tf.depthwiseConv2d(fixed<tf.Rank.R4>(...image), as4D(w), 1, "same"),
  ),
  on([2, 3], "matMul", (x) => tf.matMul(x, fixed<tf.Rank.R2>(3, 4))),
  value([2, 3], "einsum", (x) => tf.einsum("ij,jk->ik", x, fixed<tf.Rank.R2>(3, 2))),

  // Norms
  on(image, "moments", (x) => {
    const { mean, variance } = tf.moments(x, [1, 2], true);
    return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)));
  }),
  {
    name: "batchNorm",
    inputs: [image, [3], [3], [3], [3]],
    f: (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        as4D(x),
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
      ),
  },
  on(image, "norm", (x) => tf.norm(x)),

  // Indices
  on(image, "gather", (x) => tf.gather(x, whole(0, 1, 1), 1)),
  on([4, 3], "gatherND", (x) => tf.gatherND(x, rows())),
  value([2, 3], "scatterND, forward", (x) => tf.scatterND(rows(), x, [4, 3])),
  on([2, 3], "scatterND", (x) => tf.scatterND(rows(), x, [4, 3])),
  on([3, 2], "unsortedSegmentSum", (x) => tf.unsortedSegmentSum(x, whole(0, 1, 1), 2)),
  on(image, "stridedSlice", (x) => tf.stridedSlice(x, [0, 0, 0, 0], [1, 8, 8, 3], [1, 2, 2, 1])),
  on(image, "where, on a condition of the input", (x) => tf.where(tf.greater(x, 0.5), x, tf.mul(x, 2))),
  value([5], "topk", (x) => tf.topk(x, 2).values),
  value([2, 5], "argMax", (x) => tf.argMax(x, 1)),

  // Places
  on(image, "pad", (x) => tf.pad(x, rim)),
  on(image, "mirrorPad", (x) => tf.mirrorPad(x, rim, "reflect")),
  on(image, "resizeBilinear", (x) => tf.image.resizeBilinear(as4D(x), [16, 16])),
  on(image, "resizeNearestNeighbor", (x) => tf.image.resizeNearestNeighbor(as4D(x), [16, 16])),
  on(image, "maxPool", (x) => tf.maxPool(as4D(x), 3, 2, "same")),
  on(image, "avgPool", (x) => tf.avgPool(as4D(x), 2, 2, "same")),
  on(image, "concat", (x) => tf.concat([x, tf.square(x)], 3)),
  on(image, "reverse", (x) => tf.reverse(x, 2)),
  on([2, 3], "cumsum", (x) => tf.cumsum(x, 1)),
  value(image, "cropAndResize", (x) =>
    tf.image.cropAndResize(as4D(x), tf.tensor2d([[0.1, 0.2, 0.9, 0.7]]), whole(0) as tf.Tensor1D, [4, 4]),
  ),
  value(image, "transform", (x) =>
    tf.image.transform(as4D(x), tf.tensor2d([[0.9, 0.1, 1, -0.1, 1.1, 0, 0, 0]]), "bilinear"),
  ),

  // Element by element
  on(image, "leakyRelu", (x) => tf.leakyRelu(tf.sub(x, 0.5), 0.2)),
  on(image, "prelu", (x) => tf.prelu(tf.sub(x, 0.5), tf.scalar(0.2))),
  on(image, "sigmoid", (x) => tf.sigmoid(x)),
  on(image, "tanh", (x) => tf.tanh(x)),
  on(image, "softplus", (x) => tf.softplus(x)),
  on(image, "logSigmoid", (x) => tf.logSigmoid(x)),
  on(image, "abs", (x) => tf.abs(tf.sub(x, 0.5))),
  on(image, "exp", (x) => tf.exp(x)),
  { name: "atan2", inputs: [image, image], f: (y, x) => tf.atan2(y, x) },
  on(image, "minimum", (x) => tf.minimum(x, 0.5)),
  on(image, "clipByValue", (x) => tf.clipByValue(x, 0.2, 0.5)),

  // Training
  value([3], "Adam", (x) => {
    const variable = tf.variable(x);
    const optimizer = tf.train.adam(0.1);
    for (let step = 0; step < 2; step++) optimizer.minimize(() => tf.sum(tf.square(variable)));
    const moved = tf.clone(variable as tf.Tensor);
    variable.dispose();
    optimizer.dispose();
    return moved;
  }),
  value(image, "dropout", (x) => tf.dropout(x, 0.5, undefined, 7)),
  value([4], "randomNormal", (x) => tf.add(x, tf.randomNormal([4], 0, 1, "float32", 7))),
];
