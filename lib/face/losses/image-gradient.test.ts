import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { softMask, uniformTensor } from "../../testing/every-loss.js";
import { mapOf, numberOf, twiceAsFine } from "../../testing/map-fixture.js";
import { imageGradientLoss } from "./image-gradient.js";

/** The sum over pixels and colours alone: of 4 × 4 pixels, the loss counts 4/224 of it. */
const perPixel = (loss: tf.Scalar) => (numberOf(loss) * 224) / 4;
const ones = () => tf.ones<tf.Rank.R4>([1, 4, 4, 1]);

describeOnEachEngine("image gradient loss", () => {
  it("is the mean of |Grad(I_r) − Grad(I_gt)|², over x and y, Eq. 15", () => {
    tf.tidy(() => {
      const [rendered, photo] = [
        mapOf([1, 4, 4, 3], (x, y) => 0.1 * x + 0.2 * y),
        mapOf([1, 4, 4, 3], (x) => 0.4 - 0.1 * x),
      ];
      // 12 pairs to the right that differ by 0.2, 12 below by 0.2, of 16 pixels.
      assertClose([perPixel(imageGradientLoss(rendered, photo, ones()))], [(24 * 0.04) / 16]);
    });
  });

  it("is 0, with no gradient, for the photo in any even brightness", () => {
    tf.tidy(() => {
      const photo = uniformTensor<tf.Rank.R4>([2, 4, 8, 3], 1);
      const f = (x: tf.Tensor) => imageGradientLoss(x as tf.Tensor4D, photo, softMask(2, 4, 8));
      const { value, grad } = tf.valueAndGrad(f)(tf.add(photo, 0.25));
      assertClose([numberOf(value), ...grad.dataSync()], new Float32Array(1 + photo.size), 1e-7);
    });
  });

  it("sees a checkerboard", () => {
    tf.tidy(() => {
      const checkers = mapOf([1, 4, 4, 3], (x, y) => (x + y) % 2);
      assertClose([perPixel(imageGradientLoss(checkers, tf.zeros([1, 4, 4, 3]), ones()))], [24 / 16]);
    });
  });

  it("sees no pair across the rim of the mask, and nothing where the mask is 0", () => {
    tf.tidy(() => {
      const rendered = mapOf([1, 4, 4, 3], (x) => Number(x > 1));
      const right = mapOf([1, 4, 4, 1], (x) => Number(x > 1));
      for (const mask of [right, tf.zerosLike(right)]) {
        const f = (x: tf.Tensor) => imageGradientLoss(x as tf.Tensor4D, tf.zeros([1, 4, 4, 3]), mask);
        const { value, grad } = tf.valueAndGrad(f)(rendered);
        assertClose([numberOf(value), ...grad.dataSync()], new Float32Array(49), 0);
      }
    });
  });

  it("does not depend on the resolution: of pictures with each pixel doubled it is the same", () => {
    tf.tidy(() => {
      const [rendered, photo] = [1, 2].map((seed) => uniformTensor<tf.Rank.R4>([2, 4, 4, 3], seed));
      const coarse = imageGradientLoss(rendered, photo, ones());
      const fine = imageGradientLoss(twiceAsFine(rendered), twiceAsFine(photo), tf.ones([1, 8, 8, 1]));
      assert.ok(Math.abs(numberOf(fine) / numberOf(coarse) - 1) < 1e-5);
    });
  });

  it("names a wrong shape", () => {
    tf.tidy(() => {
      assert.throws(
        () => imageGradientLoss(tf.ones([1, 4, 4, 3]), tf.ones([1, 4, 4, 3]), tf.ones([1, 4, 4, 3])),
        /^Error: imageGradientLoss: `faceMask` should have shape \[1, H=4, W=4, 1\] but has \[1,4,4,3\]\.$/,
      );
    });
  });
});
