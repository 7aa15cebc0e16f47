/**
 * The three pictures that the losses look at, `R(A′, L′)`, `R(A′, L)` and `R(A′ of B, L′ of A)`, and the way back from
 * them to the maps. They share the rasterised face, the look-up of the albedo and, with the same light, the shading.
 *
 * The gradients are written out, not taped: the gradients of the pictures come from other places, one of them from a network
 * that runs apart, and a tape would draw the third picture twice.
 */
import * as tf from "@tensorflow/tfjs";
import { drawPixels, gatherPixels } from "../../graphics/renderer/surface/draw-pixels.js";
import { lookUpAlbedo, lookUpAlbedoGradient } from "../../graphics/renderer/surface/look-up-albedo.js";
import { shadeByMap, shadeByMapGradient } from "../../graphics/renderer/surface/shade-by-map.js";
import type { SurfaceTensors } from "../../graphics/renderer/surface/surface-tensors.js";

/** Faces that are lit by the light of others. */
export interface Crossing {
  /** The faces B, looking at the maps of light of the batch: each at that of its A. */
  readonly surface: SurfaceTensors;
  /** Albedo of B at its pixels where B is no part of the batch, [P, 3]; a constant. Left out, B is the batch itself. */
  readonly albedo?: tf.Tensor2D;
  /** How many faces B there are. */
  readonly batch: number;
}

export interface DetailScene {
  readonly surface: SurfaceTensors;
  /** `L` at the pixels, [P, 3]. */
  readonly coarseShading: tf.Tensor2D;
  readonly crossing?: Crossing;
  /** Side of the pictures, px. */
  readonly size: number;
}

/** Encoded sRGB, not clipped, black where empty, [B, S, S, 3]. */
export type DetailPictures = {
  /** `R(A′, L′)` */
  readonly detailed: tf.Tensor4D;
  /** `R(A′, L)` */
  readonly coarselyLit: tf.Tensor4D;
  /** `R(A′ of B, L′ of A)` */
  readonly crossed?: tf.Tensor4D;
};

/** What the gradients need. */
export type DrawnDetail = {
  readonly pictures: DetailPictures;
  readonly kept: {
    readonly albedo: tf.Tensor2D;
    readonly shading: tf.Tensor2D;
    readonly crossedShading?: tf.Tensor2D;
  };
};

/**
 * @param albedo `A′`, [B, U, U, 3]
 * @param light `L′`, [B, U, U, 27]
 */
export function drawDetail(albedo: tf.Tensor4D, light: tf.Tensor4D, scene: DetailScene): DrawnDetail {
  const { surface, coarseShading, crossing, size } = scene;
  const batch = albedo.shape[0];
  return tf.tidy(() => {
    const colours = lookUpAlbedo(albedo, surface);
    const shading = shadeByMap(light, surface);
    const draw = (shades: tf.Tensor2D) => drawPixels(tf.mul(colours, shades), surface, batch, size);
    const pictures = { detailed: draw(shading), coarselyLit: draw(coarseShading) };
    if (!crossing) return { pictures, kept: { albedo: colours, shading } };
    const crossedShading = shadeByMap(light, crossing.surface);
    const lit = tf.mul<tf.Tensor2D>(crossing.albedo ?? colours, crossedShading);
    const crossed = drawPixels(lit, crossing.surface, crossing.batch, size);
    return { pictures: { ...pictures, crossed }, kept: { albedo: colours, shading, crossedShading } };
  });
}

/**
 * @param gradients with respect to the pictures
 * @returns those with respect to `A′` and `L′`
 */
export function detailGradients(
  { kept }: DrawnDetail,
  scene: DetailScene,
  gradients: DetailPictures,
  { batch, uvSize }: { readonly batch: number; readonly uvSize: number },
): { albedo: tf.Tensor4D; light: tf.Tensor4D } {
  const { surface, coarseShading, crossing } = scene;
  const maps = { batch, side: uvSize };
  return tf.tidy(() => {
    const detailed = gatherPixels(gradients.detailed, surface);
    const coarselyLit = gatherPixels(gradients.coarselyLit, surface);
    const toAlbedo = [tf.mul(detailed, kept.shading), tf.mul(coarselyLit, coarseShading)];
    let light = shadeByMapGradient(tf.mul(detailed, kept.albedo), surface, maps);
    if (crossing && gradients.crossed && kept.crossedShading) {
      const crossed = gatherPixels(gradients.crossed, crossing.surface);
      if (!crossing.albedo) toAlbedo.push(tf.mul(crossed, kept.crossedShading));
      const toShading = tf.mul<tf.Tensor2D>(crossed, crossing.albedo ?? kept.albedo);
      light = tf.add(light, shadeByMapGradient(toShading, crossing.surface, maps));
    }
    return { albedo: lookUpAlbedoGradient(tf.addN(toAlbedo) as tf.Tensor2D, surface, maps), light };
  });
}
