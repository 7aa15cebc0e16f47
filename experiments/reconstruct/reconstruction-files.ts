/** Makes the files of one reconstruction, by name: pictures, uv maps, the mesh and the numbers. */
import {
  coefficientNames,
  encodeGlb,
  encodeMaskPng,
  encodeObj,
  encodePng,
  type MaskImage,
  type MorphableModel,
  type Photo,
  type Reconstruction,
  type RgbImage,
} from "rerenderable";
import { encodeSafetensors } from "rerenderable/base";
import { toJson } from "../run/to-json.js";
import type { ResultFiles } from "../run/write-folder.js";
import { drawLandmarks } from "./draw-landmarks.js";
import { modelFrameMesh } from "./model-frame-mesh.js";
import { photoCameraEntry } from "./photo-camera-entry.js";

/** Makes all files except `summary.json`, which lists them. */
export async function reconstructionFiles(
  result: Reconstruction,
  model: MorphableModel,
  photo: Photo,
): Promise<ResultFiles> {
  const { aligned, fit, pictures, maps, detail } = result;
  const relit = Object.entries(pictures.relit).map(
    ([light, image]) => [`relit-${light}.png`, image] as const,
  );
  // Other threads compress the pictures while this one writes the mesh's text.
  const albedo = encodePng(maps.albedo);
  const [images, masks, landmarks, mesh] = await Promise.all([
    encodeAll(encodePng, {
      "input.png": pictures.input,
      "prior.png": pictures.overlay,
      "coarse.png": pictures.coarse,
      "albedo-image.png": pictures.albedo,
      "light-image.png": pictures.light,
      ...Object.fromEntries<RgbImage>(relit),
      "prior-albedo.png": maps.priorAlbedo,
      "unwrapped.png": maps.unwrapped,
      ...(detail && {
        "detailed.png": detail.pictures.detailed,
        "detailed-coarse-light.png": detail.pictures.coarselyLit,
        "light.png": detail.maps.light,
      }),
    }),
    encodeAll(encodeMaskPng, {
      "mask.png": pictures.mask,
      "uv-mask.png": maps.uvMask,
      ...(detail && { "confidence.png": detail.maps.confidence }),
    }),
    drawLandmarks(pictures.input, aligned.points68InCrop!, fit.projected),
    meshFiles(result, model, albedo),
  ]);
  return {
    ...images,
    ...masks,
    ...mesh,
    "albedo.png": await albedo,
    "landmarks.png": landmarks,
    "light.safetensors": lightFile(fit.coefficients.light, detail?.light),
    "coefficients.json": coefficientsFile(result, photo),
  };
}

async function encodeAll<Image extends RgbImage | MaskImage>(
  encode: (image: Image) => Promise<Uint8Array>,
  images: Readonly<Record<string, Image>>,
): Promise<Record<string, Uint8Array>> {
  const encoded = Object.entries(images).map(async ([name, image]) => [name, await encode(image)] as const);
  return Object.fromEntries(await Promise.all(encoded));
}

function lightFile(light: Float32Array, detailed?: Float32Array): Uint8Array {
  const side = detailed && Math.sqrt(detailed.length / light.length);
  return encodeSafetensors(
    {
      coarseLight: { dtype: "F32", shape: [light.length], values: light },
      ...(detailed && {
        detailedLight: { dtype: "F16", shape: [side!, side!, light.length], values: detailed },
      }),
    },
    {
      order: "3 colours x 9 bands, colour-major: [1, y, z, x, xy, yz, 3z2-1, xz, x2-y2] for red, green, blue",
      basis: "real spherical harmonics; shading = sum of light x band x Lambertian factor (pi, 2pi/3, pi/4)",
      frame: "x right, y up, z toward the viewer",
    },
  );
}

/** Writes the 257 coefficients by name, the 68 points that they give, and where the face stands in the photo. */
function coefficientsFile(result: Reconstruction, photo: Photo): string {
  const { aligned, fit } = result;
  const parts = coefficientNames.map((name) => [name, Array.from(fit.coefficients[name], shortest)]);
  const points = (list: readonly (readonly number[])[]) => list.map((point) => point.map(shortest));
  return toJson({
    ...Object.fromEntries(parts),
    landmarks: {
      pictureSize: aligned.image.width,
      detected: points(aligned.points68InCrop!),
      projected: points(fit.projected),
    },
    photo: photoCameraEntry(result, photo),
  });
}

async function meshFiles(
  result: Reconstruction,
  model: MorphableModel,
  albedo: Promise<Uint8Array>,
): Promise<ResultFiles> {
  const mesh = await modelFrameMesh(model, result.fit.coefficients);
  const coarseLight = Array.from(result.fit.coefficients.light, shortest);
  const { obj, mtl } = encodeObj({
    ...mesh,
    name: "face",
    materialFile: "face.mtl",
    textureFile: "albedo.png",
  });
  const texture = await albedo;
  const glb = await encodeGlb({ ...mesh, texture, name: "face", extras: { coarseLight } });
  return { "face.glb": glb, "face.obj": obj, "face.mtl": mtl };
}

/** Finds the shortest decimal that is the same number in single precision. */
function shortest(value: number): number {
  const single = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const decimal = Number(single.toPrecision(digits));
    if (Math.fround(decimal) === single) return decimal;
  }
  return Number(single.toPrecision(9));
}
