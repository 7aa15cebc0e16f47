import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { applySimilarity, invertSimilarity, type Similarity } from "../../base/image/similarity.js";
import { createRandom } from "../../base/tensor/random.js";
import { assertClose } from "../../testing/each-engine.js";
import { defaultCamera, projectToImage } from "./camera.js";
import type { Vector } from "./light.js";
import { cameraOfSquare, modelToCamera, photoCamera } from "./photo-camera.js";
import { rotationMatrix, transformVertices } from "./pose.js";

/** A crop of 300 px, turned by 31° and taken from far off the photo's corner. */
const toCrop: Similarity = { scale: 0.4, rotation: 0.54, translation: [-310, 95] };
const size = 300;
const angles: Vector = [0.2, -0.5, 0.3];
const translation: Vector = [0.15, -0.2, 0.4];

describe("graphics/scene/photo-camera", () => {
  before(() => prepareEngine("cpu"));

  const vertices = createRandom(3).normalArray(60);
  const camera = photoCamera(defaultCamera, toCrop, size);

  /** Where the fit's own projection puts the vertices in the crop, carried back to the photo. */
  const expected = () =>
    tf.tidy(() => {
      const world = transformVertices(
        tf.tensor3d(vertices, [1, 20, 3]),
        tf.tensor2d([[...angles]]),
        tf.tensor2d([[...translation]]),
      );
      const inCrop = projectToImage(world, defaultCamera, size).dataSync();
      const back = invertSimilarity(toCrop);
      return Array.from({ length: 20 }, (_, i) => applySimilarity(back, [inCrop[2 * i], inCrop[2 * i + 1]]));
    });

  it("projects, as computer vision writes it, where the fit's own camera sees the vertices", () => {
    const { rotation, translation: moved } = modelToCamera(camera, angles, translation);
    const projected = Array.from({ length: 20 }, (_, i) => {
      const vertex = vertices.slice(3 * i, 3 * i + 3);
      const [x, y, z] = rotation.map(
        (row, r) => row.reduce((sum, value, c) => sum + value * vertex[c], 0) + moved[r],
      );
      const [cx, cy] = camera.principalPoint;
      return [cx + (camera.focal * x) / z, cy + (camera.focal * y) / z];
    });
    assertClose(projected.flat(), expected().flat(), 1e-2);
  });

  it("sees the same through a square of the photo", () => {
    const corner = [700, -40] as const;
    const seen = tf.tidy(() => {
      const [pitch, yaw, roll] = angles;
      const [x, y, z] = translation;
      const turn = rotationMatrix([0, 0, camera.roll]);
      const [tx, ty] = turn.map((row) => row[0] * x + row[1] * y);
      const world = transformVertices(
        tf.tensor3d(vertices, [1, 20, 3]),
        tf.tensor2d([[pitch, yaw, roll + camera.roll]]),
        tf.tensor2d([[tx, ty, z]]),
      );
      return Array.from(projectToImage(world, cameraOfSquare(camera, corner, 512)).dataSync());
    });
    assertClose(
      seen,
      expected().flatMap(([px, py]) => [px - corner[0], py - corner[1]]),
      1e-2,
    );
  });

  it("keeps the crop's camera where the photo is the crop", () => {
    const same = photoCamera(defaultCamera, { scale: 1, rotation: 0, translation: [0, 0] }, 224);
    assert.deepEqual([same.focal, ...same.principalPoint, Math.abs(same.roll)], [1015, 112, 112, 0]);
  });
});
