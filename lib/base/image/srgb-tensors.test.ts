import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine, weightedSum } from "../../testing/each-engine.js";
import { checkGradient } from "../../testing/finite-differences.js";
import { linearToSrgb, srgbToLinear } from "./colour.js";
import { decodeSrgb, encodeSrgb } from "./srgb-tensors.js";

const values = [-0.6, -0.02, -0.001, 0, 0.001, 0.003, 0.0032, 0.02, 0.04, 0.041, 0.2, 0.5, 0.9, 1, 1.7];

describeOnEachEngine("decodeSrgb and encodeSrgb", () => {
  it("are the two converters of colour.ts, and each undoes the other", () => {
    tf.tidy(() => {
      const tensor = tf.tensor1d(values);
      assertClose(decodeSrgb(tensor).dataSync(), srgbToLinear(values), 1e-6);
      assertClose(encodeSrgb(tensor).dataSync(), linearToSrgb(values), 1e-6);
      assertClose(encodeSrgb(decodeSrgb(tensor)).dataSync(), values, 2e-6);
    });
  });

  it("have the gradients of their central differences, at 0 the slope of the straight part", async () => {
    const tensor = tf.tensor2d([0.01, 0.02, 0.1, 0.3, 0.6, 0.95, -0.3, 1.4], [2, 4]);
    for (const [curve, slope] of [
      [decodeSrgb, 1 / 12.92],
      [encodeSrgb, 12.92],
    ] as const) {
      // biome-ignore format: curves
      const error = await checkGradient((x) => weightedSum(curve(x)), [tensor], { step: 1e-3, floor: 0.02 });
      assert.ok(error < 1e-2, `error ${error}`);
      tf.tidy(() => {
        const atZero = tf.grad((x: tf.Tensor) => tf.sum(curve(x)))(tf.zeros([1]));
        assertClose(atZero.dataSync(), [slope], 1e-5);
      });
    }
    tensor.dispose();
  });

  it("keep the shape and leave nothing behind but their result", () => {
    tf.tidy(() => {
      const tensor = tf.zeros<tf.Rank.R4>([1, 2, 2, 3]);
      const before = tf.memory().numTensors;
      for (const curve of [decodeSrgb, encodeSrgb]) {
        const result = curve(tensor);
        assert.deepEqual(result.shape, [1, 2, 2, 3]);
        result.dispose();
      }
      assert.equal(tf.memory().numTensors, before);
    });
  });
});
