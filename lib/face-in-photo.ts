/**
 * The reconstructed face back in its photo, at the photo's own size: rendered in its own light, or under another.
 *
 * For another light `M` the photo is multiplied by the quotient `R(A′, M) / R(A′, L′)` (Shashua and Riklin-Raviv, "The
 * quotient image", 2001), so that pores and single hairs, which no map of the face holds, stay. What stands around the
 * face or before it, hair, neck, hands, spectacles, is not painted over, and takes less and less of the light away from
 * the face: light that ended at the rim would show the rim. The background takes none.
 */
import * as tf from "@tensorflow/tfjs";
import { toLuma } from "./base/image/luma.js";
import type { RgbBytes } from "./base/image/read-image.js";
import type { MaskImage, RgbImage } from "./base/image/rgb-image.js";
import { composeSimilarities } from "./base/image/similarity.js";
import { closeOpenings } from "./face/detail/close-openings.js";
import { continueField } from "./face/detail/continued-field.js";
import { photoToCrop } from "./face/landmarks/align-face.js";
import { quantile } from "./face/metrics/spread.js";
import type { MorphableModel } from "./face/morphable-model/morphable-model.js";
import { renderTextured } from "./graphics/renderer/render.js";
import { type Camera, defaultCamera } from "./graphics/scene/camera.js";
import { type Light, rotateLight } from "./graphics/scene/light.js";
import { cameraOfSquare, photoCamera } from "./graphics/scene/photo-camera.js";
import { rotationMatrix } from "./graphics/scene/pose.js";
import { lightSize } from "./graphics/scene/spherical-harmonics.js";
import { boxBlur } from "./graphics/uv/box-blur.js";
import { feather } from "./graphics/uv/feather.js";
import { boxOver, laySquare, multiplyByField } from "./photo-blend.js";
import type { Reconstruction } from "./reconstruction.js";

/** The face is rendered in squares of this side, px, so that a large photo needs little more memory than a small one. */
const squareSide = 512;
/** Widths of soft rims, px at 224: of what is rendered, and of the foreground. */
const [skinRim, foregroundRim] = [8, 2];
/**
 * The light is carried on so far beyond each side of the crop, as a part of it: the cheek of a face that is turned ends
 * there, and light that ended there too would show a line.
 */
const margin = 0.25;
/**
 * Added to both sides of the quotient, encoded: where a colour is missing from the photo's light, as blue at sunset, a plain
 * quotient is large, and raises noise to blue and green patches.
 */
const floor = 0.1;
/** A quotient may leave the mean of its surroundings by this factor: more is the rim of a lid or a lip, seen edge-on. */
const mostStep = 1.4;

export interface FaceInPhotoOptions {
  /** Pixels of what `reconstruct` saw per pixel of the photo that is painted; 1. */
  readonly scale?: number;
  /** Where the aligned face shows no background; the bare skin of the face, `M_face`, if left out. */
  readonly foreground?: MaskImage;
  readonly camera?: Camera;
}

/** Owns tensors: `dispose()` frees them. */
export interface FaceInPhoto {
  /** @returns a copy of the photo with the face rendered in its own light, `R(A′, L′)`, where bare skin is seen */
  render(): Promise<RgbBytes>;
  /**
   * The face keeps its mean brightness, or less of it where a light from one side would make more than a tenth of the face
   * white, and shows the light's colour.
   * @param light in the photo's frame: its left is the photo's left
   * @returns a copy of the photo under the light
   */
  relight(light: Light): Promise<RgbBytes>;
  dispose(): void;
}

/**
 * @param photo the upright photo at the size that is wanted, of which `result` is a face
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import * as rr from "rerenderable";
 * import { encodeBytesPng, photoAtOwnSize } from "rerenderable/base";
 *
 * const reconstructor = await rr.createReconstructor();
 * const photo = await rr.readImage("one.jpg");
 * const result = await rr.reconstruct(reconstructor, photo);
 * const face = await rr.faceInPhoto(reconstructor.model, result, await photoAtOwnSize(photo), { scale: photo.scale });
 * await writeFile("relit.png", await encodeBytesPng(await face.relight(rr.namedLights.window)));
 * face.dispose();
 * ```
 */
