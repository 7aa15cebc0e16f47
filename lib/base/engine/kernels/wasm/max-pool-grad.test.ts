import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { differenceOfBackends, normalTensor } from "../../../../testing/compare-backends.js";

describe("the maximum pooling gradient on wasm", () => {
  it("agrees with the cpu backend, where all of a window is negative too", async () => {
    for (const [kernel, stride] of [
      [1, 2],
      [2, 2],
      [3, 2],
      [3, 1],
    ] as const) {
      for (const pad of ["same", "valid"] as const) {
        const difference = await differenceOfBackends(() => {
          const x = normalTensor<tf.Rank.R4>([2, 7, 10, 3]).sub(1);
          const pooled = (a: tf.Tensor) => tf.maxPool(a as tf.Tensor4D, kernel, stride, pad);
          return [tf.grad((a: tf.Tensor) => pooled(a).square().sum())(x)];
        });
        assert.ok(difference <= 1e-6, `${kernel}, ${stride}, ${pad}: ${difference}`);
      }
    }
  });
});
