import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { differenceOfBackends, normalTensor } from "../../../../testing/compare-backends.js";
import { checkGradient } from "../../../../testing/finite-differences.js";
import { prepareEngine } from "../../prepare-engine.js";

const ids = [2, 0, -1, 2, 4, 9, 0];

describe("unsortedSegmentSum on wasm", () => {
  it("sums rows by id and drops negative ids and those past the end", async () => {
    await prepareEngine("wasm");
    const x = tf.tensor2d([1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60, 7, 70], [7, 2]);
    const sums = tf.tidy(() => tf.unsortedSegmentSum(x, tf.tensor1d(ids, "int32"), 5));
    assert.deepEqual(sums.arraySync(), [
      [9, 90],
      [0, 0],
      [5, 50],
      [0, 0],
      [5, 50],
    ]);
    tf.dispose([x, sums]);
  });

  it("keeps whole numbers whole", async () => {
    await prepareEngine("wasm");
    const sums = tf.tidy(() =>
      tf.unsortedSegmentSum(tf.tensor1d([16777217, 1], "int32"), tf.tensor1d([0, 0], "int32"), 1),
    );
    assert.equal(sums.dtype, "int32");
    assert.deepEqual([...sums.dataSync()], [16777218]);
    sums.dispose();
  });

  for (const engine of ["wasm", "cpu"] as const) {
    it(`has a gradient on ${engine} that is zero for dropped rows`, async () => {
      await prepareEngine(engine);
      const x = tf.ones([7, 2]);
      const segmentIds = tf.tensor1d(ids, "int32");
      const gradient = tf.tidy(() =>
        tf.grad((rows) => tf.unsortedSegmentSum(rows, segmentIds, 5).mul(tf.range(1, 6).expandDims(1)))(x),
      );
      assert.deepEqual(gradient.slice([0, 0], [7, 1]).squeeze().arraySync(), [3, 1, 0, 3, 5, 0, 1]);
      const f = (rows: tf.Tensor) => tf.unsortedSegmentSum(rows, segmentIds, 5).square().mean();
      assert.ok((await checkGradient(f, [x])) < 1e-3);
      tf.dispose([x, segmentIds, gradient]);
    });
  }

  it("gives gather its gradient, as on the cpu backend, also for repeated indices and inner axes", async () => {
    const difference = await differenceOfBackends(() => {
      const indices = tf.tensor1d([3, 0, 3, 1], "int32");
      const f = (x: tf.Tensor) => tf.gather(x, indices, 1).square().mean();
      return [tf.grad(f)(normalTensor<tf.Rank.R3>([2, 5, 3]))];
    });
    assert.ok(difference < 1e-6);
  });

  it("has a second gradient", async () => {
    const difference = await differenceOfBackends(() => {
      const segmentIds = tf.tensor1d(ids, "int32");
      const energy = (x: tf.Tensor) => tf.unsortedSegmentSum(x, segmentIds, 5).pow(3).sum();
      return [tf.grad((x) => tf.grad(energy)(x).square().sum())(normalTensor<tf.Rank.R2>([7, 2]))];
    });
    assert.ok(difference < 1e-5);
  });

  it("refuses ids that do not match the rows", async () => {
    await prepareEngine("wasm");
    const [x, segmentIds] = [tf.ones([3, 2]), tf.tensor1d([0, 1], "int32")];
    assert.throws(
      () => tf.unsortedSegmentSum(x, segmentIds, 2),
      /^Error: UnsortedSegmentSum: `segmentIds` should have a start of the shape of `x`, \[3,2\], but has \[2\]\.$/,
    );
    tf.dispose([x, segmentIds]);
  });
});
