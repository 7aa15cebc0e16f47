import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { uniformTensor } from "../../testing/every-loss.js";
import { numberOf } from "../../testing/map-fixture.js";
import { styleLoss } from "./style.js";

describeOnEachEngine("style loss", () => {
  it("is the mean squared difference of 1/HW Σ_p f_c(p) f_d(p)", () => {
    tf.tidy(() => {
      const features = tf.tensor4d([1, 0, 1, 2], [1, 1, 2, 2]);
      // Gram matrix [[2, 2], [2, 4]] / 2 against that of zeros.
      const value = numberOf(styleLoss(features, tf.zerosLike(features)));
      assertClose([value], [(1 + 1 + 1 + 4) / 4]);
    });
  });

  it("of places multiplies places over the channels, 1/(4 H²W²) Σ (…)²", () => {
    tf.tidy(() => {
      const features = tf.tensor4d([1, 0, 1, 2], [1, 1, 2, 2]);
      // [[1, 1], [1, 5]] against zeros.
      assertClose([numberOf(styleLoss(features, tf.zerosLike(features), "places"))], [28 / (4 * 4)]);
    });
  });

  it("of channels is 0 for the same features in another order, of places it is not", () => {
    tf.tidy(() => {
      const features = uniformTensor<tf.Rank.R4>([2, 2, 3, 4], 1);
      const moved = tf.reverse(features, [1, 2]);
      assertClose([numberOf(styleLoss(features, moved))], [0], 1e-9);
      assert.ok(numberOf(styleLoss(features, moved, "places")) > 1e-3);
      assertClose([numberOf(styleLoss(features, features, "places"))], [0], 1e-9);
    });
  });

  it("names a wrong shape", () => {
    tf.tidy(() => {
      assert.throws(
        () => styleLoss(tf.ones([2, 2, 3, 4]), tf.ones([2, 2, 3, 5])),
        /^Error: styleLoss: `references` should have shape \[B=2, H=2, W=3, C=4\] but has \[2,2,3,5\]\.$/,
      );
    });
  });
});
