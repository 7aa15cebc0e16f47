/**
 * Chooses the vertices of the 68 landmarks. Eyes and inner lips by topology: the rims where the skin meets
 * lids and mouth. The others are calibrated to the detector that the fits will use: it looks at renders of
 * the model, and where it sees a point is carried back to the mesh, averaged over faces and lights.
 *
 * The detector has habits, on photos as on renders: it sees the corners and lower lids of the eyes 3 px (of 224)
 * above where they are, and the inner lips short. A fit that takes its points for the lids' own narrows every
 * eye. So there is a second choice, for fits alone, of the vertices where the detector sees all 68.
 */
import * as tf from "@tensorflow/tfjs";
import type { RgbImage } from "../../lib/image/rgb-image.js";
import { loadFaceDetector } from "../../lib/landmarks/detect-faces.js";
import { mirrorOrder } from "../../lib/landmarks/landmarks.js";
import { createMorphableModel, type MorphableModelData } from "../../lib/morphable-model/morphable-model.js";
import { sampleFace } from "../../lib/morphable-model/sample-face.js";
import { multiplySparseDense } from "../../lib/morphable-model/sparse-matrix.js";
import { renderVertexColoured } from "../../lib/renderer/render.js";
import { vertexNormals } from "../../lib/renderer/vertex-normals.js";
import { namedLights } from "../../lib/scene/named-lights.js";
import { transformVertices } from "../../lib/scene/pose.js";
import type { Random } from "../../lib/tensor/random.js";
import { mirrorTwins } from "./mirror-twins.js";

export interface LandmarkChoice {
  /** [68] */
  readonly landmarks: number[];
  /** Where the detector sees them, [68]. */
  readonly detected: number[];
  /** For each of the 17 jaw points the vertices it may slide over, from the rim inward; [17][candidates]. */
  readonly contours: number[][];
}

type Point3 = [number, number, number];
const renders = 96;
const size = 384;
const candidates = 24;
/**
 * Share of the detector's habits with eyes and inner lips on renders that is also seen on photos. With all of it the
 * eyes of fitted photos stood 2 px low and pictures lost 0.4 dB; with none of it they were up to 2 px high and too
 * narrow, and landmarks were off by 5 % more.
 */
const habit = 0.5;

/** Drawn vertices where the skin meets lids and mouth. */
export interface Rims {
  readonly lids: readonly number[];
  readonly mouth: readonly number[];
}

export async function chooseLandmarks(
  data: MorphableModelData,
  rims: Rims,
  random: Random,
): Promise<LandmarkChoice> {
  const model = createMorphableModel(data);
  const mean = model.decodeShape(tf.zeros([1, 80]), tf.zeros([1, 64])).dataSync<"float32">();
  const position = (v: number): Point3 => [mean[3 * v], mean[3 * v + 1], mean[3 * v + 2]];
  const seen = symmetricMeans(await observe(model, mean, random));
  model.dispose();

  const skin = skinVertices(data);
  const drawn = Array.from({ length: data.uvs.length / 2 }, (_, v) => v);
  const onAxis = (v: number) => data.uvs[2 * v] === 0.5;
  const nearest = (p: Point3, among: Iterable<number>) => {
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (const v of among) {
      const distance = Math.hypot(...position(v).map((c, k) => c - p[k]));
      if (distance < least) [best, least] = [v, distance];
    }
    return best;
  };
  const landmarks = seen.map((p, j) => nearest(p, mirrorOrder[j] === j ? skin.filter(onAxis) : skin));
  for (const side of [-1, 1] as const) {
    const lid = rims.lids.filter((v) => Math.sign(mean[3 * v]) === side);
    // Points 36 to 41 lie at negative x (the person's right eye), 42 to 47 at positive x; both from the left.
    pointsOnRim(lid, position, [1 / 3, 2 / 3]).forEach((v, i) => {
      landmarks[(side < 0 ? 36 : 42) + i] = v;
    });
  }
  pointsOnRim(rims.mouth, position, [0.28, 0.5, 0.72]).forEach((v, i) => {
    landmarks[60 + i] = v;
  });
  const falls = jawFall(data);
  const detected = seen.map((p, j) => {
    const middle = mirrorOrder[j] === j;
    const lip = j >= 61 && j <= 63 ? 1 : j >= 65 ? -1 : 0;
    // Closed lips lie on each other: the upper is what stays when the jaw falls.
    const allowed = (v: number) => (!middle || onAxis(v)) && (lip === 0 || lip * (0.25 - falls(v)) > 0);
    if (j < 17) return landmarks[j];
    const place = position(landmarks[j]).map((c, k) => c + habit * (p[k] - c)) as Point3;
    return nearest(place, (lip === 0 && (j < 36 || j > 47) ? skin : drawn).filter(allowed));
  });
  // Exactly symmetric: one half is chosen, the other is its mirror image.
  const twin = mirrorTwins(data, mean);
  for (const chosen of [landmarks, detected]) {
    mirrorOrder.forEach((other, j) => {
      if (other > j) chosen[other] = twin[chosen[j]];
    });
  }
  const contours = landmarks.slice(0, 9).map((v) => slidingPath(data, v, skin));
  for (let j = 9; j < 17; j++) contours.push(contours[16 - j].map((v) => twin[v]));
  return { landmarks, detected, contours };
}

