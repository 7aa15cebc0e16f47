import assert from "node:assert/strict";
import { paperWeights } from "./loss-weights.js";
import { learningRateAt, lossWeightsAt, paperSchedule } from "./training-schedule.js";

describe("training schedule", () => {
  it("starts at 1e-4, takes 0.98 of it an epoch and stops at 1e-5, section 4.3", () => {
    assert.equal(learningRateAt(paperSchedule, 0), 1e-4);
    assert.ok(Math.abs(learningRateAt(paperSchedule, 1) - 0.98e-4) < 1e-18);
    assert.ok(Math.abs(learningRateAt(paperSchedule, 9) - 8.337e-5) < 1e-8);
    assert.ok(learningRateAt(paperSchedule, 113) > 1e-5);
    assert.equal(learningRateAt(paperSchedule, 114), 1e-5);
    assert.equal(learningRateAt(paperSchedule, 1000), 1e-5);
  });

  it("counts the L1 loss through the first epoch only: λ_ar3 is 0 after it", () => {
    assert.equal(lossWeightsAt(paperWeights, paperSchedule, 0), paperWeights);
    assert.deepEqual(lossWeightsAt(paperWeights, paperSchedule, 1), { ...paperWeights, albedoL1: 0 });
    assert.deepEqual(lossWeightsAt(paperWeights, paperSchedule, 9), { ...paperWeights, albedoL1: 0 });
    assert.equal(lossWeightsAt(paperWeights, { ...paperSchedule, albedoL1Epochs: 10 }, 9).albedoL1, 1);
  });
});
