/**
 * Surfaces that were rasterised before (`surface-picture.ts`) as tensors, to draw flat maps on: `R(A, L) = A(uv) ·
 * Σ_b L(uv)_b Φ_b(n)`, Eq. 3, as three steps that renders of one face share. `look-up-albedo.ts` looks up the albedo
 * once for all lights, `shade-by-map.ts` the shading once for all albedos, `draw-pixels.ts` makes pictures of their
 * products. Values are those of `renderTextured`.
 *
 * All are differentiable in the maps and in nothing else, which saves the time that `renderTextured` spends on
 * gradients to vertices, normals and uvs. Three renders of a face with gradients to their maps, 224 px, uv 128, take
 * 19 ms of processor time, and 7 to make the tensors; by `renderTextured`, with the face posed, 85.
 */
import * as tf from "@tensorflow/tfjs";
import { bandCount } from "../../scene/spherical-harmonics.js";
import { writeBasis } from "../surface-basis.js";
import { createTexelPlaces, placeTexels, texelGrid } from "../texels.js";
import type { SurfacePicture } from "./surface-picture.js";

/** The covered pixels of a batch of pictures, one after the other; they are `P` in all. */
export type SurfaceTensors = {
  /** The pixels' numbers among all pixels of the batch, int32 [P]. */
  readonly pixel: tf.Tensor1D;
  /**
   * The top left of the four texels around each pixel, as its number among all texels of the batch of maps, int32
   * [P].
   */
  readonly texel: tf.Tensor1D;
  /** How far the pixel is from left to right and from top to bottom among the four, 0 to 1, [P, 2]. */
  readonly fraction: tf.Tensor2D;
  /** `Φ` of the normals, [P, 9]. */
  readonly basis: tf.Tensor2D;
};

/**
 * @param pictures one for each item of the batch, all of the same size
 * @param mapSize side of the maps, U
 * @param maps the item of the batch of maps that each picture looks at; by default, its own
 */
export function surfaceTensors(
  pictures: readonly SurfacePicture[],
  mapSize: number,
  maps: readonly number[] = pictures.map((_, n) => n),
): SurfaceTensors {
  const count = pictures.reduce((sum, { pixel }) => sum + pixel.length, 0);
  const [pixel, texel] = [new Int32Array(count), new Int32Array(count)];
  const [fraction, basis] = [new Float32Array(2 * count), new Float32Array(bandCount * count)];
  const grid = texelGrid([1, mapSize, mapSize, 1]);
  const phi = new Float64Array(bandCount);
  let at = 0;
  for (const [n, picture] of pictures.entries()) {
    const own = picture.pixel.length;
    const places = createTexelPlaces(own);
    placeTexels(picture.uv, own, grid, maps[n] * mapSize * mapSize, places);
    texel.set(places.texel, at);
    for (let i = 0; i < own; i++, at++) {
      pixel[at] = n * picture.size ** 2 + picture.pixel[i];
      fraction[2 * at] = places.x[i];
      fraction[2 * at + 1] = places.y[i];
      writeBasis(picture.normal, 3 * i, phi, 0);
      basis.set(phi, bandCount * at);
    }
  }
  return {
    pixel: tf.tensor1d(pixel, "int32"),
    texel: tf.tensor1d(texel, "int32"),
    fraction: tf.tensor2d(fraction, [count, 2]),
    basis: tf.tensor2d(basis, [count, bandCount]),
  };
}

/** The number of maps and their side, which a gradient to them must know. */
export interface MapSize {
  readonly batch: number;
  readonly side: number;
}

/** The size of a batch of maps. */
export function mapSize({ shape }: tf.Tensor): MapSize & Readonly<Record<string, number>> {
  const [batch, side] = shape as [number, number];
  return { batch, side };
}
