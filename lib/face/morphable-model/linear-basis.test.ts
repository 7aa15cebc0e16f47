import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { checkGradient } from "../../testing/finite-differences.js";
import { linearBasis } from "./linear-basis.js";

for (const engine of ["cpu", "wasm"] as const) {
  describe(`morphable-model/linear-basis [${engine}]`, () => {
    before(async () => {
      await prepareEngine(engine);
    });

    it("is F θ, one displacement field a coefficient", () => {
      const basis = linearBasis(Float32Array.from([1, 2, 3, 4, 5, 6]), 2);
      const result = tf.tidy(() => basis.apply(tf.tensor2d([1, 0, 0.5, -1], [2, 2])));
      assert.deepEqual([...result.dataSync()], [1, 2, 3, -3.5, -4, -4.5]);
      basis.dispose();
      result.dispose();
    });

    it("has the gradient Fᵀ dy, as central differences find it", async () => {
      const random = createRandom(1);
      const basis = linearBasis(random.normalArray(5 * 12), 5);
      const x = tf.tensor2d(random.normalArray(10), [2, 5]);
      const error = await checkGradient((c) => tf.sum(tf.square(basis.apply(c as tf.Tensor2D))), [x]);
      basis.dispose();
      x.dispose();
      assert.ok(error < 2e-3, `relative error ${error}`);
    });

    it("leaves no tensors behind, and `dispose` frees all", () => {
      const x = tf.ones<tf.Rank.R2>([1, 2]);
      const before = tf.memory().numTensors;
      const basis = linearBasis(new Float32Array(12), 2);
      const held = tf.memory().numTensors;
      basis.apply(x).dispose();
      tf.grad((c) => tf.sum(basis.apply(c as tf.Tensor2D)))(x).dispose();
      assert.equal(tf.memory().numTensors, held);
      basis.dispose();
      assert.equal(tf.memory().numTensors, before);
      x.dispose();
    });
  });
}
