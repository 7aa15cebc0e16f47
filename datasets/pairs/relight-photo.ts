/**
 * A second photo of the same skin, without labels: a fitted photo `I` times the ratio of two renderings of its own fitted face,
 *
 *     I₂ = I R(A, second light) / R(A, L)
 *
 * in linear light, of which the second has cast shadows, and a highlight that is added. Brows, moles and wrinkles stay as
 * they are; the light is another (a variant of ours, not in the paper).
 */
import {
  ambientWhite,
  type DetailSample,
  linearToSrgb,
  type MorphableModel,
  type RgbImage,
  seeFace,
  shadingAt,
  srgbToLinear,
  type Vector,
} from "rerenderable";
import { type LightSource, renderTruth } from "rerenderable/graphics";
import { farLights } from "../synthetic/light/surroundings.js";
import { lightOf } from "../synthetic/light/visible-light.js";
import type { LightRecord } from "../synthetic/scene/scene-record.js";

/** What the fitted face explains of a pixel is at least this, encoded; darker places would be raised without end. */
const floor = 0.04;
/** How much brighter the second light makes a pixel at most, in linear light: its noise grows with it. */
const mostRatio = 6;

export interface SecondLight {
  readonly record: LightRecord;
  /** How much the skin shines, 0 to 1. */
  readonly oiliness: number;
  /** Places the shadow rays. */
  readonly seed: number;
}

/**
 * @param sample of the photo, whose `coefficients` were fitted to it
 * @returns the photo under the second light, of the size of the sample. What is not the fitted face gets the mean ratio
 */
export async function relightPhoto(
  model: MorphableModel,
  { image, surface, coefficients }: Pick<DetailSample, "image" | "surface" | "coefficients">,
  second: SecondLight,
): Promise<RgbImage> {
  const { size, pixel, normal } = surface;
  const white = { ...coefficients, light: Float32Array.from(ambientWhite) };
  const face = await seeFace(model, white, size);
  const shade = shadeBySecond(model, face, size, second);
  const light = Array.from(coefficients.light);
  const out = new Float32Array(image.length);
  const sum = [0, 0, 0];
  const covered = new Uint8Array(size * size);
  for (let k = 0; k < pixel.length; k++) {
    const p = pixel[k];
    const n: Vector = [normal[3 * k], normal[3 * k + 1], normal[3 * k + 2]];
    const coarse = shadingAt(light, n);
    const { diffuse, specular } = shade(p, n);
    covered[p] = 1;
    for (let c = 0; c < 3; c++) {
      const albedo = face.image[3 * p + c];
      const explained = srgbToLinear(Math.max(albedo * coarse[c], floor));
      const ratio = Math.min((srgbToLinear(Math.max(albedo, floor)) * diffuse[c]) / explained, mostRatio);
      out[3 * p + c] = encoded(srgbToLinear(image[3 * p + c] / 255) * ratio + specular[c]);
      sum[c] += ratio;
    }
  }
  for (let i = 0; i < out.length; i++) {
    if (covered[Math.floor(i / 3)] === 1) continue;
    out[i] = encoded((srgbToLinear(image[i] / 255) * sum[i % 3]) / Math.max(pixel.length, 1));
  }
  return { width: size, height: size, data: out };
}

const encoded = (linear: number) => linearToSrgb(Math.min(Math.max(linear, 0), 1));

type Shade = { readonly diffuse: ArrayLike<number>; readonly specular: ArrayLike<number> };

/** What the second light does to a pixel of the fitted face, in linear light. */
function shadeBySecond(
  { data }: MorphableModel,
  { vertices, normals }: { readonly vertices: Float32Array; readonly normals: Float32Array },
  size: number,
  { record, oiliness, seed }: SecondLight,
): (pixel: number, normal: Vector) => Shade {
  const none = [0, 0, 0];
  if (record.kind === "harmonics") {
    // It is a light for encoded values.
    const diffuse = (normal: Vector) =>
      shadingAt(record.light, normal).map((value) => srgbToLinear(Math.max(value, 0)));
    return (_, normal) => ({ diffuse: diffuse(normal), specular: none });
  }
  const lights: LightSource[] = [
    { kind: "harmonics", light: lightOf(farLights(record.surroundings)) },
    ...record.keys.map((key): LightSource => ({ kind: "directional", ...key })),
  ];
  const albedo = { colours: new Float32Array(vertices.length).fill(1) };
  const drawn = renderTruth({ vertices, normals, triangles: data.triangles, albedo }, lights, {
    size,
    shadowSamples: 4,
    specular: { roughness: 0.45, reflectance: 0.028, strength: 0.4 + 0.6 * oiliness },
    seed,
  });
  const at = (of: Float32Array, p: number) => of.subarray(3 * p, 3 * p + 3);
  return (p) => ({
    diffuse: at(drawn.diffuse, p).map((v) => Math.max(v, 0)),
    specular: at(drawn.specular, p),
  });
}