export async function faceInPhoto(
  model: MorphableModel,
  result: Reconstruction,
  photo: RgbBytes,
  { scale = 1, foreground, camera: cropCamera = defaultCamera }: FaceInPhotoOptions = {},
): Promise<FaceInPhoto> {
  const { aligned, fit, maps, detail } = result;
  const size = aligned.image.width;
  const toCrop = photoToCrop(aligned, scale);
  const camera = photoCamera(cropCamera, toCrop, size);
  const uvSide = maps.albedo.width;
  const tensors = tf.tidy(() => {
    const shape: [number, number, number] = [1, result.vertices.length / 3, 3];
    const vertices = tf.tensor3d(result.vertices, shape);
    const turn = tf.tensor3d(rotationMatrix([0, 0, camera.roll]).flat(), [1, 3, 3]);
    return {
      vertices,
      inPhoto: tf.matMul(vertices, turn, false, true) as tf.Tensor3D,
      // In the frame of the crop, as the face's own light is.
      normals: tf.tensor3d(result.normals, shape),
      albedo: tf.tensor4d(maps.albedo.data, [1, uvSide, uvSide, 3]),
      light: detail
        ? tf.tensor4d(detail.light, [1, uvSide, uvSide, lightSize])
        : tf.tensor2d(fit.coefficients.light, [1, lightSize]),
    };
  });
  const { vertices, inPhoto, normals, albedo } = tensors;
  const scene = { normals, triangles: model.triangles, uvs: model.uvs };
  const skin = closeOpenings(fit.mask, fit.projectedMask);
  const softSkin = await feathered(skin, skinRim);

  // What another light needs is wider than the crop: what stands at its sides goes on there.
  const pad = Math.round(margin * size);
  const wide = size + 2 * pad;
  const wideCamera = { ...cropCamera, referenceSize: cropCamera.referenceSize * (wide / size) };
  const shift = { scale: 1, rotation: 0, translation: [pad, pad] as const };
  const toWide = composeSimilarities(toCrop, shift);
  const [wideSkin, wideSoftSkin] = [skin, softSkin].map((mask) => extended(mask, pad, 1));
  // What a parser takes for background within hair or on the face, as a cheek that is nearly white, is none.
  const around = foreground
    ? blurred(
        extended(closeOpenings(union(foreground, fit.projectedMask), foreground), pad, 1),
        foregroundRim,
      )
    : wideSoftSkin;
  const picture = extended(aligned.image, pad, 3);

  /** The quotient, and 1 where there is one, [wide * wide * 4]. */
  const quotientUnder = (light: Light) =>
    valuesOf(() => {
      const view = { ...scene, vertices, camera: wideCamera, size: wide };
      const inCrop = tf.tensor2d([rotateLight(light, rotationMatrix([0, 0, -camera.roll]))]);
      const own = renderTextured(view, albedo, tensors.light);
      const relit = renderTextured({ ...view, fragments: own.fragments }, albedo, inCrop);
      const quotient = tf.div(tf.add(tf.relu(relit.image), floor), tf.add(tf.relu(own.image), floor));
      return tf.concat([quotient, own.mask], 3);
    });

  return {
    async render() {
      const painted = copyOf(photo);
      const place = { toCrop, alpha: softSkin };
      const box = boxOver(place, photo);
      for (let top = box.top; top < box.bottom; top += squareSide) {
        for (let left = box.left; left < box.right; left += squareSide) {
          const corner = [left, top] as const;
          const view = {
            vertices: inPhoto,
            camera: cameraOfSquare(camera, corner, squareSide),
            size: squareSide,
          };
          const drawn = await valuesOf(() => {
            const { image, mask } = renderTextured(
              { ...scene, ...view, antialias: true },
              albedo,
              tensors.light,
            );
            return tf.concat([image, mask], 3);
          });
          laySquare(painted, place, { corner, side: squareSide, drawn });
        }
      }
      return painted;
    },
    async relight(light) {
      const drawn = await quotientUnder(light);
      const quotient = new Float32Array(3 * wide * wide).map(
        (_, i) => drawn[4 * Math.floor(i / 3) + (i % 3)],
      );
      const known = { ...wideSkin, data: wideSkin.data.map((value, p) => value * drawn[4 * p + 3]) };
      const field = continueField(quotient, known.data, wide);
      const exposure = exposureOf(picture.data, field.values, known);
      const factors = field.values.map((smooth, i) => {
        const p = Math.floor(i / 3);
        const sharp = Math.min(mostStep * smooth, Math.max(smooth / mostStep, quotient[i]));
        return exposure * (smooth + wideSoftSkin.data[p] * drawn[4 * p + 3] * (sharp - smooth));
      });
      const alpha = { ...around, data: around.data.map((value, p) => value * field.reach[p]) };
      const painted = copyOf(photo);
      multiplyByField(painted, { toCrop: toWide, alpha }, factors);
      return painted;
    },
    dispose: () => tf.dispose(tensors),
  };
}

