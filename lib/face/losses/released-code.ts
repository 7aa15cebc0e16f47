/**
 * The losses of the authors' released code where they differ from the paper. They have the names and arguments of ours,
 * so that a variant can exchange them. What each does was read in `YMX2022/3DFaceTexture`, `models/basic_loss.py` and
 * `models/utils.py` at commit 34287b1; no code is taken from there. Differences of neighbours are scaled with the
 * resolution as in ours; at 256 and 224 the factor is 1.
 */
import * as tf from "@tensorflow/tfjs";
import { asConstant } from "../../base/engine/as-constant.js";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { lightSize } from "../../graphics/scene/spherical-harmonics.js";
import { greyLightLoss } from "./grey-light.js";
import { everywhere } from "./illumination-regularisation.js";
import { paperPictureSize, paperUvSize } from "./loss-amount.js";
import { type Distance, maskBatch, maskedDifference } from "./masked-difference.js";
import { mirrorMap } from "./mirror-map.js";

/**
 * In place of Eq. 4: absolute values, not squares, plus how far the light is from grey. The authors' code takes it at
 * the vertices, we at the texels of the mask.
 */
export function illuminationRegularisation(
  detailedLight: tf.Tensor4D,
  coarseLight: tf.Tensor2D,
  uvMask: tf.Tensor4D,
): tf.Scalar {
  checkShapes("illuminationRegularisation", {
    detailedLight: [detailedLight, ["B", "U", "U", lightSize]],
    coarseLight: [coarseLight, ["B", lightSize]],
    uvMask: [uvMask, [maskBatch(uvMask), "U", "U", 1]],
  });
  return tf.tidy(() => {
    const apart = maskedDifference(detailedLight, everywhere(coarseLight), uvMask, { distance: "absolute" });
    return tf.add(apart, greyLightLoss(detailedLight, uvMask, "absolute"));
  });
}

/**
 * In place of Eq. 7: the length of the difference, not its square. The mirrored map is a constant, so each side follows
 * the other by half. In the authors' code the length runs along a row of the map, for each colour, because it takes the
 * last axis of maps with channels first. Here it runs over the colours of a texel, as it must be meant.
 * @param threshold lengths up to it count as 0; the authors' code has 0
 */
export function symmetryLoss(detailedAlbedo: tf.Tensor4D, uvMask: tf.Tensor4D, threshold = 0): tf.Scalar {
  checkShapes("symmetryLoss", {
    detailedAlbedo: [detailedAlbedo, ["B", "U", "U", 3]],
    uvMask: [uvMask, [maskBatch(uvMask), "U", "U", 1]],
  });
  return tf.tidy(() => {
    const mirrored = asConstant(() => mirrorMap(detailedAlbedo));
    return maskedDifference(detailedAlbedo, mirrored, uvMask, { distance: "norm", threshold });
  });
}

/**
 * In place of Eq. 8 and 9: the difference of two texels is `√3 |Σ_c A(j) − A(i)|`, because the filters add up the
 * colours before they are compared. It enters weight and loss without a square: `Σ exp(−80 Δprior) Δdetail`, to the
 * right and up, with the rim repeated.
 */
export function albedoSmoothnessLoss(
  detailedAlbedo: tf.Tensor4D,
  priorAlbedo: tf.Tensor4D,
  uvMask: tf.Tensor4D,
): tf.Scalar {
  const { U } = checkShapes("albedoSmoothnessLoss", {
    detailedAlbedo: [detailedAlbedo, ["B", "U", "U", 3]],
    priorAlbedo: [priorAlbedo, ["B", "U", "U", 3]],
    uvMask: [uvMask, [maskBatch(uvMask), "U", "U", 1]],
  });
  return tf.tidy(() => {
    const prior = asConstant(() => tf.sum<tf.Tensor3D>(priorAlbedo, 3));
    const detailed = tf.sum<tf.Tensor3D>(detailedAlbedo, 3);
    const [right, up] = (["right", "up"] as const).map((direction) => {
      const change = (sum: tf.Tensor3D) => tf.mul(tf.abs(steps(sum, direction)), Math.sqrt(3));
      const alike = asConstant(() => tf.exp(tf.mul(change(prior), -80)));
      return tf.mul(alike, change(detailed));
    });
    return tf.mul(maskedMean(tf.add(right, up), uvMask, "absolute"), U / paperUvSize);
  });
}

