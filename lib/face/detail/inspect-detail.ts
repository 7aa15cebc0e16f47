/**
 * The pictures and maps that the refiner makes of a face, and how good they are. All numbers follow one convention: encoded
 * sRGB clipped to [0, 1], on `M_face`; albedo on the skin of the flat map.
 */
import * as tf from "@tensorflow/tfjs";
import type { MaskImage, RgbImage } from "../../base/image/rgb-image.js";
import { createRandom } from "../../base/tensor/random.js";
import { drawPixels } from "../../graphics/renderer/surface/draw-pixels.js";
import { lookUpAlbedo } from "../../graphics/renderer/surface/look-up-albedo.js";
import { shadeByLights } from "../../graphics/renderer/surface/shade-by-map.js";
import { surfaceTensors } from "../../graphics/renderer/surface/surface-tensors.js";
import type { NetworkArrays, TrainableNetwork } from "../../networks/trainable-network.js";
import { type ImageMetrics, imageMetrics } from "../metrics/image-metrics.js";
import type { Terms } from "../metrics/terms.js";
import type { DetailMaps } from "./base-maps.js";
import { detailBatch, disposeDetailBatch, refinerInput } from "./detail-batch.js";
import { detailMaps, type MapBase } from "./detail-maps.js";
import { drawDetail } from "./detail-pictures.js";
import type { DetailSample } from "./detail-sample.js";

export interface InspectedFace {
  readonly id: string;
  /** In the image space of the aligned face. */
  readonly pictures: {
    readonly photo: RgbImage;
    /** `R(A, L)` */
    readonly coarse: RgbImage;
    /** `R(A′, L)` */
    readonly coarselyLit: RgbImage;
    /** `R(A′, L′)` */
    readonly detailed: RgbImage;
    /** `L′` on an albedo of 1/2. */
    readonly light: RgbImage;
  };
  /** `M_face`. */
  readonly mask: MaskImage;
  /** In uv space. */
  readonly maps: {
    readonly prior: RgbImage;
    /** `T`, holes filled with noise. */
    readonly texture: RgbImage;
    readonly detailed: RgbImage;
    readonly truth?: RgbImage;
  };
  /** `L′`, SH coefficients, colour-major, [U * U * 27]. */
  readonly lightMap: Float32Array;
}

/**
 * @param generator the refiner, or what stands in for it
 * @example
 * ```ts
 * import { type DetailSample, inspectDetail, loadDetailRefiner, psnr } from "rerenderable";
 *
 * async function psnrOf(sample: DetailSample) {
 *   const { network, base } = await loadDetailRefiner();
 *   const { pictures, mask } = await inspectDetail(network, sample, base);
 *   return psnr(pictures.detailed, pictures.photo, mask); // R(A′, L′)
 * }
 * ```
 */
export async function inspectDetail(
  generator: Pick<TrainableNetwork, "predict">,
  sample: DetailSample,
  base: MapBase,
): Promise<InspectedFace> {
  return inspectOutputs(await predictDetail(generator, sample, base), sample, base);
}

/** Draws the noise in the holes of a face. A file's name has no say: one picture has one answer under any name. */
const holesOf = (seed: number) => createRandom(seed).fork("holes");

/**
 * The refiner's outputs for a face, in inference mode, [1, U, U, channels] each.
 * @param seed of the noise in the holes of its texture
 */
export function predictDetail(
  generator: Pick<TrainableNetwork, "predict">,
  sample: DetailSample,
  base: MapBase,
  seed = 0,
): Promise<NetworkArrays> {
  return generator.predict({ maps: refinerInput([sample], [holesOf(seed)], base).maps });
}

/** `A′` and `L′` of a face as given outputs say; `seed` as it was given to `predictDetail`. */
export function mapsOfOutputs(
  outputs: NetworkArrays,
  sample: DetailSample,
  base: MapBase,
  seed = 0,
): DetailMaps {
  return detailMaps(outputs, refinerInput([sample], [holesOf(seed)], base).prior, base);
}

