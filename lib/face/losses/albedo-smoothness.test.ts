import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { softMask, uniformTensor } from "../../testing/every-loss.js";
import { mapOf, numberOf, twiceAsFine } from "../../testing/map-fixture.js";
import { albedoSmoothnessLoss, paperAlpha } from "./albedo-smoothness.js";

/** A step of a height between the left and the right column of 2 × 2 texels, in every colour. */
const step = (height: number) => mapOf([1, 2, 2, 3], (x) => 0.3 + height * x);
/** The sum over texels and colours alone: of 2 × 2 texels, the loss counts 2/256 of it. */
const perTexel = (loss: tf.Scalar) => (numberOf(loss) * 256) / 2;
const everywhere = () => tf.ones<tf.Rank.R4>([1, 2, 2, 1]);

describeOnEachEngine("albedo smoothness loss", () => {
  it("is Σ_i Σ_j∈N(i) ω ‖A(i) − A(j)‖² over texels and colours, Eq. 8: a step of 0.2 in two pairs of four texels", () => {
    tf.tidy(() => {
      // Each of the two pairs is met from both sides: 2 · 2 · 3 · 0.2² / (4 · 3).
      assertClose([perTexel(albedoSmoothnessLoss(step(0.2), step(0), everywhere()))], [0.04]);
    });
  });

  it("weighs by ω = exp(−α ‖A_prior(i) − A_prior(j)‖²), α = 80, Eq. 9", () => {
    tf.tidy(() => {
      const omega = Math.exp(-80 * 3 * 0.05 ** 2);
      assertClose([perTexel(albedoSmoothnessLoss(step(0.2), step(0.05), everywhere()))], [0.04 * omega]);
      assert.equal(paperAlpha, 80);
      assertClose([perTexel(albedoSmoothnessLoss(step(0.2), step(0.05), everywhere(), 0))], [0.04]);
    });
  });

  it("is 0, with no gradient, for a flat albedo, whatever the prior", () => {
    tf.tidy(() => {
      const prior = uniformTensor<tf.Rank.R4>([2, 4, 4, 3], 1);
      const f = (x: tf.Tensor) => albedoSmoothnessLoss(x as tf.Tensor4D, prior, softMask(2, 4));
      const { value, grad } = tf.valueAndGrad(f)(tf.fill([2, 4, 4, 3], 0.3));
      assert.equal(numberOf(value), 0);
      assert.ok(grad.dataSync().every((slope) => slope === 0));
    });
  });

  it("sees no pair across the rim of the mask", () => {
    tf.tidy(() => {
      const left = mapOf([1, 2, 2, 1], (x) => 1 - x);
      assert.equal(perTexel(albedoSmoothnessLoss(step(0.2), step(0), left)), 0);
    });
  });

  it("takes the prior as given: nothing is learned through it", () => {
    tf.tidy(() => {
      const f = (x: tf.Tensor) => {
        const both = x as tf.Tensor4D;
        return tf.add<tf.Scalar>(
          albedoSmoothnessLoss(step(0.2), both, everywhere()),
          tf.mul(tf.sum(both), 0),
        );
      };
      assert.ok(
        tf
          .grad(f)(step(0.05))
          .dataSync()
          .every((slope) => slope === 0),
      );
    });
  });

  it("does not depend on the resolution: of a map with each texel doubled it is the same", () => {
    tf.tidy(() => {
      const [albedo, prior] = [1, 2].map((seed) => uniformTensor<tf.Rank.R4>([2, 4, 4, 3], seed));
      const coarse = albedoSmoothnessLoss(albedo, prior, tf.ones([1, 4, 4, 1]), 1);
      const fine = albedoSmoothnessLoss(twiceAsFine(albedo), twiceAsFine(prior), tf.ones([1, 8, 8, 1]), 1);
      assert.ok(Math.abs(numberOf(fine) / numberOf(coarse) - 1) < 1e-5);
    });
  });

  it("names a wrong shape", () => {
    tf.tidy(() => {
      assert.throws(
        () => albedoSmoothnessLoss(step(0), tf.ones([1, 2, 2, 1]), everywhere()),
        /^Error: albedoSmoothnessLoss: `priorAlbedo` should have shape \[B=1, U=2, U=2, 3\] but has \[1,2,2,1\]\.$/,
      );
    });
  });
});
