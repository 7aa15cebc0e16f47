import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import {
  differenceOfBackends,
  normalTensor,
  relativeDifference,
  valuesOn,
} from "../../../../testing/compare-backends.js";
import { checkGradient } from "../../../../testing/finite-differences.js";
import { prepareEngine } from "../../prepare-engine.js";

describe("depthwise convolution gradients on wasm", () => {
  for (const multiplier of [1, 2]) {
    it(`agree with the cpu backend with ${multiplier} output(s) for each channel`, async () => {
      for (const k of [1, 3, 4]) {
        for (const stride of [1, 2]) {
          for (const pad of ["same", "valid"] as const) {
            for (const batch of [1, 3]) {
              const difference = await differenceOfBackends(() => {
                const x = normalTensor<tf.Rank.R4>([batch, 7, 10, 5]);
                const w = normalTensor<tf.Rank.R4>([k, k, 5, multiplier], "w");
                return tf.grads((a: tf.Tensor, b: tf.Tensor) =>
                  tf
                    .depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad)
                    .square()
                    .mean(),
                )([x, w]);
              });
              assert.ok(difference <= 2e-5, `${batch}, ${k}, ${stride}, ${pad}: ${difference}`);
            }
          }
        }
      }
    });

    it(`agree with central differences with ${multiplier} output(s) for each channel`, async () => {
      await prepareEngine("wasm");
      const x = normalTensor<tf.Rank.R4>([2, 5, 6, 3]);
      const w = normalTensor<tf.Rank.R4>([3, 3, 3, multiplier], "w");
      const f = (a: tf.Tensor, b: tf.Tensor) =>
        tf
          .depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, "same")
          .square()
          .mean();
      assert.ok((await checkGradient(f, [x, w], { step: 0.1 })) < 1e-3);
      tf.dispose([x, w]);
    });
  }

  it("agree with those of the filter spread out by hand, for a dilation of 2", async () => {
    const [x, w] = ["x", "w"].map(
      (name, i) => () => normalTensor<tf.Rank.R4>(i ? [3, 3, 2, 1] : [1, 8, 9, 2], name),
    );
    const dy = () => normalTensor<tf.Rank.R4>([1, 4, 5, 2], "dy");
    const attributes = { strides: [1, 1], pad: "valid", dilations: [2, 2] };
    const dilated = await valuesOn("wasm", () => [
      tf
        .engine()
        .runKernel(
          "DepthwiseConv2dNativeBackpropInput",
          { dy: dy(), filter: w() },
          { ...attributes, inputShape: [1, 8, 9, 2] },
        ) as tf.Tensor,
      tf
        .engine()
        .runKernel(
          "DepthwiseConv2dNativeBackpropFilter",
          { x: x(), dy: dy() },
          { ...attributes, filterShape: [3, 3, 2, 1] },
        ) as tf.Tensor,
    ]);
    const byHand = await valuesOn("cpu", () =>
      tf.grads((a: tf.Tensor, b: tf.Tensor) => {
        const spread = tf.concat([b.expandDims(1), tf.zerosLike(b.expandDims(1))], 1).reshape([6, 3, 2, 1]);
        const rows = spread.slice([0, 0, 0, 0], [5, 3, 2, 1]).expandDims(2);
        const both = tf.concat([rows, tf.zerosLike(rows)], 2).reshape([5, 6, 2, 1]);
        const filter = both.slice([0, 0, 0, 0], [5, 5, 2, 1]) as tf.Tensor4D;
        return tf.depthwiseConv2d(a as tf.Tensor4D, filter, 1, "valid");
      })([x(), w()], dy()),
    );
    for (const [i, values] of byHand.entries()) assert.ok(relativeDifference(values, dilated[i]) <= 2e-5);
  });
});