const copyOf = (photo: RgbBytes): RgbBytes => ({ ...photo, data: photo.data.slice() });

async function valuesOf(draw: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(draw);
  const values = (await tensor.data<"float32">()).slice();
  tensor.dispose();
  return values;
}

/**
 * The factor that gives the picture times the field the mean brightness of the picture, or less: nine pixels of ten stay
 * below white, because a face that is white on one side has no shape there.
 */
function exposureOf(picture: Float32Array, field: Float32Array, { width, height, data }: MaskImage): number {
  const mean = (values: Float32Array) =>
    toLuma({ width, height, data: values }).reduce((sum, value, p) => sum + data[p] * value, 0);
  const lit = picture.map((value, i) => value * field[i]);
  const brightest: number[] = [];
  for (let p = 0; p < data.length; p++) {
    if (data[p] > 0) brightest.push(Math.max(lit[3 * p], lit[3 * p + 1], lit[3 * p + 2]));
  }
  const bright = quantile(
    brightest.sort((a, b) => a - b),
    0.9,
  );
  return bright > 0 ? Math.min(mean(picture) / mean(lit), 1 / bright) : 1;
}

/** Falls off inward. */
async function feathered({ width, height, data }: MaskImage, rim: number): Promise<MaskImage> {
  const radius = Math.max(1, Math.round((rim * width) / 224));
  const soft = await valuesOf(() => feather(tf.tensor4d(data, [1, height, width, 1]), radius));
  return { width, height, data: soft };
}

const union = (a: MaskImage, b: MaskImage): MaskImage => ({
  ...a,
  data: a.data.map((value, p) => Math.max(value, b.data[p])),
});

/** Falls off to both sides. @param rim px at 224 */
function blurred({ width, height, data }: MaskImage, rim: number): MaskImage {
  return { width, height, data: boxBlur(data, width, Math.max(1, Math.round((rim * width) / 224))) };
}

/** Repeats the pixels at the sides of a picture outward. */
function extended({ width, height, data }: RgbImage | MaskImage, pad: number, channels: number): MaskImage {
  const wide = width + 2 * pad;
  const inside = (at: number, length: number) => Math.min(length - 1, Math.max(0, at - pad));
  const out = new Float32Array(channels * wide * (height + 2 * pad)).map((_, i) => {
    const p = Math.floor(i / channels);
    const from = inside(Math.floor(p / wide), height) * width + inside(p % wide, width);
    return data[channels * from + (i % channels)];
  });
  return { width: wide, height: height + 2 * pad, data: out };
}
