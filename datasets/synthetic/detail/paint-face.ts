/**
 * The detail of a face beyond the morphable model: paints all finer things on the model's own albedo, and the height
 * of pores and wrinkles. The maps are rounded as they are stored, so the stored maps are the truth to the bit.
 */
import { createRandom } from "rerenderable";
import type { FaceCanvas } from "./canvas.js";
import { paintEyes } from "./eyes.js";
import { type FaceMap, verticesOnMap } from "./face-map.js";
import { paintBrows, paintStubble } from "./facial-hair.js";
import { paintLips, paintMakeUp } from "./make-up.js";
import type { DetailParameters } from "./parameters.js";
import { paintSkin } from "./skin.js";
import { paintSpots } from "./spots.js";
import { paintWrinkles } from "./wrinkles.js";

export interface FaceDetail {
  readonly size: number;
  /** `A′`: encoded sRGB in bytes, [U * U * 3]. */
  readonly albedo: Uint8Array;
  /** Height over the model's surface in micrometres, [U * U]. */
  readonly height: Int16Array;
  /** How much hairs cover the skin, which then does not shine, 0 to 1, [U * U]. */
  readonly hairs: Float32Array;
}

/**
 * @param vertexAlbedo encoded sRGB, [N * 3]
 * @param triangles the triangles of the model
 */
export function paintFace(
  map: FaceMap,
  triangles: ArrayLike<number>,
  vertexAlbedo: Float32Array,
  detail: DetailParameters,
): FaceDetail {
  const canvas: FaceCanvas = {
    map,
    albedo: verticesOnMap(map, triangles, vertexAlbedo),
    height: new Float32Array(map.size ** 2),
    hairs: new Float32Array(map.size ** 2),
  };
  for (let i = 0; i < canvas.albedo.length; i++)
    canvas.albedo[i] = Math.min(Math.max(canvas.albedo[i], 0.02), 0.98);
  const random = createRandom(detail.seed);
  paintSkin(canvas, detail);
  paintSpots(canvas, detail, random.fork("spots"));
  paintWrinkles(canvas, detail.age, random.fork("wrinkles"), detail.relief);
  paintLips(canvas, detail);
  paintMakeUp(canvas, detail, random.fork("make-up"));
  paintStubble(canvas, detail, random.fork("stubble"));
  paintBrows(canvas, detail, random.fork("brows"));
  paintEyes(canvas, detail);
  // These are loops, as `from` with a function takes ten times as long.
  const albedo = new Uint8Array(canvas.albedo.length);
  for (let i = 0; i < albedo.length; i++)
    albedo[i] = Math.round(255 * Math.min(Math.max(canvas.albedo[i], 0), 1));
  const height = new Int16Array(canvas.height.length);
  for (let i = 0; i < height.length; i++) height[i] = Math.round(1000 * canvas.height[i]);
  return { size: map.size, albedo, height, hairs: canvas.hairs };
}
