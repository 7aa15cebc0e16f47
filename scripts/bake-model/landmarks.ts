/**
 * Chooses the vertices of the 68 landmarks. Eyes and inner lips by topology: the rims where the skin meets
 * lids and mouth. The others are calibrated to the detector that the fits will use: it looks at renders of
 * the model, and where it sees a point is carried back to the mesh, averaged over faces and lights.
 */
import * as tf from "@tensorflow/tfjs";
import type { RgbImage } from "../../lib/image/rgb-image.js";
import { loadFaceDetector } from "../../lib/landmarks/detect-faces.js";
import { mirrorOrder } from "../../lib/landmarks/landmarks.js";
import { createMorphableModel, type MorphableModelData } from "../../lib/morphable-model/morphable-model.js";
import { renderVertexColoured } from "../../lib/renderer/render.js";
import { vertexNormals } from "../../lib/renderer/vertex-normals.js";
import { namedLights } from "../../lib/scene/named-lights.js";
import { transformVertices } from "../../lib/scene/pose.js";
import type { Random } from "../../lib/tensor/random.js";

export interface LandmarkChoice {
  /** [68] */
  readonly landmarks: number[];
  /** For each of the 17 jaw points the vertices it may slide over, from the rim inward; [17][candidates]. */
  readonly contours: number[][];
}

type Point3 = [number, number, number];
const renders = 48;
const size = 384;
const candidates = 24;

/** @param rims drawn vertices where the skin meets lids and mouth */
export async function chooseLandmarks(
  data: MorphableModelData,
  rims: { readonly lids: readonly number[]; readonly mouth: readonly number[] },
  random: Random,
): Promise<LandmarkChoice> {
  const model = createMorphableModel(data);
  const mean = model.decodeShape(tf.zeros([1, 80]), tf.zeros([1, 64])).dataSync<"float32">();
  const position = (v: number): Point3 => [mean[3 * v], mean[3 * v + 1], mean[3 * v + 2]];
  const seen = symmetricMeans(await observe(model, mean, random));
  model.dispose();

  const skin = skinVertices(data);
  const nearest = (p: Point3, among: Iterable<number>) => {
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (const v of among) {
      const distance = Math.hypot(...position(v).map((c, k) => c - p[k]));
      if (distance < least) [best, least] = [v, distance];
    }
    return best;
  };
  const landmarks = seen.map((p) => nearest(p, skin));
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
  return { landmarks, contours: landmarks.slice(0, 17).map((v) => slidingPath(data, v, skin)) };
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
    const normals = (count: number, scale: number) =>
      tf.tensor2d(
        Float32Array.from({ length: count }, () => scale * random.normal()),
        [1, count],
      );
    const pose = tf.tensor2d(
      [0.06, 0.12, 0.04].map((s) => s * random.normal()),
      [1, 3],
    );
    const rendering = tf.tidy(() => {
      const shape = model.decodeShape(normals(80, 0.7), tf.zeros([1, 64]));
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
        model.decodeAlbedo(normals(80, 0.7)),
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
