import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { softMask, uniformTensor } from "../../testing/every-loss.js";
import { mapOf, numberOf } from "../../testing/map-fixture.js";
import { mirrorMap } from "./mirror-map.js";
import { symmetryLoss } from "./symmetry.js";

describeOnEachEngine("symmetry loss", () => {
  it("is the mean of (A − Â)² over the mask's texels and the colours, Eq. 7", () => {
    tf.tidy(() => {
      // Red differs by 0.5 in the outer pair of columns; both its texels see that.
      const albedo = mapOf([1, 4, 4, 3], (x, _y, c) => (c === 0 && x === 3 ? 0.9 : 0.4));
      assertClose([numberOf(symmetryLoss(albedo, tf.ones([1, 4, 4, 1])))], [(0.25 / 3) * (2 / 4)]);
      const left = mapOf([1, 4, 4, 1], (x) => Number(x === 0));
      assertClose([numberOf(symmetryLoss(albedo, left))], [0.25 / 3]);
    });
  });

  it("is 0, with no gradient, for a symmetric albedo", () => {
    tf.tidy(() => {
      const half = uniformTensor<tf.Rank.R4>([2, 4, 4, 3], 1);
      const symmetric = tf.add<tf.Tensor4D>(half, mirrorMap(half));
      const { value, grad } = tf.valueAndGrad((x) => symmetryLoss(x as tf.Tensor4D, softMask(1, 4)))(
        symmetric,
      );
      assert.equal(numberOf(value), 0);
      assert.ok(grad.dataSync().every((slope) => slope === 0));
    });
  });

  it("pulls both sides towards each other: the gradient of a pair adds up to 0", () => {
    tf.tidy(() => {
      const albedo = uniformTensor<tf.Rank.R4>([1, 4, 4, 3], 1);
      const slope = tf.grad((x) => symmetryLoss(x as tf.Tensor4D, softMask(1, 4)))(albedo) as tf.Tensor4D;
      assertClose(tf.add(slope, mirrorMap(slope)).dataSync(), new Float32Array(48), 1e-7);
    });
  });

  it("names a wrong shape", () => {
    tf.tidy(() => {
      assert.throws(
        () => symmetryLoss(tf.ones([1, 4, 4, 3]), tf.ones([1, 4, 3, 1])),
        /^Error: symmetryLoss: `uvMask` should have shape \[1, U=4, U=4, 1\] but has \[1,4,3,1\]\.$/,
      );
    });
  });
});