/** Draws a face with given outputs. */
export async function inspectOutputs(
  outputs: NetworkArrays,
  sample: DetailSample,
  base: MapBase,
): Promise<InspectedFace> {
  const { uvSize: u, surface, truth } = sample;
  const { size } = surface;
  const batch = detailBatch([sample], [holesOf(0)], { base, openings: false });
  const made = detailMaps(outputs, batch.prior, base);
  const tensors = tf.tidy(() => {
    const albedo = tf.tensor4d(made.albedo.values, [1, u, u, 3]);
    const light = tf.tensor4d(made.light.values, [1, u, u, 27]);
    const { pictures, kept } = drawDetail(albedo, light, { ...batch.tensors, size });
    const { priorAlbedo, coarseShading } = batch.tensors;
    const draw = (colours: tf.Tensor) => drawPixels(colours as tf.Tensor2D, batch.tensors.surface, 1, size);
    return {
      coarse: draw(tf.mul(lookUpAlbedo(priorAlbedo, batch.tensors.surface), coarseShading)),
      coarselyLit: pictures.coarselyLit,
      detailed: pictures.detailed,
      light: draw(tf.div(kept.shading, 2)),
    };
  });
  const side = (width: number, data: ArrayLike<number>): RgbImage => ({
    width,
    height: width,
    data: Float32Array.from(data),
  });
  const fromBytes = (width: number, bytes: Uint8Array) =>
    side(
      width,
      new Float32Array(bytes).map((b) => b / 255),
    );
  const drawn = await Promise.all(
    Object.entries(tensors).map(async ([name, tensor]) => [name, side(size, await tensor.data())] as const),
  );
  const texture = new Float32Array(3 * u * u);
  const channels = batch.maps.shape[3];
  for (let i = 0; i < texture.length; i++)
    texture[i] = batch.maps.values[channels * Math.floor(i / 3) + 3 + (i % 3)];
  tf.dispose(tensors);
  disposeDetailBatch(batch);
  return {
    id: sample.id,
    pictures: {
      photo: fromBytes(size, sample.image),
      ...(Object.fromEntries(drawn) as Record<keyof typeof tensors, RgbImage>),
    },
    mask: {
      width: size,
      height: size,
      data: new Float32Array(sample.mask).map((value) => Number(value === 1)),
    },
    maps: {
      prior: side(u, sample.priorAlbedo),
      texture: side(u, texture),
      detailed: side(u, made.albedo.values),
      ...(truth && { truth: fromBytes(u, truth) }),
    },
    lightMap: made.light.values,
  };
}

/**
 * The face of a sample under any map of light, another face's too: `R(A′ of B, L′ of A)`.
 * @param albedo [U * U * 3] @param light [U * U * 27]
 */
export async function lightDetail(
  { surface, uvSize: u, coefficients }: DetailSample,
  albedo: Float32Array,
  light: Float32Array,
): Promise<RgbImage> {
  const { size } = surface;
  const picture = tf.tidy(() => {
    const tensors = surfaceTensors([surface], u);
    const coarseShading = shadeByLights([coefficients.light], [surface], tensors);
    const scene = { surface: tensors, coarseShading, size };
    return drawDetail(tf.tensor4d(albedo, [1, u, u, 3]), tf.tensor4d(light, [1, u, u, 27]), scene).pictures
      .detailed;
  });
  const data = (await picture.data<"float32">()).slice();
  picture.dispose();
  return { width: size, height: size, data };
}

/**
 * L1, PSNR and SSIM of the three pictures, by `picture.metric` on the mask and, where asked for, by
 * `picture.whole.metric` on the whole picture, in which what the mask leaves out is the photo's own; errors of the albedo where its truth is
 * known.
 */
export function detailMetrics(
  { pictures, mask, maps }: InspectedFace,
  sample: DetailSample,
  uvMask: Float32Array,
  { whole = false }: { readonly whole?: boolean } = {},
): Terms {
  const terms: Record<string, number> = {};
  const add = (name: string, { l1, psnr, ssim }: ImageMetrics) =>
    Object.assign(terms, { [`${name}.l1`]: l1, [`${name}.psnr`]: psnr, [`${name}.ssim`]: ssim });
  for (const name of ["coarse", "coarselyLit", "detailed"] as const) {
    add(name, imageMetrics(pictures[name], pictures.photo, mask));
    if (!whole) continue;
    const laid = layOver(pictures.photo, pictures[name], sample);
    add(`${name}.whole`, imageMetrics(laid, pictures.photo));
  }
  if (maps.truth) {
    const seen = uvMask.map((inside, p) => inside * sample.seen[p]);
    const error = (map: RgbImage, where: Float32Array) =>
      scaleAlignedError(map.data, maps.truth!.data, where);
    terms["priorAlbedo.error"] = error(maps.prior, uvMask);
    terms["albedo.error"] = error(maps.detailed, uvMask);
    terms["priorAlbedo.errorWhereSeen"] = error(maps.prior, seen);
    terms["albedo.errorWhereSeen"] = error(maps.detailed, seen);
    terms["texture.errorWhereSeen"] = error(maps.texture, seen);
  }
  return terms;
}

/** Lays the face over the photo where the mask has skin; all else is the photo's own. */
export function layOver(photo: RgbImage, face: RgbImage, { mask }: Pick<DetailSample, "mask">): RgbImage {
  return {
    ...photo,
    data: photo.data.map((value, i) => (mask[Math.floor(i / 3)] === 1 ? face.data[i] : value)),
  };
}

/**
 * Root mean square difference from the truth, after the map is multiplied by the one factor that fits best: no picture tells
 * how bright an albedo is.
 * @param map,truth [U * U * 3]
 * @param where [U * U], 0 or 1
 */
export function scaleAlignedError(map: Float32Array, truth: Float32Array, where: Float32Array): number {
  let [product, square, count] = [0, 0, 0];
  for (let i = 0; i < map.length; i++) {
    if (where[Math.floor(i / 3)] === 0) continue;
    product += map[i] * truth[i];
    square += map[i] * map[i];
    count++;
  }
  const scale = product / Math.max(square, 1e-12);
  let sum = 0;
  for (let i = 0; i < map.length; i++) {
    if (where[Math.floor(i / 3)] !== 0) sum += (scale * map[i] - truth[i]) ** 2;
  }
  return Math.sqrt(sum / Math.max(count, 1));
}
