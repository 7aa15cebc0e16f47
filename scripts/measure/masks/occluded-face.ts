/**
 * Renders the embedded model with simple things before it, and the true mask, which says where its skin is still
 * seen.
 */
import * as tf from "@tensorflow/tfjs";
import {
  createRandom,
  defaultCamera,
  directionalLight,
  type Light,
  type MaskImage,
  type MorphableModel,
  neutralCoefficients,
  type Point,
  projectToImage,
  type Random,
  type RgbImage,
  sampleFace,
  sampleLight,
  seeFace,
} from "rerenderable";
import { type FaceInView, landmarkGroups } from "rerenderable/face";
import { addLights, ambientLight } from "rerenderable/graphics";

export const occlusions = ["plain", "hard light", "hair", "hard light and hair", "glasses", "hand"] as const;
export type Occlusion = (typeof occlusions)[number];

const size = 224;

/** Renders a picture; the same seed gives the same one. */
export async function renderOccluded(
  model: MorphableModel,
  occlusion: Occlusion,
  seed: number,
): Promise<FaceInView & { truth: MaskImage }> {
  const random = createRandom(seed);
  const light = occlusion.startsWith("hard") ? sideLight(random) : sampleLight(seed, { exposure: 0.9 });
  const parts = {
    ...sampleFace(model.data, seed),
    angles: Float32Array.of(0.1 * random.normal(), 0.3 * random.normal(), 0.05 * random.normal()),
    light: Float32Array.from(light),
  };
  const seen = await seeFace(model, neutralCoefficients(parts), size);
  const points = pointsOf(model, seen.vertices);
  const canvas: Canvas = {
    image: {
      width: size,
      height: size,
      data: seen.image.map((v, i) => (seen.triangleId[Math.floor(i / 3)] >= 0 ? v : 0.4)),
    },
    truth: { width: size, height: size, data: seen.projected.data.slice() },
  };
  if (occlusion.includes("hair")) layHair(canvas, points, random);
  if (occlusion === "glasses") layGlasses(canvas, points, random);
  if (occlusion === "hand") layHand(canvas, points, random);
  const noise = random.fork("noise");
  const data = canvas.image.data.map((v) => Math.min(Math.max(v + 0.012 * noise.normal(), 0), 1));
  return { ...canvas, image: { ...canvas.image, data }, points, projected: seen.projected };
}

/** A hard light from one side and little other light: the other half of the face is nearly black. */
function sideLight(random: Random): Light {
  const side = random.uniform() < 0.5 ? 1 : -1;
  return addLights(
    directionalLight([side, 0.3, 0.25 + 0.4 * random.uniform()], [0.95, 0.92, 0.88]),
    ambientLight([0.1, 0.1, 0.11]),
  );
}

interface Canvas {
  readonly image: RgbImage;
  readonly truth: MaskImage;
}

/** Draws over the picture and removes hidden pixels from the truth. */
function paint(
  { image, truth }: Canvas,
  inside: (x: number, y: number) => boolean,
  colour: (x: number, y: number) => readonly number[],
): void {
  for (let p = 0; p < size * size; p++) {
    const [x, y] = [(p % size) + 0.5, Math.floor(p / size) + 0.5];
    if (!inside(x, y)) continue;
    truth.data[p] = 0;
    image.data.set(colour(x, y), 3 * p);
  }
}

/** The hair colours: black, brown, fair, red and grey. */
const hairColours = [
  [0.08, 0.06, 0.05],
  [0.3, 0.2, 0.13],
  [0.62, 0.48, 0.3],
  [0.45, 0.28, 0.16],
  [0.5, 0.5, 0.5],
];

/** Draws a fringe down to the brows, with strands, and hair down both sides. */
function layHair(canvas: Canvas, points: readonly Point[], random: Random): void {
  const colour = hairColours[random.integer(hairColours.length)];
  const [middle, brow] = [points[27][0] + 80 * (random.uniform() - 0.5), points[19][1]];
  const [bend, phase] = [1.5 + 3 * random.uniform(), 6 * random.uniform()];
  const edge = (x: number) =>
    brow + 18 * Math.sin(bend + 0.05 * (x - middle)) + 3 * Math.sin(phase + 0.9 * x);
  const strands = (x: number, y: number) => 0.7 + 0.5 * Math.sin(0.7 * x + 0.15 * y + phase) ** 2;
  paint(
    canvas,
    (x, y) => y < edge(x) + (Math.abs(x - middle) > 45 ? 50 : 0),
    (x, y) => colour.map((c) => c * strands(x, y)),
  );
}

/** Draws glasses: rims of 2 to 5 px, dark or of tortoise shell, and the bridge between them. */
function layGlasses(canvas: Canvas, points: readonly Point[], random: Random): void {
  const tone = random.uniform() < 0.6 ? [0.06, 0.06, 0.07] : [0.45, 0.3, 0.15];
  const rim = 1 + 1.5 * random.uniform();
  const [right, left] = (["rightEye", "leftEye"] as const).map((eye) =>
    [0, 1].map((k) => landmarkGroups[eye].reduce((sum, i) => sum + points[i][k] / 6, 0)),
  );
  const radius = 0.36 * Math.hypot(left[0] - right[0], left[1] - right[1]);
  const onRim = (x: number, y: number) =>
    [right, left].some(
      ([ex, ey]) => Math.abs(Math.hypot((x - ex) / 1.1, (y - ey - 4) / 0.85) - radius) < rim,
    );
  const onBridge = (x: number, y: number) =>
    Math.abs(y - right[1]) < rim && x > right[0] + radius && x < left[0] - radius;
  paint(
    canvas,
    (x, y) => onRim(x, y) || onBridge(x, y),
    () => tone,
  );
}

/** Draws four fingers of the face's own colour, lighter or darker, before the jaw. */
function layHand(canvas: Canvas, points: readonly Point[], random: Random): void {
  const nose = 3 * (Math.floor(points[30][1]) * size + Math.floor(points[30][0]));
  const tone = Array.from(
    canvas.image.data.subarray(nose, nose + 3),
    (c) => c * (0.8 + 0.5 * random.uniform()),
  );
  const across = points[random.uniform() < 0.5 ? 4 : 12][0];
  const finger = (f: number, x: number, y: number) =>
    Math.abs(x - across - 13 * (f - 1.5) - 0.2 * (y - 150)) < 6 && y > 140 + 8 * Math.abs(f - 1.5);
  paint(
    canvas,
    (x, y) => [0, 1, 2, 3].some((f) => finger(f, x, y)),
    (x) => tone.map((c) => c * (0.85 + 0.15 * Math.cos((2 * Math.PI * (x - across)) / 13))),
  );
}

function pointsOf(model: MorphableModel, vertices: Float32Array): Point[] {
  const pixels = tf.tidy(() =>
    projectToImage(tf.tensor3d(vertices, [1, vertices.length / 3, 3]), defaultCamera, size).dataSync(),
  );
  return Array.from(model.data.landmarks, (v): Point => [pixels[2 * v], pixels[2 * v + 1]]);
}

/** Intersection over union. */
export function overlap(a: MaskImage, b: MaskImage): number {
  let [both, either] = [0, 0];
  for (let p = 0; p < a.data.length; p++) {
    if (a.data[p] && b.data[p]) both++;
    if (a.data[p] || b.data[p]) either++;
  }
  return both / either;
}
