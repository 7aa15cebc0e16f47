import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { differenceOfBackends, normalTensor } from "../../../../testing/compare-backends.js";
import { prepareEngine } from "../../prepare-engine.js";

describe("matrix products on wasm", () => {
  const sizes = [
    [2, 3, 4], // small: the stock kernel
    [40, 50, 60],
    [3, 700, 90],
    [90, 700, 3],
    [70, 9, 120],
  ] as const;

  it("agree with the cpu backend whichever factors are transposed, alone and in batches", async () => {
    for (const batch of [[], [1], [3], [2, 2]]) {
      for (const [rows, inner, columns] of sizes) {
        for (const [transposeA, transposeB] of [
          [false, false],
          [true, false],
          [false, true],
          [true, true],
        ] as const) {
          const a = transposeA ? [inner, rows] : [rows, inner];
          const b = transposeB ? [columns, inner] : [inner, columns];
          const difference = await differenceOfBackends(() => [
            tf.matMul(
              normalTensor([...batch, ...a], "a"),
              normalTensor([...batch, ...b], "b"),
              transposeA,
              transposeB,
            ),
          ]);
          assert.ok(difference <= 2e-5, `[${batch}] ${rows} ${inner} ${columns}: ${difference}`);
        }
      }
    }
  });

  it("agree with the cpu backend where one factor is shared by the batch", async () => {
    const difference = await differenceOfBackends(() => [
      tf.matMul(normalTensor([3, 40, 50]), normalTensor([1, 60, 50]), false, true),
    ]);
    assert.ok(difference <= 2e-5);
  });

  it("refuse factors that do not fit", async () => {
    await prepareEngine("wasm");
    const [a, b] = [tf.ones<tf.Rank.R2>([40, 50]), tf.ones<tf.Rank.R2>([40, 50])];
    assert.throws(() => tf.matMul(a, b), /inner shapes/);
    tf.dispose([a, b]);
  });
});
