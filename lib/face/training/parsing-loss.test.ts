import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { parsingLoss } from "./parsing-loss.js";

const close = (actual: number, expected: number, tolerance = 1e-6) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

describe("face/training/parsing-loss", () => {
  it("is log 2 of two equal scores, and less the true one's lead", () => {
    close(parsingLoss(Float32Array.of(3, 3), Uint8Array.of(1), [1, 1]).loss, Math.LN2);
    close(parsingLoss(Float32Array.of(0, 2), Uint8Array.of(1), [1, 1]).loss, Math.log(1 + Math.exp(-2)));
  });

  it("is a mean by the weights of the true classes", () => {
    // log 2 of the first pixel, weight 1, and log(1 + e⁻²) of the second, weight 3.
    const scores = Float32Array.of(1, 1, 0, 2);
    close(
      parsingLoss(scores, Uint8Array.of(0, 1), [1, 3]).loss,
      (Math.LN2 + 3 * Math.log(1 + Math.exp(-2))) / 4,
    );
  });

  it("counts the pixels whose best class is the true one", () => {
    const { accuracy } = parsingLoss(Float32Array.of(1, 0, 0, 1, 5, 1), Uint8Array.of(0, 0, 0), [1, 1]);
    close(accuracy, 2 / 3);
  });

  it("has the gradient of central differences, and stays finite for huge scores", () => {
    const random = createRandom(2);
    const scores = random.normalArray(12);
    const classes = Uint8Array.of(0, 2, 1, 2);
    const weights = [1, 2, 0.5];
    const { gradient } = parsingLoss(scores, classes, weights);
    for (let i = 0; i < scores.length; i++) {
      const at = (by: number) => {
        const moved = Float64Array.from(scores);
        moved[i] += by;
        return parsingLoss(moved as unknown as Float32Array, classes, weights).loss;
      };
      close(gradient[i], (at(1e-4) - at(-1e-4)) / 2e-4, 1e-6);
    }
    assert.ok(Number.isFinite(parsingLoss(Float32Array.of(900, -900), Uint8Array.of(1), [1, 1]).loss));
  });
});