/** In place of Eq. 10 (the code's "detail" term): the length of a texel's difference, during the whole training. */
export function albedoL1Loss(
  detailedAlbedo: tf.Tensor4D,
  priorAlbedo: tf.Tensor4D,
  uvMask: tf.Tensor4D,
): tf.Scalar {
  checkShapes("albedoL1Loss", {
    detailedAlbedo: [detailedAlbedo, ["B", "U", "U", 3]],
    priorAlbedo: [priorAlbedo, ["B", "U", "U", 3]],
    uvMask: [uvMask, [maskBatch(uvMask), "U", "U", 1]],
  });
  return maskedDifference(detailedAlbedo, priorAlbedo, uvMask, { distance: "norm" });
}

/**
 * In place of Eq. 15: one filter, `Σ_c (right − left)/2 + (up − down)/2`, so one number for each pixel, which is the
 * change along one diagonal only. No file of the code says how two such numbers are compared; here it is by squares.
 */
export function imageGradientLoss(
  rendered: tf.Tensor4D,
  photo: tf.Tensor4D,
  faceMask: tf.Tensor4D,
): tf.Scalar {
  const { H } = checkShapes("imageGradientLoss", {
    rendered: [rendered, ["B", "H", "W", 3]],
    photo: [photo, ["B", "H", "W", 3]],
    faceMask: [faceMask, [maskBatch(faceMask), "H", "W", 1]],
  });
  return tf.tidy(() => {
    const sum = tf.sum<tf.Tensor3D>(tf.sub(rendered, photo), 3);
    const across = tf.sub(steps(sum, "right"), steps(sum, "left"));
    const up = tf.sub(steps(sum, "up"), steps(sum, "down"));
    const diagonal = tf.div(tf.add(across, up), 2);
    return tf.mul(maskedMean(diagonal, faceMask, "square"), H / paperPictureSize);
  });
}

/** In place of Eq. 16: the length of a pixel's difference, not its square. */
export function imageLoss(rendered: tf.Tensor4D, photo: tf.Tensor4D, faceMask: tf.Tensor4D): tf.Scalar {
  checkShapes("imageLoss", {
    rendered: [rendered, ["B", "H", "W", 3]],
    photo: [photo, ["B", "H", "W", 3]],
    faceMask: [faceMask, [maskBatch(faceMask), "H", "W", 1]],
  });
  return maskedDifference(rendered, photo, faceMask, { distance: "norm" });
}

type Direction = "right" | "left" | "up" | "down";

/**
 * The difference of each texel to its neighbour; 0 at the rim, as if the rim were repeated. tfjs's `mirrorPad` is not
 * used, because its gradient forgets the copied texels. There is no axis of channels, because tfjs's slices are slow if
 * rows are not copied whole.
 * @param map [B, H, W]
 */
function steps(map: tf.Tensor3D, direction: Direction): tf.Tensor3D {
  const [batch, height, width] = map.shape;
  const across = direction === "right" || direction === "left";
  const size: [number, number, number] = [batch, height - Number(!across), width - Number(across)];
  const first = tf.slice3d(map, [0, 0, 0], size);
  const second = tf.slice3d(map, across ? [0, 0, 1] : [0, 1, 0], size);
  const onward = direction === "right" || direction === "down";
  const rim: [number, number] = onward ? [0, 1] : [1, 0];
  const step = onward ? tf.sub<tf.Tensor3D>(second, first) : tf.sub<tf.Tensor3D>(first, second);
  return tf.pad(step, across ? [[0, 0], [0, 0], rim] : [[0, 0], rim, [0, 0]]);
}

/** @param map [B, H, W] */
function maskedMean(map: tf.Tensor, mask: tf.Tensor4D, distance: Distance): tf.Scalar {
  const withChannel = tf.expandDims(map, 3) as tf.Tensor4D;
  return maskedDifference(withChannel, tf.zeros([1, 1, 1, 1]), mask, { distance });
}
