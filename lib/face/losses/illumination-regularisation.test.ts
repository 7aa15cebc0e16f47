import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { softMask, uniformTensor } from "../../testing/every-loss.js";
import { mapOf, numberOf } from "../../testing/map-fixture.js";
import { illuminationRegularisation } from "./illumination-regularisation.js";

describeOnEachEngine("illumination regularisation", () => {
  it("is the mean of (L_detail − L_coarse)² over the mask's texels and the 27 numbers, Eq. 4", () => {
    tf.tidy(() => {
      // One number of 27 is 0.3 off at one of the mask's two texels; outside the mask all are.
      const detailed = mapOf([1, 2, 2, 27], (x, y, c) => (y === 1 ? 7 : c === 4 && x === 1 ? 0.5 : 0.2));
      const coarse = tf.fill<tf.Rank.R2>([1, 27], 0.2);
      const mask = mapOf([1, 2, 2, 1], (_x, y) => 1 - y);
      assertClose([numberOf(illuminationRegularisation(detailed, coarse, mask))], [0.09 / 27 / 2], 1e-7);
    });
  });

  it("is 0, with no gradient, where every texel has the light of the face", () => {
    tf.tidy(() => {
      const coarse = uniformTensor<tf.Rank.R2>([2, 27], 1);
      const detailed = tf.tile(tf.reshape<tf.Rank.R4>(coarse, [2, 1, 1, 27]), [1, 3, 3, 1]);
      const f = (x: tf.Tensor) => illuminationRegularisation(x as tf.Tensor4D, coarse, softMask(1, 3));
      const { value, grad } = tf.valueAndGrad(f)(detailed);
      assert.equal(numberOf(value), 0);
      assert.ok(grad.dataSync().every((slope) => slope === 0));
    });
  });

  it("names a wrong shape", () => {
    tf.tidy(() => {
      const mask = tf.ones<tf.Rank.R4>([1, 2, 2, 1]);
      const [light, coarse] = [tf.ones<tf.Rank.R4>([2, 2, 2, 27]), tf.ones<tf.Rank.R2>([1, 27])];
      assert.throws(
        () => illuminationRegularisation(light, coarse, mask),
        /^Error: illuminationRegularisation: `coarseLight` should have shape \[B=2, 27\] but has \[1,27\]\.$/,
      );
      assert.throws(
        () => illuminationRegularisation(light, tf.ones([2, 27]), tf.ones([3, 2, 2, 1])),
        /^Error: illuminationRegularisation: `uvMask` should have shape \[B=2, U=2, U=2, 1\] but has \[3,2,2,1\]\.$/,
      );
    });
  });
});
