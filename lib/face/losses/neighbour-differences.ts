/**
 * How much a map changes from one texel to the next, with a weight for each pair, as one loop forward and one back. The
 * smoothness of the albedo (Eq. 8) and the image gradient (Eq. 15) are made of it.
 *
 * On wasm, Eq. 8 and 9 at 256² take 4.4 ms of processor time forward and backward; tfjs's operations one after the
 * other take 52 ms, most of it for slices.
 *
 * A pair is a texel and its neighbour to the right or below. Weights are [B, H, W, 2], to the right and below; 0 if
 * there is no neighbour.
 */
import * as tf from "@tensorflow/tfjs";
import { asConstant } from "../../base/engine/as-constant.js";
import { defineOp } from "../../base/engine/define-op.js";
import type { KernelArray } from "../../base/engine/kernel-array.js";
import { lacksKernel } from "../../base/engine/lacks-kernel.js";
import type { MeanOver } from "./masked-difference.js";

/**
 * `1/BC Σ w(i, j) ‖x(i) − x(j)‖²` over the pairs. Differentiable in `map`.
 * @param map [B, H, W, C]
 * @param weights [1 or B, H, W, 2]; a constant
 */
export function neighbourDifferences(map: tf.Tensor4D, weights: tf.Tensor4D): tf.Scalar {
  if (lacksKernel(name)) return neighbourDifferencesComposed(map, weights);
  return differencesOp([map, weights], {})[0] as tf.Scalar;
}

/** The same from tfjs's operations, one after the other: the reference in tests, and for engines that lack the loop. */
export function neighbourDifferencesComposed(map: tf.Tensor4D, weights: tf.Tensor4D): tf.Scalar {
  return tf.tidy(() => {
    const sums = axes.map((axis, k) => {
      if (map.shape[axis] === 1) return tf.scalar(0); // webgpu sums no empty tensors
      const square = tf.square(alongAxis(map, axis));
      return tf.sum(tf.mul(square, firstOfPairs(tf.slice(weights, [0, 0, 0, k], [-1, -1, -1, 1]), axis)));
    });
    return tf.div(tf.add(sums[0], sums[1]), map.shape[0] * map.shape[3]);
  });
}

/**
 * Weights `M(i) M(j) / Σ M`: the pairs inside a mask, divided by its texels, or by all texels of the map. A pair across
 * the rim would compare what the mask leaves out, so it has the weight 0.
 * @param mask [1 or B, H, W, 1]
 */
export function pairWeights(mask: tf.Tensor4D, over: MeanOver = "mask"): tf.Tensor4D {
  return guidedPairWeights(mask, mask, 0, over);
}

/**
 * The same times `exp(−α ‖G(i) − G(j)‖²)` (Eq. 9): pairs that differ in the guide count less.
 * @param guide [B, H, W, C]
 * @returns a constant, [B, H, W, 2]
 */
export function guidedPairWeights(
  mask: tf.Tensor4D,
  guide: tf.Tensor4D,
  alpha: number,
  over: MeanOver = "mask",
): tf.Tensor4D {
  return asConstant(() => {
    if (lacksKernel(weightsName)) return guidedPairWeightsComposed(mask, guide, alpha, over);
    return weightsOp([mask, guide], { alpha, over })[0] as tf.Tensor4D;
  });
}

/** The same from tfjs's operations, one after the other: the reference in tests, and for engines that lack the loop. */
export function guidedPairWeightsComposed(
  mask: tf.Tensor4D,
  guide: tf.Tensor4D,
  alpha: number,
  over: MeanOver = "mask",
): tf.Tensor4D {
  return tf.tidy(() => {
    const texels = guide.shape[1] * guide.shape[2];
    const total = over === "map" ? tf.scalar(texels) : tf.maximum(tf.sum(mask, [1, 2, 3], true), 1e-30);
    const both = axes.map((axis) => {
      const alike = tf.exp(tf.mul(tf.sum(tf.square(alongAxis(guide, axis)), 3, true), -alpha));
      const inside = tf.mul(firstOfPairs(mask, axis), secondOfPairs(mask, axis));
      const padding = [0, 1, 2, 3].map((a): [number, number] => [0, Number(a === axis)]);
      return tf.pad(tf.div(tf.mul(alike, inside), total), padding);
    });
    return tf.concat(both, 3) as tf.Tensor4D;
  });
}

