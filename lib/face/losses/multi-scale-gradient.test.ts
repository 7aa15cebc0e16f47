import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { softMask, uniformTensor } from "../../testing/every-loss.js";
import { numberOf } from "../../testing/map-fixture.js";
import { imageGradientLoss } from "./image-gradient.js";
import { multiScaleGradientLoss } from "./multi-scale-gradient.js";

const ones = () => tf.ones<tf.Rank.R4>([1, 4, 4, 1]);

describeOnEachEngine("multi-scale gradient loss", () => {
  it("of one scale is Eq. 15; of two the mean with that of the halved pictures", () => {
    tf.tidy(() => {
      const [rendered, photo] = [1, 2].map((seed) => uniformTensor<tf.Rank.R4>([1, 4, 4, 3], seed));
      const one = numberOf(imageGradientLoss(rendered, photo, ones()));
      assertClose([numberOf(multiScaleGradientLoss(rendered, photo, ones(), 1))], [one]);
      const [a, b] = [rendered, photo].map((image) => tf.avgPool(image, 2, 2, "valid"));
      const half = numberOf(imageGradientLoss(a, b, tf.ones([1, 2, 2, 1])));
      assertClose([numberOf(multiScaleGradientLoss(rendered, photo, ones(), 2))], [(one + half) / 2]);
    });
  });

  it("heeds nothing outside the mask at any scale", () => {
    tf.tidy(() => {
      const mask = softMask(1, 8);
      const inside = uniformTensor<tf.Rank.R4>([1, 8, 8, 3], 1);
      const wild = tf.add<tf.Tensor4D>(inside, tf.mul(tf.cast(tf.equal(mask, 0), "float32"), 9));
      const [tame, other] = [inside, wild].map((x) =>
        numberOf(multiScaleGradientLoss(x, tf.zerosLike(x), mask)),
      );
      assertClose([tame], [other], 1e-7);
    });
  });

  it("names sides that do not halve", () => {
    tf.tidy(() => {
      const [image, mask] = [tf.ones<tf.Rank.R4>([1, 6, 6, 3]), tf.ones<tf.Rank.R4>([1, 6, 6, 1])];
      assert.throws(
        () => multiScaleGradientLoss(image, image, mask),
        /^Error: multiScaleGradientLoss: `scales` should be at least 1, and halve 6 x 6 to whole numbers, but is 3\.$/,
      );
    });
  });
});
