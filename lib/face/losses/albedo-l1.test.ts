import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { softMask, uniformTensor } from "../../testing/every-loss.js";
import { mapOf, numberOf } from "../../testing/map-fixture.js";
import { albedoL1Loss } from "./albedo-l1.js";

describeOnEachEngine("L1 loss of the albedo", () => {
  it("is the mean of |A_detail − A_prior| over the mask's texels and the colours, Eq. 10", () => {
    tf.tidy(() => {
      const detailed = mapOf([1, 2, 2, 3], (x, y, c) => (y === 0 && x === 0 ? [0.4, 0.6, 0.5][c] : 0.5));
      const prior = tf.fill<tf.Rank.R4>([1, 2, 2, 3], 0.5);
      const top = mapOf([1, 2, 2, 1], (_x, y) => 1 - y);
      assertClose([numberOf(albedoL1Loss(detailed, prior, top))], [0.2 / 3 / 2]);
    });
  });

  it("is 0 for the prior itself; the gradient is the sign of the difference, whatever its size", () => {
    tf.tidy(() => {
      const prior = uniformTensor<tf.Rank.R4>([1, 4, 4, 3], 1);
      const f = (x: tf.Tensor) => albedoL1Loss(x as tf.Tensor4D, prior, tf.ones([1, 4, 4, 1]));
      const same = tf.valueAndGrad(f)(prior);
      assert.equal(numberOf(same.value), 0);
      assert.ok(same.grad.dataSync().every((slope) => slope === 0));
      for (const by of [-0.3, -0.01, 0.01, 0.3]) {
        const slopes = tf.grad(f)(tf.add(prior, by)).dataSync();
        assertClose(slopes, new Float32Array(48).fill(Math.sign(by) / 48), 1e-7);
      }
    });
  });

  it("names a wrong shape", () => {
    tf.tidy(() => {
      assert.throws(
        () => albedoL1Loss(tf.ones([1, 4, 4, 3]), tf.ones([1, 4, 4, 4]), softMask(1, 4)),
        /^Error: albedoL1Loss: `priorAlbedo` should have shape \[B=1, U=4, U=4, 3\] but has \[1,4,4,4\]\.$/,
      );
    });
  });
});
