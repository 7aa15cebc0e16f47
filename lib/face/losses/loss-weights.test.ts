import assert from "node:assert/strict";
import {
  type LossWeights,
  paperTerms,
  paperWeightReadings,
  paperWeights,
  printedWeights,
  releasedWeights,
} from "./loss-weights.js";

const inOrder = (weights: LossWeights) => paperTerms.map((term) => weights[term]);

describe("loss weights", () => {
  it("are the paper's nine values without one of those printed twice, λ_id1 to λ_dp2 of section 4.3", () => {
    assert.deepEqual(inOrder(paperWeights), [1, 0.5, 5, 5, 1, 0.001, 1, 5]);
    for (const twice of [4, 5]) {
      assert.deepEqual(
        inOrder(paperWeights),
        printedWeights.filter((_, i) => i !== twice),
      );
    }
  });

  it("have two more readings: the first eight, and the last eight", () => {
    assert.deepEqual(inOrder(paperWeightReadings.firstEight), printedWeights.slice(0, 8));
    assert.deepEqual(inOrder(paperWeightReadings.lastEight), printedWeights.slice(1));
  });

  it("of the authors' code agree with ours where the readings differ: adversarial 0.001, image gradient 1", () => {
    for (const term of ["adversarial", "imageGradient"] as const) {
      assert.equal(releasedWeights[term], paperWeights[term]);
      assert.notEqual(releasedWeights[term], paperWeightReadings.firstEight[term]);
    }
  });
});
