/**
 * Paints the surroundings of a cheaply rendered face, which is only a mask: hair, ears, neck and clothes, as plain
 * shapes.
 */
import type { Random } from "rerenderable";
import { fractalNoise, mix, smoothstep } from "../synthetic/detail/noise.js";

/** The share of faces that get a head. */
const headed = 0.75;

export interface FaceFrame {
  /** Middle of the face, the chin's height and the jaw's width, in parts of the side. */
  readonly x: number;
  readonly chin: number;
  readonly width: number;
  /** The turn of the face in radians; the middle of the head lies beside that of the face. */
  readonly yaw: number;
}

type Colour = readonly number[];
type Shape = (x: number, y: number) => number;

/**
 * @param image encoded sRGB, [S, S, 3], painted over
 * @param skin mean colour of the lit face
 */
export function paintSurround(
  image: Float32Array,
  side: number,
  { x: middle, chin, width, yaw }: FaceFrame,
  skin: Colour,
  random: Random,
): void {
  if (random.uniform() > headed) return;
  const draw = (low: number, high: number) => low + (high - low) * random.uniform();
  const toned = (colour: Colour, factor: number): Colour => colour.map((value) => value * factor);
  const hairTone = draw(0.02, 0.9) ** 2;
  const hair = [hairTone, hairTone * draw(0.7, 1), hairTone * draw(0.45, 0.95)];
  const cloth = [0, 1, 2].map(() => draw(0.03, 0.9));
  const x = middle - 0.5 * width * Math.sin(yaw);
  const crown = chin - 1.25 * width;
  const ellipse = (cx: number, cy: number, rx: number, ry: number): Shape => {
    return (u, v) => smoothstep(1.04, 0.96, Math.hypot((u - cx) / rx, (v - cy) / ry));
  };
  const neckHalf = width * draw(0.28, 0.42);
  const hairHalf = width * draw(0.58, 0.78);
  const hairBottom = random.uniform() < 0.45 ? draw(chin - 0.2 * width, 1.2) : 0;
  const column = (half: number, top: number, bottom: number): Shape => {
    return (u, v) => smoothstep(half * 1.06, half * 0.94, Math.abs(u - x)) * Number(v > top && v < bottom);
  };
  const paint = (shape: Shape, colour: Colour, contrast = 0.12) =>
    fill(image, side, shape, colour, contrast, random);
  paint(column(hairHalf, crown + 0.4 * width, hairBottom), hair, 0.4);
  paint(column(neckHalf, chin - 0.4 * width, 2), toned(skin, draw(0.45, 1)));
  paint(ellipse(x, chin + draw(0.75, 1.1) * width, draw(0.9, 1.5) * width, 0.62 * width), cloth, 0.2);
  if (random.uniform() < 0.85)
    paint(ellipse(x, crown + 0.55 * width, hairHalf, draw(0.62, 0.8) * width), hair, 0.4);
  const ear = toned(skin, draw(0.6, 1.05));
  if (random.uniform() < 0.6) {
    for (const edge of [-0.56, 0.56]) {
      paint(ellipse(x + edge * width, chin - 0.68 * width, 0.09 * width, 0.17 * width), ear);
    }
  }
}

function fill(
  image: Float32Array,
  side: number,
  shape: Shape,
  colour: Colour,
  contrast: number,
  random: Random,
): void {
  const streaks = fractalNoise(random.integer(1e6), 3, 0.7);
  const slope = random.uniform() - 0.5;
  for (let p = 0; p < side * side; p++) {
    const [x, y] = [((p % side) + 0.5) / side, (Math.floor(p / side) + 0.5) / side];
    const share = shape(x, y);
    if (share <= 0) continue;
    const shade = (1 + contrast * streaks(24 * x, 5 * y)) * (1 + 0.6 * slope * (x - 0.5));
    for (let k = 0; k < 3; k++) {
      image[3 * p + k] = Math.min(Math.max(mix(image[3 * p + k], colour[k] * shade, share), 0), 1);
    }
  }
}
