import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { softMask, uniformTensor } from "../../testing/every-loss.js";
import { mapOf, numberOf, twiceAsFine } from "../../testing/map-fixture.js";
import {
  guidedPairWeights,
  guidedPairWeightsComposed,
  neighbourDifferences,
  neighbourDifferencesComposed,
  pairWeights,
} from "./neighbour-differences.js";

const whole = (height: number, width: number) => pairWeights(tf.ones([1, height, width, 1]));

describeOnEachEngine("neighbour differences", () => {
  it("add up the squares of all pairs, to the right and below, over texels and channels", () => {
    tf.tidy(() => {
      const map = tf.tensor4d([1, 2, 4, 8], [1, 2, 2, 1]);
      assertClose([numberOf(neighbourDifferences(map, whole(2, 2)))], [(1 + 9 + 16 + 36) / 4]);
      const twice = tf.concat([map, map], 3) as tf.Tensor4D;
      assertClose([numberOf(neighbourDifferences(twice, whole(2, 2)))], [(1 + 9 + 16 + 36) / 4]);
    });
  });

  it("give what operations one after the other give, and their gradient", () => {
    tf.tidy(() => {
      const map = uniformTensor<tf.Rank.R4>([2, 4, 5, 3], 1);
      for (const batch of [1, 2]) {
        const weights = pairWeights(softMask(batch, 4, 5));
        const [fused, composed] = [neighbourDifferences, neighbourDifferencesComposed].map((f) => {
          const { value, grad } = tf.valueAndGrad((x) => f(x as tf.Tensor4D, weights))(map);
          return [value, grad].map((tensor) => tensor.dataSync());
        });
        for (const [i, values] of fused.entries()) assertClose(values, composed[i], 1e-6);
        const [mask, guide] = [softMask(batch, 4, 5), uniformTensor<tf.Rank.R4>([2, 4, 5, 3], 2)];
        for (const over of ["mask", "map"] as const) {
          assertClose(
            guidedPairWeights(mask, guide, 3, over).dataSync(),
            guidedPairWeightsComposed(mask, guide, 3, over).dataSync(),
            1e-6,
          );
        }
      }
    });
  });

  it("have weights M(i) M(j) exp(−α ‖G(i) − G(j)‖²) / Σ M", () => {
    tf.tidy(() => {
      const mask = tf.tensor4d([1, 0.5, 0, 1], [1, 2, 2, 1]);
      assertClose(pairWeights(mask).dataSync(), [0.5 / 2.5, 0, 0, 0.5 / 2.5, 0, 0, 0, 0]);
      const guide = tf.tensor4d([0, 0.1, 0.3, 0], [1, 2, 2, 1]);
      const expected = [(0.5 * Math.exp(-0.8)) / 2.5, 0, 0, (0.5 * Math.exp(-0.8)) / 2.5, 0, 0, 0, 0];
      assertClose(guidedPairWeights(mask, guide, 80).dataSync(), expected);
      // Over the whole map it is divided by its 4 texels.
      assertClose(pairWeights(mask, "map").dataSync(), [0.5 / 4, 0, 0, 0.5 / 4, 0, 0, 0, 0]);
    });
  });

  it("of the same surface at twice the resolution are half at its edges and a quarter on its slopes", () => {
    tf.tidy(() => {
      const map = uniformTensor<tf.Rank.R4>([1, 4, 4, 3], 1);
      const coarse = numberOf(neighbourDifferences(map, whole(4, 4)));
      assertClose([numberOf(neighbourDifferences(twiceAsFine(map), whole(8, 8)))], [coarse / 2]);
      // Along the rim a pair is missing: a slope of 1 over n texels gives (n − 1) / n³.
      for (const n of [4, 8, 16]) {
        const slope = mapOf([1, n, n, 1], (x) => x / n);
        assertClose([numberOf(neighbourDifferences(slope, whole(n, n)))], [(n - 1) / n ** 3]);
      }
    });
  });

  it("take map and weights of one texel, which has no pairs", () => {
    tf.tidy(() => {
      assert.equal(numberOf(neighbourDifferences(tf.ones([1, 1, 1, 3]), whole(1, 1))), 0);
      assert.equal(numberOf(neighbourDifferencesComposed(tf.ones([1, 1, 1, 3]), whole(1, 1))), 0);
    });
  });
});
