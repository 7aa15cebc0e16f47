/** Looks up a flat map's values on a surface. */
import * as tf from "@tensorflow/tfjs";
import { defineOp } from "../../../base/engine/define-op.js";
import { lacksKernel } from "../../../base/engine/lacks-kernel.js";
import { checkShapes } from "../../../base/tensor/check-shapes.js";
import { type MapSize, mapSize, type SurfaceTensors } from "./surface-tensors.js";

/**
 * Looks up a map's values at the pixels, bilinearly. Differentiable in the map.
 * @param map square, [B, U, U, C]
 * @returns [P, C]
 */
export function lookUpAlbedo(
  map: tf.Tensor4D,
  { texel, fraction }: Pick<SurfaceTensors, "texel" | "fraction">,
): tf.Tensor2D {
  checkShapes("lookUpAlbedo", { map: [map, ["B", "U", "U", "C"]], fraction: [fraction, ["P", 2]] });
  if (lacksKernel(lookUpName)) return lookUpAlbedoComposed(map, { texel, fraction });
  return lookUpOp([map, texel, fraction], {})[0] as tf.Tensor2D;
}

/**
 * The gradient of `lookUpAlbedo`.
 * @param dy gradient to its result, [P, C]
 * @returns gradient to the map, [B, U, U, C]
 */
export function lookUpAlbedoGradient(
  dy: tf.Tensor2D,
  { texel, fraction }: Pick<SurfaceTensors, "texel" | "fraction">,
  maps: MapSize,
): tf.Tensor4D {
  if (!lacksKernel(lookUpName)) return lookUpGradient([dy, texel, fraction], { ...maps })[0] as tf.Tensor4D;
  const zeros = tf.zeros<tf.Rank.R4>([maps.batch, maps.side, maps.side, dy.shape[1]]);
  const of = (map: tf.Tensor) => lookUpAlbedoComposed(map as tf.Tensor4D, { texel, fraction });
  return tf.grad(of)(zeros, dy) as tf.Tensor4D;
}

/** Looks up by one operation after the other: the reference in tests, and for engines that lack the loops. */
export function lookUpAlbedoComposed(
  map: tf.Tensor4D,
  { texel, fraction }: Pick<SurfaceTensors, "texel" | "fraction">,
): tf.Tensor2D {
  return tf.tidy(() => {
    const [, side, , channels] = map.shape;
    const rows = tf.reshape(map, [-1, channels]) as tf.Tensor2D;
    const [x, y] = tf.split(fraction, 2, 1);
    const corners = [
      [0, tf.mul(tf.sub(1, x), tf.sub(1, y))],
      [1, tf.mul(x, tf.sub(1, y))],
      [side, tf.mul(tf.sub(1, x), y)],
      [side + 1, tf.mul(x, y)],
    ] as const;
    const parts = corners.map(([offset, weight]) => {
      const at = tf.add(texel, tf.scalar(offset, "int32")) as tf.Tensor1D;
      return tf.mul<tf.Tensor2D>(tf.gather(rows, at), weight);
    });
    return tf.addN(parts);
  });
}

const lookUpName = "LookUpAlbedo";

const lookUpOp = defineOp({
  name: lookUpName,
  inputs: ["map", "texel", "fraction"],
  outputs: ([map, texel]) => [{ shape: [texel[0], map[3]], dtype: "float32" }],
  run([map, texel, fraction], [out]) {
    const [, side, , channels] = map.shape;
    const [from, to, f, t] = [map.values, out.values, fraction.values, texel.values];
    const [right, down] = [channels, channels * side];
    for (let p = 0, o = 0; p < t.length; p++) {
      const x = f[2 * p];
      const y = f[2 * p + 1];
      const q00 = (1 - x) * (1 - y);
      const q01 = x * (1 - y);
      const q10 = (1 - x) * y;
      const q11 = x * y;
      for (let c = 0, i = t[p] * channels; c < channels; c++, i++, o++) {
        to[o] = q00 * from[i] + q01 * from[i + right] + q10 * from[i + down] + q11 * from[i + down + right];
      }
    }
  },
  gradient: ([dy], [map, texel, fraction]) => ({
    map: () => lookUpGradient([dy, texel, fraction], mapSize(map))[0],
  }),
});

const lookUpGradient = defineOp<{ batch: number; side: number }>({
  name: "LookUpAlbedoGradient",
  inputs: ["dy", "texel", "fraction"],
  outputs: ([dy], { batch, side }) => [{ shape: [batch, side, side, dy[1]], dtype: "float32" }],
  run([dy, texel, fraction], [out], { side }) {
    const channels = dy.shape[1];
    const [from, to, f, t] = [dy.values, out.values, fraction.values, texel.values];
    const [right, down] = [channels, channels * side];
    for (let p = 0, o = 0; p < t.length; p++) {
      const x = f[2 * p];
      const y = f[2 * p + 1];
      const q00 = (1 - x) * (1 - y);
      const q01 = x * (1 - y);
      const q10 = (1 - x) * y;
      const q11 = x * y;
      for (let c = 0, i = t[p] * channels; c < channels; c++, i++, o++) {
        const g = from[o];
        to[i] += q00 * g;
        to[i + right] += q01 * g;
        to[i + down] += q10 * g;
        to[i + down + right] += q11 * g;
      }
    }
  },
});
