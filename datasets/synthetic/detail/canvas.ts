/** The canvas of a face: albedo and height on the flat map, with the strokes and dots that paint them. */
import type { FaceMap } from "./face-map.js";
import type { UvPoint } from "./uv-points.js";

export type Rgb = readonly [red: number, green: number, blue: number];

export interface FaceCanvas {
  readonly map: FaceMap;
  /** Encoded sRGB, [U * U * 3]. */
  readonly albedo: Float32Array;
  /** Height over the model's surface in millimetres, [U * U]. */
  readonly height: Float32Array;
  /** How much hairs cover the skin, which then does not shine, 0 to 1, [U * U]. */
  readonly hairs: Float32Array;
}

/** The length of a step of 1 across the map on the frontal face, about, in millimetres. */
export const millimetresAcross = 200;

/** Visits the texels within a distance of a point. */
export function aroundPoint(
  { map }: FaceCanvas,
  [u, v]: UvPoint,
  radius: number,
  visit: (texel: number, du: number, dv: number) => void,
): void {
  const { size, triangle } = map;
  const [left, right] = [u - radius, u + radius].map((edge) => Math.round(edge * size - 0.5));
  const [top, bottom] = [v - radius, v + radius].map((edge) => Math.round(edge * size - 0.5));
  for (let y = Math.max(top, 0); y <= Math.min(bottom, size - 1); y++) {
    for (let x = Math.max(left, 0); x <= Math.min(right, size - 1); x++) {
      const p = y * size + x;
      if (triangle[p] >= 0) visit(p, (x + 0.5) / size - u, (y + 0.5) / size - v);
    }
  }
}

/** Lays a colour over the albedo. @param share 0 to 1 */
export function tintTexel({ albedo }: FaceCanvas, texel: number, colour: Rgb, share: number): void {
  for (let k = 0; k < 3; k++) albedo[3 * texel + k] += share * (colour[k] - albedo[3 * texel + k]);
}

/** Multiplies the albedo by a pigment's transmission: `exp(−amount · absorption)`. */
export function stainTexel({ albedo }: FaceCanvas, texel: number, absorption: Rgb, amount: number): void {
  for (let k = 0; k < 3; k++) albedo[3 * texel + k] *= Math.exp(-amount * absorption[k]);
}

/** The pigments of skin: how much each absorbs of encoded red, green and blue. */
export const melanin: Rgb = [0.45, 0.75, 1];
export const haemoglobin: Rgb = [0.12, 0.75, 0.6];

/**
 * Draws a hair: a thin line that tapers from root to tip and covers texels in part.
 * @param width at the root, on the map
 */
export function drawHair(
  canvas: FaceCanvas,
  points: readonly UvPoint[],
  width: number,
  colour: Rgb,
  opacity: number,
): void {
  const { size } = canvas.map;
  const texel = 1 / size;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    const steps = Math.max(1, Math.ceil(length / (0.7 * texel)));
    for (let s = 0; s < steps; s++) {
      const t = (s + 0.5) / steps;
      const along = (i - 1 + t) / (points.length - 1);
      const w = width * (1 - 0.7 * along);
      const radius = Math.max(w, texel);
      const share = opacity * Math.min(1, w / texel) * 0.55;
      aroundPoint(canvas, [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])], radius, (p, du, dv) => {
        const away = Math.hypot(du, dv) / radius;
        if (away >= 1) return;
        tintTexel(canvas, p, colour, share * (1 - away * away));
        canvas.hairs[p] += (1 - canvas.hairs[p]) * share * (1 - away * away);
      });
    }
  }
}
