/** The maps and pictures that a reconstruction shows, of a face that is unwrapped and, where there is a refiner, refined. */
import * as tf from "@tensorflow/tfjs";
import type { MaskImage, RgbImage } from "./base/image/rgb-image.js";
import { delitTexture } from "./face/detail/delit-texture.js";
import type { RefinedFace } from "./face/detail/face-refiner.js";
import type { PosedFace } from "./face/detail/posed-face.js";
import type { UnwrappedFace } from "./face/detail/unwrapped-face.js";
import { compositeOver, renderTextured } from "./graphics/renderer/render.js";
import { shading } from "./graphics/renderer/shade/shade.js";
import type { Light as SceneLight } from "./graphics/scene/light.js";
import { type LightName, namedLights } from "./graphics/scene/named-lights.js";
import { ambientWhite, lightSize } from "./graphics/scene/spherical-harmonics.js";
import { feather } from "./graphics/uv/feather.js";
import type { Reconstruction } from "./reconstruction.js";

export interface DrawnReconstruction extends Pick<Reconstruction, "maps"> {
  readonly pictures: Omit<Reconstruction["pictures"], "input" | "mask">;
  /** Where the face is refined. */
  readonly detail?: DetailPictures;
}

/** What is drawn of a refined face alone. */
export interface DetailPictures {
  /** `R(A′, L′)`. */
  readonly detailed: RgbImage;
  /** `R(A′, L)`. */
  readonly coarselyLit: RgbImage;
  /** `L′` on an albedo of 1/2, in uv space. */
  readonly light: RgbImage;
}

/** One light, [1, 27], or one a texel, [1, U, U, 27]. */
type Light = tf.Tensor2D | tf.Tensor4D;

/** @param lights beside the named ones @param onPictures called when the maps are drawn and the pictures are next */
export async function drawReconstruction(
  unwrapped: UnwrappedFace,
  refined?: RefinedFace,
  lights: Readonly<Record<string, SceneLight>> = {},
  onPictures?: () => void,
): Promise<DrawnReconstruction> {
  const tensors = tf.tidy(() => {
    const light = lightOf(unwrapped, refined);
    const lightOnTexels = refined ? shading(unwrapped.normals, light) : unwrapped.coarseShading;
    const albedo = albedoOf(unwrapped, lightOnTexels, refined);
    onPictures?.();
    const { priorAlbedo, texture, visible, uvSpace, face } = unwrapped;
    const { uvMask } = uvSpace;
    return {
      // Clones, as the others stay with their owners.
      maps: {
        ...{ priorAlbedo: priorAlbedo.clone(), unwrapped: texture.clone(), albedo },
        ...{ uvMask: uvMask.clone(), visible: visible.clone() },
      },
      ...drawPictures(face, priorAlbedo, albedo, light, { ...lights, ...namedLights }),
      ...(refined && {
        detail: {
          ...drawDetailPictures(face, albedo, light),
          light: tf.div<tf.Tensor4D>(lightOnTexels, 2),
        },
      }),
    };
  });
  const { maps, pictures, relit, detail } = tensors;
  const drawn = {
    maps: await toImages(maps),
    pictures: { ...(await toImages(pictures)), relit: await toImages(relit) },
    ...(detail && { detail: await toImages(detail) }),
  };
  tf.dispose(tensors);
  return drawn;
}

/** `L′`, or `L` where nothing is refined. */
function lightOf({ face, uvSpace: { size } }: UnwrappedFace, refined?: RefinedFace): Light {
  if (!refined) return face.coefficients.light;
  return tf.tensor4d(refined.maps.light.values, [1, size, size, lightSize]);
}

/** `A′` on skin; of eyes and teeth, which no loss of the refinement counts, the photo divided by the light knows more. */
function albedoOf(unwrapped: UnwrappedFace, lightOnTexels: tf.Tensor4D, refined?: RefinedFace): tf.Tensor4D {
  const { texture, visible, bare, priorAlbedo, uvSpace } = unwrapped;
  const { size, uvMask } = uvSpace;
  // Skin is believed where the mask says skin, less and less toward its rim; eyes and mouth wherever they are seen.
  const skin = feather(tf.mul(visible, tf.mul(uvMask, bare)), Math.round(size / 32));
  const trust: tf.Tensor4D = tf.add(skin, tf.mul(visible, tf.sub(1, uvMask)));
  const divided = delitTexture({ unwrappedTexture: texture, trust, priorAlbedo, shading: lightOnTexels });
  if (!refined) return divided;
  const detailed = tf.tensor4d(refined.maps.albedo.values, [1, size, size, 3]);
  return tf.where(tf.greater(uvMask, 0.5), detailed, divided);
}

function drawPictures(
  face: PosedFace,
  priorAlbedo: tf.Tensor4D,
  albedo: tf.Tensor4D,
  light: Light,
  shown: Readonly<Record<LightName | string, SceneLight>>,
) {
  const coarse = render(face, priorAlbedo, face.coefficients.light);
  const relit = (named: readonly number[]) =>
    render(face, albedo, tf.tensor2d([...named], [1, lightSize])).image;
  const lights = Object.entries(shown).map(([name, named]) => [name, relit(named)]);
  return {
    pictures: {
      coarse: coarse.image,
      overlay: compositeOver(coarse.image, coarse.mask, face.image),
      albedo: relit(ambientWhite),
      light: tf.mul<tf.Tensor4D>(0.5, render(face, tf.onesLike(albedo), light).image),
    },
    relit: Object.fromEntries(lights) as Record<LightName, tf.Tensor4D>,
  };
}

function drawDetailPictures(face: PosedFace, albedo: tf.Tensor4D, light: Light) {
  return {
    detailed: render(face, albedo, light).image,
    coarselyLit: render(face, albedo, face.coefficients.light).image,
  };
}

/** The posed face as it is rasterised already, with another albedo or light. */
function render({ model, geometry, fragments, camera, fitted }: PosedFace, map: tf.Tensor4D, light: Light) {
  const { triangles, uvs } = model;
  return renderTextured(
    { ...geometry, triangles, uvs, camera, fragments, size: fitted.image.width },
    map,
    light,
  );
}

/** The first of each batch as an image of 3 channels, or as a mask of 1; clipped to [0, 1]. */
async function toImages<Name extends string>(
  tensors: Readonly<Record<Name, tf.Tensor4D>>,
): Promise<Record<Name, RgbImage & MaskImage>> {
  const images: Partial<Record<Name, RgbImage>> = {};
  for (const name of Object.keys(tensors) as Name[]) {
    const [, height, width] = tensors[name].shape;
    const values = await tensors[name].data<"float32">();
    images[name] = { width, height, data: values.map((value) => Math.min(Math.max(value, 0), 1)) };
  }
  return images as Record<Name, RgbImage>;
}
