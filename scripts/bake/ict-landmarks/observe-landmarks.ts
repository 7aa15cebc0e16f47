/** Finds where the detector sees the 68 points on renders of a model, carried back to its mean face. */
import * as tf from "@tensorflow/tfjs";
import {
  createMorphableModel,
  loadFaceDetector,
  type MorphableModel,
  type MorphableModelData,
  namedLights,
  type Random,
  type RgbImage,
  renderVertexColoured,
  sampleFace,
} from "rerenderable";
import { mirrorOrder } from "rerenderable/face";
import { transformVertices, vertexNormals } from "rerenderable/graphics";

export type Point3 = readonly [number, number, number];

const size = 384;
/** The spread of the heads' pitch, yaw and roll, radians. */
const angles = [0.06, 0.12, 0.04];

/**
 * @param renders the number of random people at rest, and the number of poses of each, under the named lights in turn
 * @returns each point's median over the renders, made symmetric; on or beside the mean face, [68]
 */
export async function observeLandmarks(
  data: MorphableModelData,
  renders: number,
  random: Random,
): Promise<{ points: Point3[]; seen: number }> {
  const model = createMorphableModel(data);
  const detector = await loadFaceDetector();
  const mean = tf.tidy(() => model.decodeShape(tf.zeros([1, 80]), tf.zeros([1, 64])).dataSync<"float32">());
  const lights = Object.values(namedLights);
  const observations: Point3[][] = [];
  for (let i = 0; i < renders; i++) {
    const { picture, triangleId, barycentrics } = renderPerson(model, i, lights[i % lights.length], random);
    const [face] = await detector.detect(picture);
    if (!face) continue;
    observations.push(
      face.points.map(([x, y]) => {
        const pixel = nearestCovered(triangleId, x, y);
        const corners = data.triangles.subarray(3 * triangleId[pixel], 3 * triangleId[pixel] + 3);
        return [0, 1, 2].map((k) =>
          corners.reduce((sum, v, c) => sum + barycentrics[3 * pixel + c] * mean[3 * v + k], 0),
        ) as unknown as Point3;
      }),
    );
  }
  detector.dispose();
  model.dispose();
  return { points: symmetricMedians(observations), seen: observations.length };
}

function renderPerson(model: MorphableModel, seed: number, light: readonly number[], random: Random) {
  const person = sampleFace(model.data, seed, { expression: false });
  const row = (values: ArrayLike<number>) => tf.tensor2d(Array.from(values), [1, values.length]);
  const { image, triangleId, barycentrics } = tf.tidy(() => {
    const shape = model.decodeShape(row(person.identity), row(person.expression));
    const pose = row(angles.map((spread) => spread * random.normal()));
    const vertices = transformVertices(shape, pose, tf.zeros([1, 3]));
    const normals = vertexNormals(vertices, model.triangles);
    const scene = { vertices, normals, triangles: model.triangles, size };
    const albedo = model.decodeAlbedo(row(person.albedo));
    const { image, mask, fragments } = renderVertexColoured(scene, albedo, row(light));
    return { image: tf.add(image, tf.mul(0.4, tf.sub(1, mask))), ...fragments };
  });
  const picture: RgbImage = { width: size, height: size, data: image.dataSync<"float32">() };
  const plain = {
    triangleId: triangleId.dataSync<"int32">(),
    barycentrics: barycentrics.dataSync<"float32">(),
  };
  tf.dispose([image, triangleId, barycentrics]);
  return { picture, ...plain };
}

/** Finds the covered pixel nearest to a point, in a window that grows until it holds one. */
function nearestCovered(ids: Int32Array, x: number, y: number): number {
  for (let reach = 4; reach < 2 * size; reach *= 2) {
    let [best, least] = [-1, reach];
    for (let row = Math.max(0, Math.floor(y - reach)); row < Math.min(size, y + reach); row++)
      for (let column = Math.max(0, Math.floor(x - reach)); column < Math.min(size, x + reach); column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        if (ids[row * size + column] >= 0 && distance < least)
          [best, least] = [row * size + column, distance];
      }
    if (best >= 0) return best;
  }
  throw new Error("observeLandmarks: the render shows nothing.");
}

function symmetricMedians(observations: readonly (readonly Point3[])[]): Point3[] {
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
  const middle = mirrorOrder.map((_, j) => [0, 1, 2].map((k) => median(observations.map((o) => o[j][k]))));
  return middle.map(([x, y, z], j) => {
    const [mx, my, mz] = middle[mirrorOrder[j]];
    return [(x - mx) / 2, (y + my) / 2, (z + mz) / 2];
  });
}
