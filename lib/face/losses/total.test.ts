import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { numberOf } from "../../testing/map-fixture.js";
import { type LossWeights, paperTerms, paperWeights } from "./loss-weights.js";
import { totalLoss } from "./total.js";

type Scalars = Partial<Record<keyof LossWeights, tf.Scalar>>;

/** Terms 1, 2, 3, … in the paper's order. */
const terms = (): Scalars => Object.fromEntries(paperTerms.map((name, i) => [name, tf.scalar(i + 1)]));

describeOnEachEngine("total loss", () => {
  it("is Σ λ L over the eight terms, Eq. 18", () => {
    tf.tidy(() => {
      const expected = 1 * 1 + 0.5 * 2 + 5 * 3 + 5 * 4 + 1 * 5 + 0.001 * 6 + 1 * 7 + 5 * 8;
      assertClose([numberOf(totalLoss(terms(), paperWeights))], [expected], 1e-4);
    });
  });

  it("has the weighted sum of the terms' gradients", () => {
    tf.tidy(() => {
      const f = (x: tf.Tensor) => totalLoss({ ...terms(), image: tf.sum(tf.square(x)) }, paperWeights);
      assertClose(
        tf
          .grad(f)(tf.tensor([1, -2]))
          .dataSync(),
        [5 * 2, 5 * -4],
      );
    });
  });

  it("leaves out a term of weight 0, even one that is no number or not there, and heeds further ones", () => {
    tf.tidy(() => {
      const weights = { ...paperWeights, albedoL1: 0, adversarial: 0, greyLight: 2 };
      const { adversarial: _, ...others } = terms();
      const given = { ...others, albedoL1: tf.scalar(Number.NaN), greyLight: tf.scalar(10) };
      assertClose([numberOf(totalLoss(given, weights))], [1 + 1 + 15 + 20 + 7 + 40 + 20], 1e-4);
    });
  });

  it("names a term that is missing, and leaves nothing behind but its result", () => {
    tf.tidy(() => {
      const { symmetry: _, ...others } = terms();
      assert.throws(
        () => totalLoss(others, paperWeights),
        /^Error: totalLoss: the term `symmetry` has the weight 5 but is missing\.$/,
      );
      const all = terms();
      const before = tf.memory().numTensors;
      totalLoss(all, paperWeights).dispose();
      assert.equal(tf.memory().numTensors, before);
      const none = Object.fromEntries(paperTerms.map((name) => [name, 0])) as unknown as LossWeights;
      assert.equal(numberOf(totalLoss({}, none)), 0);
    });
  });
});