/** Positions on the mean face of what the detector sees on renders of varied faces; [renders][68]. */
async function observe(
  model: ReturnType<typeof createMorphableModel>,
  mean: Float32Array,
  random: Random,
): Promise<Point3[][]> {
  const detector = await loadFaceDetector();
  const observations: Point3[][] = [];
  const lights = Object.values(namedLights);
  for (let i = 0; i < renders; i++) {
    const person = sampleFace(model.data, i, { expression: false });
    const row = (values: Float32Array) => tf.tensor2d(values, [1, values.length]);
    const pose = tf.tensor2d(
      [0.06, 0.12, 0.04].map((s) => s * random.normal()),
      [1, 3],
    );
    const rendering = tf.tidy(() => {
      const shape = model.decodeShape(row(person.identity), row(person.expression));
      const vertices = transformVertices(shape, pose, tf.zeros([1, 3]));
      const light = tf.tensor2d([...lights[i % lights.length]], [1, 27]);
      const scene = {
        vertices,
        normals: vertexNormals(vertices, model.triangles),
        triangles: model.triangles,
        size,
      };
      const { image, mask, fragments } = renderVertexColoured(
        scene,
        model.decodeAlbedo(row(person.albedo)),
        light,
      );
      return { image: tf.add(image, tf.mul(0.4, tf.sub(1, mask))), ...fragments };
    });
    const picture: RgbImage = { width: size, height: size, data: rendering.image.dataSync<"float32">() };
    const [face] = await detector.detect(picture);
    const ids = rendering.triangleId.dataSync<"int32">();
    const barycentrics = rendering.barycentrics.dataSync<"float32">();
    if (face) observations.push(face.points.map(([x, y]) => unproject(x, y)));
    tf.dispose([pose, ...Object.values(rendering)]);

    function unproject(x: number, y: number): Point3 {
      const pixel = nearestCovered(ids, x, y);
      const t = ids[pixel];
      return [0, 1, 2].map((k) =>
        [0, 1, 2].reduce((sum, c) => {
          const vertex = model.data.triangles[3 * t + c];
          return sum + barycentrics[3 * pixel + c] * mean[3 * vertex + k];
        }, 0),
      ) as Point3;
    }
  }
  detector.dispose();
  console.log(`landmarks: the detector saw ${observations.length} of ${renders} renders`);
  return observations;
}

function nearestCovered(ids: Int32Array, x: number, y: number): number {
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  for (let p = 0; p < ids.length; p++) {
    if (ids[p] < 0) continue;
    const distance = Math.hypot((p % size) + 0.5 - x, Math.floor(p / size) + 0.5 - y);
    if (distance < least) [best, least] = [p, distance];
  }
  return best;
}

/** Median of each point over the renders, then the mean of each point and its mirrored partner. */
function symmetricMeans(observations: readonly Point3[][]): Point3[] {
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
  const middle = mirrorOrder.map(
    (_, j) => [0, 1, 2].map((k) => median(observations.map((o) => o[j][k]))) as Point3,
  );
  return middle.map(([x, y, z], j) => {
    const [mx, my, mz] = middle[mirrorOrder[j]];
    return [(x - mx) / 2, (y + my) / 2, (z + mz) / 2];
  });
}

/**
 * Points around a rim as the 68-point scheme orders them: left corner, along the upper side at the given
 * shares of the width, right corner, back along the lower side.
 */
function pointsOnRim(
  rim: readonly number[],
  position: (v: number) => Point3,
  shares: readonly number[],
): number[] {
  const byX = [...rim].sort((a, b) => position(a)[0] - position(b)[0]);
  const [left, right] = [byX[0], byX[byX.length - 1]];
  const [from, to] = [position(left), position(right)];
  // The line between the corners parts upper from lower.
  const above = (v: number) => {
    const share = (position(v)[0] - from[0]) / (to[0] - from[0]);
    return position(v)[1] - (from[1] + share * (to[1] - from[1]));
  };
  const at = (share: number, side: 1 | -1) => {
    const x = from[0] + share * (to[0] - from[0]);
    const half = rim.filter((v) => v !== left && v !== right && above(v) * side > 0);
    return half.reduce((best, v) =>
      Math.abs(position(v)[0] - x) < Math.abs(position(best)[0] - x) ? v : best,
    );
  };
  return [left, ...shares.map((s) => at(s, 1)), right, ...[...shares].reverse().map((s) => at(s, -1))];
}

/** How far each drawn vertex falls with the open mouth, as a share of the most that any does. */
function jawFall(data: MorphableModelData): (v: number) => number {
  const width = data.meanShape.length;
  const unit = data.expressionNames.indexOf("mouth-open");
  const coarse = data.expressionModes.subarray(unit * width, (unit + 1) * width);
  const fine = data.shapeSubdivision.reduce((x, m) => multiplySparseDense(m, x, 3), coarse);
  const most = fine.reduce((least, value, i) => (i % 3 === 1 ? Math.min(least, value) : least), 0);
  return (v) => fine[3 * v + 1] / most;
}

function skinVertices(data: MorphableModelData): number[] {
  const skin = new Set<number>();
  data.skinTriangle.forEach((isSkin, t) => {
    if (isSkin) for (let c = 0; c < 3; c++) skin.add(data.triangles[3 * t + c]);
  });
  return [...skin];
}

/** From a jaw point level toward the middle of the face, on the parameterisation. */
function slidingPath(data: MorphableModelData, from: number, skin: readonly number[]): number[] {
  const [u, v] = [data.uvs[2 * from], data.uvs[2 * from + 1]];
  return Array.from({ length: candidates }, (_, i) => {
    const along = u + (0.6 * (0.5 - u) * i) / (candidates - 1);
    return skin.reduce((best, w) => {
      const distance = (x: number) => Math.hypot(data.uvs[2 * x] - along, data.uvs[2 * x + 1] - v);
      return distance(w) < distance(best) ? w : best;
    }, from);
  });
}
