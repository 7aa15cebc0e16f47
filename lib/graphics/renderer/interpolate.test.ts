import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../base/tensor/random.js";
import { assertClose, describeOnEachEngine, weightedSum } from "../../testing/each-engine.js";
import { checkGradient } from "../../testing/finite-differences.js";
import type { Fragments } from "./fragments.js";
import { interpolate } from "./interpolate.js";

const faceList = [
  [0, 1, 2],
  [3, 1, 0],
];

/** Two pictures of 2×3 pixels with random barycentrics and an empty pixel in each. */
function someFragments(): Fragments {
  const weights = createRandom(2).normalArray(2 * 2 * 3 * 3);
  return {
    triangleId: tf.tensor3d([0, 1, -1, 1, 1, 0, -1, 0, 0, 1, 0, 1], [2, 2, 3], "int32"),
    barycentrics: tf.tensor4d(weights, [2, 2, 3, 3]),
    depth: tf.ones<tf.Rank.R3>([2, 2, 3]),
  };
}

describeOnEachEngine("interpolate", () => {
  it("is the mean of the corners weighed by the barycentrics, and 0 where empty", () => {
    tf.tidy(() => {
      const fragments = someFragments();
      const values = createRandom(3).normalArray(2 * 4 * 2);
      const result = interpolate(
        tf.tensor3d(values, [2, 4, 2]),
        fragments,
        tf.tensor2d(faceList, [2, 3], "int32"),
      );
      const [ids, b] = [fragments.triangleId.dataSync(), fragments.barycentrics.dataSync()];
      const expected = Array.from({ length: 24 }, (_, i) => {
        const [pixel, channel] = [i >> 1, i & 1];
        if (ids[pixel] < 0) return 0;
        const start = pixel < 6 ? 0 : 8;
        return faceList[ids[pixel]].reduce(
          (sum, vertex, k) => sum + b[3 * pixel + k] * values[start + 2 * vertex + channel],
          0,
        );
      });
      assertClose(result.dataSync(), expected, 1e-6);
    });
  });

  for (const batch of [1, 2]) {
    it(`has the gradient of its central differences, attributes with a batch of ${batch}`, async () => {
      const { triangleId, barycentrics, depth } = someFragments();
      const triangles = tf.tensor2d(faceList, [2, 3], "int32");
      const attributes = tf.tensor3d(createRandom(3).normalArray(batch * 4 * 3), [batch, 4, 3]);
      const apply = (a: tf.Tensor, b: tf.Tensor) =>
        weightedSum(
          interpolate(a as tf.Tensor3D, { triangleId, depth, barycentrics: b as tf.Tensor4D }, triangles),
        );
      const error = await checkGradient(apply, [attributes, barycentrics], { samples: 36 });
      assert.ok(error < 2e-3, `error ${error}`);
      const gradients = tf.grads(apply)([attributes, barycentrics]);
      assertClose(gradients[1].dataSync().slice(6, 9), [0, 0, 0], 0); // the empty pixel
      tf.dispose([triangleId, barycentrics, depth, triangles, attributes, gradients]);
    });
  }

  it("names a wrong shape and leaves nothing behind but its result", () => {
    tf.tidy(() => {
      const [fragments, triangles] = [someFragments(), tf.tensor2d(faceList, [2, 3], "int32")];
      const [good, wrong] = [tf.ones<tf.Rank.R3>([1, 4, 2]), tf.ones<tf.Rank.R3>([3, 4, 2])];
      const before = tf.memory().numTensors;
      assert.throws(
        () => interpolate(wrong, fragments, triangles),
        /`attributes` should have a batch of 1 or 2/,
      );
      interpolate(good, fragments, triangles).dispose();
      assert.equal(tf.memory().numTensors, before);
    });
  });
});
