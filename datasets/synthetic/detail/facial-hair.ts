/** Paints the hairs of brows and of a beard, each as a stroke of its own. */
import type { Random } from "rerenderable";
import { drawHair, type FaceCanvas, type Rgb, tintTexel } from "./canvas.js";
import { gauss, mix, smoothstep } from "./noise.js";
import type { DetailParameters } from "./parameters.js";
import { placeOf } from "./skin.js";
import { curve, mirrored, type UvPoint } from "./uv-points.js";

/** The middle line of the brow on the viewer's left, from its outer end inward. */
const browLine: readonly UvPoint[] = [
  [0.207, 0.283],
  [0.25, 0.243],
  [0.32, 0.217],
  [0.372, 0.211],
  [0.42, 0.219],
  [0.452, 0.234],
];

export function paintBrows(canvas: FaceCanvas, detail: DetailParameters, random: Random): void {
  const line = curve(browLine, 64);
  const hairs = Math.round(60 + 170 * detail.browDensity);
  const lift = 0.006 * random.normal();
  for (const side of [(point: UvPoint): UvPoint => point, mirrored]) {
    for (let i = 0; i < hairs; i++) {
      const t = 0.02 + 0.97 * random.uniform();
      const [u, v] = line[Math.round(t * 63)];
      const half = 0.0118 * smoothstep(0, 0.55, t) ** 0.6 * (1 - 0.35 * smoothstep(0.85, 1, t)) + 0.002;
      const across = random.normal() * 0.5;
      if (Math.abs(across) > 1.1) continue;
      const root: UvPoint = [u, v + lift * t + half * across];
      // Hairs point up at the inner end, then more and more along the brow, and down at its tail.
      const angle = mix(-0.35, 1.25, smoothstep(0.25, 1, t)) + 0.35 * across + 0.16 * random.normal();
      const length = mix(0.02, 0.033, Math.sin(Math.PI * Math.min(t, 0.95))) * (0.7 + 0.5 * random.uniform());
      drawHair(
        canvas,
        bent(root, -1, angle, length, 0.3 * random.normal()).map(side),
        0.0021,
        shade(detail.hairColour, random),
        0.25 + 0.4 * random.uniform(),
      );
    }
  }
}

/** @param amount density and length, 0 to 1 */
export function paintStubble(canvas: FaceCanvas, detail: DetailParameters, random: Random): void {
  const amount = detail.stubble;
  if (amount <= 0) return;
  const { map } = canvas;
  const { size, skin, place } = map;
  const shadow = detail.hairColour.map((value) => 0.5 * value + 0.1) as unknown as Rgb;
  for (let p = 0; p < size * size; p++) {
    if (skin[p]) tintTexel(canvas, p, shadow, 0.26 * amount * beardRegion(placeOf(place, p)));
  }
  const hairs = Math.round(2600 + 5200 * amount);
  const length = mix(0.0025, 0.012, amount ** 2);
  for (let i = 0; i < hairs; i++) {
    const root: UvPoint = [random.uniform(), 0.36 + 0.62 * random.uniform()];
    const p = Math.floor(root[1] * size) * size + Math.floor(root[0] * size);
    if (!skin[p] || random.uniform() > beardRegion(placeOf(place, p))) continue;
    // Hairs point down, and outward beside the middle.
    const angle =
      Math.PI / 2 +
      0.9 * (root[0] < 0.5 ? 1 : -1) * smoothstep(0, 0.2, Math.abs(root[0] - 0.5)) * 0.7 +
      0.3 * random.normal();
    const points = bent(root, 1, angle, length * (0.6 + 0.8 * random.uniform()), 0.3 * random.normal());
    drawHair(canvas, points, 0.0014, shade(detail.hairColour, random), 0.4 + 0.35 * amount);
  }
}

/** Where a beard grows on the mean face, 0 to 1. */
export function beardRegion([x, y]: readonly number[]): number {
  const side = Math.abs(x);
  const lips = 1 - smoothstep(0.75, 1.2, Math.hypot(x / 0.25, (y + 0.43) / 0.105));
  const moustache = gauss((y + 0.285) / 0.05, x / 0.19);
  const jaw = smoothstep(-0.36 + 0.5 * Math.max(0, side - 0.36), -0.56 + 0.5 * Math.max(0, side - 0.36), y);
  const cheek = 0.8 * smoothstep(0.5, 0.62, side) * smoothstep(0.2, -0.14, y);
  return Math.min(Math.max(moustache, jaw, cheek), 1) * (1 - lips);
}

/** A bent hair: `direction` 1 to the right or −1 to the left, `angle` from there, positive down on the right. */
function bent([u, v]: UvPoint, direction: number, angle: number, length: number, bend: number): UvPoint[] {
  const points: UvPoint[] = [[u, v]];
  let turn = angle;
  for (let i = 0; i < 4; i++) {
    const [x, y] = points[i];
    points.push([
      x + (direction * Math.cos(turn) * length) / 4,
      y + (direction < 0 ? -Math.sin(turn) : Math.sin(turn)) * (length / 4),
    ]);
    turn += bend / 4;
  }
  return points;
}

function shade(colour: Rgb, random: Random): Rgb {
  const factor = 0.85 + 0.4 * random.uniform();
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}