/** Axes of the pairs to the right and of the pairs below. */
const axes = [2, 1] as const;

function firstOfPairs(map: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  const size = map.shape.map((length, a) => (a === axis ? length - 1 : length));
  return tf.slice(map, [0, 0, 0, 0], size as [number, number, number, number]);
}

function secondOfPairs(map: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  return tf.slice(map, axis === 2 ? [0, 0, 1, 0] : [0, 1, 0, 0]);
}

function alongAxis(map: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  return tf.sub(secondOfPairs(map, axis), firstOfPairs(map, axis));
}

const name = "NeighbourDifferences";

const differencesOp = defineOp({
  name,
  inputs: ["map", "weights"],
  outputs: () => [{ shape: [], dtype: "float32" }],
  run([map, weights], [out]) {
    const { x, w, perImage, steps, channels, share } = layout(map, weights);
    let sum = 0; // in double precision
    for (let p = 0, i = 0; i < x.length; p++, i += channels) {
      for (let k = 0; k < 2; k++) {
        const weight = w[2 * (p % perImage) + k];
        if (weight === 0) continue;
        const j = i + steps[k];
        for (let c = 0; c < channels; c++) sum += weight * (x[j + c] - x[i + c]) ** 2;
      }
    }
    out.values[0] = share * sum;
  },
  gradient: ([dy], saved) => ({ map: () => slopeOp([dy, ...saved], {})[0] }),
});

const slopeOp = defineOp({
  name: "NeighbourDifferencesGradient",
  inputs: ["dy", "map", "weights"],
  outputs: ([, map]) => [{ shape: map, dtype: "float32" }],
  run([dy, map, weights], [out]) {
    const { x, w, perImage, steps, channels, share } = layout(map, weights);
    const to = out.values;
    const scale = 2 * share * dy.values[0];
    for (let p = 0, i = 0; i < x.length; p++, i += channels) {
      for (let k = 0; k < 2; k++) {
        const weight = w[2 * (p % perImage) + k];
        if (weight === 0) continue;
        const j = i + steps[k];
        for (let c = 0; c < channels; c++) {
          const pull = scale * weight * (x[j + c] - x[i + c]);
          to[j + c] += pull;
          to[i + c] -= pull;
        }
      }
    }
  },
});

/** `perImage`: after how many texels the weights start anew. `steps`: from a texel's numbers to those of its pairs. */
function layout(map: KernelArray, weights: KernelArray) {
  const [batch, , width, channels] = map.shape as [number, number, number, number];
  return {
    x: map.values,
    w: weights.values,
    perImage: weights.values.length / 2,
    steps: [channels, channels * width],
    channels,
    share: 1 / (batch * channels),
  };
}

const weightsName = "GuidedPairWeights";

const weightsOp = defineOp<{ alpha: number; over: MeanOver }>({
  name: weightsName,
  inputs: ["mask", "guide"],
  outputs: ([, guide]) => [{ shape: [...guide.slice(0, 3), 2], dtype: "float32" }],
  run([mask, guide], [out], { alpha, over }) {
    const [batch, height, width, channels] = guide.shape as [number, number, number, number];
    const texels = height * width;
    const [m, g, to] = [mask.values, guide.values, out.values];
    for (let n = 0; n < batch; n++) {
      const image = mask.shape[0] === 1 ? 0 : n * texels;
      let total = 0;
      if (over === "map") total = texels;
      else for (let p = 0; p < texels; p++) total += m[image + p];
      for (let p = 0; p < texels; p++) {
        for (let k = 0; k < 2; k++) {
          if (k === 0 ? p % width === width - 1 : p >= texels - width) continue;
          const q = k === 0 ? p + 1 : p + width;
          const inside = m[image + p] * m[image + q];
          if (inside === 0) continue;
          let square = 0;
          for (let c = 0; c < channels; c++) {
            square += (g[(n * texels + q) * channels + c] - g[(n * texels + p) * channels + c]) ** 2;
          }
          to[2 * (n * texels + p) + k] = (inside * (alpha === 0 ? 1 : Math.exp(-alpha * square))) / total;
        }
      }
    }
  },
});
