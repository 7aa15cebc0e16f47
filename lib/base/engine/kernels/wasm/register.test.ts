import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { differenceOfBackends, normalTensor } from "../../../../testing/compare-backends.js";
import { prepareEngine } from "../../prepare-engine.js";
import { registerWasmKernels } from "./register.js";

/** A network with every kind of layer that trains: returns its output for an image. */
function network(image: tf.Tensor4D, [down, depthwise, up, scale]: readonly tf.Tensor[]): tf.Tensor4D {
  const small = tf.leakyRelu(tf.conv2d(image, down as tf.Tensor4D, 2, "same"), 0.2);
  const mixed = tf.depthwiseConv2d(small, depthwise as tf.Tensor4D, 1, "same") as tf.Tensor4D;
  const { mean, variance } = tf.moments(mixed, [1, 2], true);
  const normal = mixed.sub(mean).div(variance.add(1e-5).sqrt()).mul(scale) as tf.Tensor4D;
  const shape: [number, number, number, number] = [...image.shape];
  return tf.tanh(tf.conv2dTranspose(tf.leakyRelu(normal, 0.2), up as tf.Tensor4D, shape, 2, "same"));
}

/** Weights and losses after three steps of Adam. */
function train(): tf.Tensor[] {
  const image = normalTensor<tf.Rank.R4>([2, 8, 8, 3], "image");
  const target = tf.tanh(normalTensor<tf.Rank.R4>([2, 8, 8, 3], "target"));
  const variables = (
    [
      [4, 4, 3, 6],
      [3, 3, 6, 1],
      [4, 4, 3, 6],
      [1, 1, 1, 6],
    ] as const
  ).map((shape, i) => tf.variable(normalTensor<tf.Rank.R4>([...shape], `weights ${i}`).mul(0.3)));
  const optimizer = tf.train.adam(1e-2);
  const losses = [0, 1, 2].map(() => {
    const loss = () => network(image, variables).sub(target).square().mean().asScalar();
    return optimizer.minimize(loss, true, variables)!;
  });
  const weights = variables.map((variable) => tf.clone(variable as tf.Tensor));
  tf.dispose(variables);
  optimizer.dispose();
  return [...losses, ...weights];
}

describe("the kernels for wasm", () => {
  it("train a small network as the cpu backend does, three steps of Adam", async () => {
    assert.ok((await differenceOfBackends(train)) < 1e-3);
  });

  it("are registered once, however often they are asked for", async () => {
    await prepareEngine("wasm");
    const names = ["BatchMatMul", "Conv2DBackpropInput", "Conv2DBackpropFilter"];
    const before = names.map((name) => tf.getKernel(name, "wasm"));
    const gradient = tf.getGradient("UnsortedSegmentSum");
    registerWasmKernels();
    assert.deepEqual(
      names.map((name) => tf.getKernel(name, "wasm")),
      before,
    );
    assert.equal(tf.getGradient("UnsortedSegmentSum"), gradient);
  });
});
