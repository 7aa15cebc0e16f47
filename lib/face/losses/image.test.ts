import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { softMask, uniformTensor } from "../../testing/every-loss.js";
import { mapOf, numberOf } from "../../testing/map-fixture.js";
import { imageLoss } from "./image.js";

describeOnEachEngine("image loss", () => {
  it("is the mean of (I_r − I_gt)² over the mask's pixels and the colours, Eq. 16", () => {
    tf.tidy(() => {
      const rendered = mapOf([1, 2, 3, 3], (x, y, c) =>
        y === 0 && x === 1 && c === 2 ? 0.7 : 0.4 + 0.6 * y,
      );
      const photo = tf.fill<tf.Rank.R4>([1, 2, 3, 3], 0.4);
      const top = mapOf([1, 2, 3, 1], (_x, y) => 1 - y);
      assertClose([numberOf(imageLoss(rendered, photo, top))], [0.09 / 3 / 3]);
    });
  });

  it("is 0 for the photo itself, and under a mask of 0, which leaves no gradient", () => {
    tf.tidy(() => {
      const [photo, rendered] = [1, 2].map((seed) => uniformTensor<tf.Rank.R4>([2, 4, 8, 3], seed));
      assert.equal(numberOf(imageLoss(photo, photo, softMask(2, 4, 8))), 0);
      const f = (x: tf.Tensor) => imageLoss(x as tf.Tensor4D, photo, tf.zeros([1, 4, 8, 1]));
      const { value, grad } = tf.valueAndGrad(f)(rendered);
      assert.equal(numberOf(value), 0);
      assert.ok(grad.dataSync().every((slope) => slope === 0));
    });
  });

  it("names a wrong shape", () => {
    tf.tidy(() => {
      assert.throws(
        () => imageLoss(tf.ones([1, 4, 8, 3]), tf.ones([1, 8, 4, 3]), softMask(1, 4, 8)),
        /^Error: imageLoss: `photo` should have shape \[B=1, H=4, W=8, 3\] but has \[1,8,4,3\]\.$/,
      );
    });
  });
});
