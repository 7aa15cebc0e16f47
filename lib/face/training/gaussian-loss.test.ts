import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { gaussianLoss } from "./gaussian-loss.js";

const close = (actual: number, expected: number, tolerance = 1e-6) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

describe("face/training/gaussian-loss", () => {
  it("is half the square of the error in deviations, and the deviation's logarithm", () => {
    // m = 1, s = 1, t = 0; and m = 2, s = e, t = 2.
    const { loss, error } = gaussianLoss(Float32Array.of(1, 0, 2, 1), [0, 2]);
    close(loss, (0.5 + 1) / 2);
    close(error, Math.SQRT1_2);
  });

  it("is least where the deviation is the error", () => {
    const at = (logDeviation: number) => gaussianLoss(Float32Array.of(0.5, logDeviation), [0]).loss;
    const best = Math.log(0.5);
    for (const by of [-0.2, 0.2]) assert.ok(at(best + by) > at(best));
    close(gaussianLoss(Float32Array.of(0.5, best), [0]).gradient[1], 0, 1e-6);
  });

  it("has the gradient of central differences", () => {
    const outputs = createRandom(3).normalArray(8);
    const truths = [0.3, -1, 2, 0];
    const { gradient } = gaussianLoss(outputs, truths);
    for (let i = 0; i < outputs.length; i++) {
      const at = (by: number) => {
        const moved = Float64Array.from(outputs);
        moved[i] += by;
        return gaussianLoss(moved as unknown as Float32Array, truths).loss;
      };
      close(gradient[i], (at(1e-4) - at(-1e-4)) / 2e-4, 1e-5);
    }
  });

  it("leads a deviation that is out of bounds back, and no farther out", () => {
    assert.ok(gaussianLoss(Float32Array.of(1, -9), [0]).gradient[1] < 0);
    assert.equal(gaussianLoss(Float32Array.of(0, -9), [0]).gradient[1], 0);
    assert.ok(gaussianLoss(Float32Array.of(0, 9), [0]).gradient[1] > 0);
  });
});
