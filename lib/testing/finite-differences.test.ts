import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { checkGradient } from "./finite-differences.js";

/** x³, whose gradient is `factor` times the right one. */
const cube = (factor: number) =>
  tf.customGrad((x, save) => {
    (save as (tensors: tf.Tensor[]) => void)([x as tf.Tensor]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => [
      saved[0]
        .square()
        .mul(3 * factor)
        .mul(dy),
    ];
    return { value: (x as tf.Tensor).pow(3), gradFunc };
  });

describe("checkGradient", () => {
  let x: tf.Tensor;
  before(async () => {
    await tf.setBackend("cpu");
    x = tf.tensor1d([0.5, -1, 2, 1.5]);
  });
  after(() => x.dispose());

  for (const along of ["elements", "directions"] as const) {
    it(`accepts a right gradient along ${along}`, async () => {
      assert.ok((await checkGradient((a) => cube(1)(a).sum(), [x], { along })) < 1e-3);
    });

    it(`measures how wrong a gradient is along ${along}: 10 % too large is 0.1 / 1.1`, async () => {
      const error = await checkGradient((a) => cube(1.1)(a).sum(), [x], { along });
      assert.ok(Math.abs(error - 0.1 / 1.1) < 2e-3, `${error}`);
    });
  }

  it("checks every input, and leaves no tensors", async () => {
    const y = tf.tensor2d([[1, 2, 3, 4]]);
    const before = tf.memory().numTensors;
    const f = (a: tf.Tensor, b: tf.Tensor) => a.mul(b).sum();
    assert.ok((await checkGradient(f, [x, y])) < 1e-3);
    const wrong = (a: tf.Tensor, b: tf.Tensor) => a.sum().add(cube(2)(b).sum());
    assert.ok((await checkGradient(wrong, [x, y])) > 0.4);
    assert.equal(tf.memory().numTensors, before);
    y.dispose();
  });

  it("does not take NaN for agreement", async () => {
    const zero = tf.scalar(0);
    const error = await checkGradient((a) => a.mul(0).sqrt().sum(), [zero]);
    assert.ok(Number.isNaN(error));
    zero.dispose();
  });

  it("leaves no tensors where the function fails", async () => {
    const before = tf.memory().numTensors;
    let calls = 0;
    const fails = (a: tf.Tensor) => {
      calls += 1;
      if (calls > 1) throw new Error("stop");
      return a.sum();
    };
    await assert.rejects(checkGradient(fails, [x]), { message: "stop" });
    assert.equal(tf.memory().numTensors, before);
  });
});
