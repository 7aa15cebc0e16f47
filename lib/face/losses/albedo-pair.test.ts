import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { softMask, uniformTensor } from "../../testing/every-loss.js";
import { mapOf, numberOf } from "../../testing/map-fixture.js";
import { albedoPairLoss } from "./albedo-pair.js";

describeOnEachEngine("albedo pair loss", () => {
  it("is the mean of (A′₁ / m₁ − A′₂ / m₂)² over what both show and the colours", () => {
    tf.tidy(() => {
      // The green of the first pair is 0.9 in one of four columns and 0.3 in the others, so its mean is 0.45 and its parts
      // are 2 and 2/3 of that; the other albedo is even. The second pair agrees.
      const one = mapOf([1, 4, 4, 3], (x, _y, c) => (c === 1 && x === 2 ? 0.9 : 0.3));
      const even = tf.fill<tf.Rank.R4>([1, 4, 4, 3], 0.4);
      const pairs = tf.concat([one, even, even, even]);
      const square = (1 * 1 + 3 * (1 / 3) ** 2) / 4;
      assertClose([numberOf(albedoPairLoss(pairs, tf.ones([2, 4, 4, 1])))], [square / 3 / 2]);
      const nothing = tf.zeros<tf.Rank.R4>([2, 4, 4, 1]);
      assert.equal(numberOf(albedoPairLoss(pairs, nothing)), 0);
    });
  });

  it("does not see the brightness nor the tint of an albedo", () => {
    tf.tidy(() => {
      const one = uniformTensor<tf.Rank.R4>([1, 4, 4, 3], 1);
      const tinted = tf.mul<tf.Tensor4D>(one, tf.tensor1d([0.7, 0.5, 0.4]));
      const loss = numberOf(albedoPairLoss(tf.concat([one, tinted]), softMask(1, 4)));
      assert.ok(loss < 1e-12, `${loss}`);
    });
  });

  it("is the same whichever photo of a pair is the first, and pulls at nobody else", () => {
    tf.tidy(() => {
      const albedo = uniformTensor<tf.Rank.R4>([4, 4, 4, 3], 1);
      const loss = (x: tf.Tensor) => albedoPairLoss(x as tf.Tensor4D, softMask(2, 4));
      const turned = tf.gather(albedo, tf.tensor1d([1, 0, 3, 2], "int32"));
      assertClose([numberOf(loss(turned))], [numberOf(loss(albedo))]);
      const others = tf.concat([tf.slice(albedo, 0, 2), uniformTensor<tf.Rank.R4>([2, 4, 4, 3], 2)]);
      const [slope, beside] = [albedo, others].map((x) => tf.slice(tf.grad(loss)(x), 0, 2));
      assertClose(beside.dataSync(), slope.dataSync(), 1e-7);
    });
  });

  it("names a wrong shape", () => {
    tf.tidy(() => {
      assert.throws(
        () => albedoPairLoss(tf.ones([3, 4, 4, 3]), tf.ones([2, 4, 4, 1])),
        /^Error: albedoPairLoss: `detailedAlbedo` should have shape \[4, /,
      );
    });
  });
});
