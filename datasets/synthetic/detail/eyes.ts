/** Paints whites, irises and pupils on the map's two islands of the eyeballs. */
import { aroundPoint, type FaceCanvas, type Rgb } from "./canvas.js";
import { fractalNoise, mix, smoothstep, valueNoise } from "./noise.js";
import type { DetailParameters } from "./parameters.js";
import type { UvPoint } from "./uv-points.js";

/** The places of the eyeballs on the map, the viewer's left and right, and how far they reach. */
export const eyeIslands: readonly UvPoint[] = [
  [0.082, 0.918],
  [0.918, 0.918],
];
export const islandRadius = 0.074;
const irisRadius = 0.0245;
/** How far a turn of the eye by one radian moves the iris on the map. */
const gazeStep = 0.055;

export function paintEyes(canvas: FaceCanvas, detail: DetailParameters): void {
  eyeIslands.forEach((island, eye) => {
    const centre: UvPoint = [island[0] + gazeStep * detail.gaze[0], island[1] - gazeStep * detail.gaze[1]];
    const fibres = fractalNoise(detail.seed + 31 + eye, 3, 0.65);
    const veins = fractalNoise(detail.seed + 41 + eye, 4, 0.6);
    const rings = valueNoise(detail.seed + 51 + eye);
    aroundPoint(canvas, island, 1.1 * islandRadius, (p, du, dv) => {
      const [x, y] = [du + island[0] - centre[0], dv + island[1] - centre[1]];
      const r = Math.hypot(x, y) / irisRadius;
      const angle = Math.atan2(y, x);
      const vein = smoothstep(0.06, 0, Math.abs(veins(60 * x + 9, 60 * y + 5))) * smoothstep(1.3, 2.3, r);
      const white: Rgb = [0.77 - 0.03 * vein, 0.725 - 0.14 * vein, 0.7 - 0.13 * vein];
      const fibre =
        1 +
        0.55 * fibres(3.2 * Math.cos(angle) + 20, 3.2 * Math.sin(angle) + 1.1 * r) +
        0.15 * rings(3 * r, 1);
      const collarette = 1 + 0.5 * smoothstep(0.62, 0.42, r) * smoothstep(0.3, 0.42, r);
      const limbus = smoothstep(0.74, 1, r);
      for (let k = 0; k < 3; k++) {
        const iris = Math.max(0.72 * detail.irisColour[k] * fibre * collarette * (1 - 0.8 * limbus), 0.015);
        const open = mix(0.012, iris, smoothstep(0.31, 0.37, r));
        canvas.albedo[3 * p + k] = mix(open, white[k], smoothstep(0.93, 1.1, r));
      }
    });
  });
}
