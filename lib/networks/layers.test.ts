import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../engine/prepare-engine.js";
import { compareEngines } from "./compare-engines.js";
import { createNetwork } from "./graph.js";
import * as layers from "./layers.js";

type Case = readonly [title: string, shape: readonly number[], ...layer: layers.Layer[]];

const cases: Case[] = [
  ["conv 3x3", [6, 5, 3], layers.conv({ filters: 4, kernel: 3, padding: 1 })],
  ["conv 4x4 with stride 2", [8, 6, 3], layers.conv({ filters: 4, kernel: 4, stride: 2, padding: 1 })],
  ["conv with a rest", [8, 7, 2], layers.conv({ filters: 3, kernel: 3, stride: 2 })],
  ["conv 1x1 with stride 2", [7, 8, 2], layers.conv({ filters: 3, kernel: 1, stride: 2 })],
  ["conv with dilation", [9, 9, 2], layers.conv({ filters: 3, kernel: 3, dilation: 2, padding: 2 })],
  [
    "conv, one-sided padding",
    [6, 6, 2],
    layers.conv({ filters: 3, kernel: 3, stride: 2, padding: [0, 0, 1, 1] }),
  ],
  ["conv in groups", [6, 6, 4], layers.conv({ filters: 6, kernel: 3, groups: 2, padding: 1 })],
  ["transposed conv", [4, 3, 4], layers.transposedConv({ filters: 3, kernel: 4, stride: 2, padding: 1 })],
  ["depthwise conv", [7, 6, 3], layers.depthwiseConv({ kernel: 3, stride: 2, padding: 1 })],
  ["dense", [5], layers.dense(4)],
  ["instance norm", [5, 4, 3], layers.instanceNorm()],
  ["conv, instance norm", [5, 4, 3], layers.conv({ filters: 4, kernel: 3 }), layers.instanceNorm()],
  ["batch norm", [5, 4, 3], layers.batchNorm()],
  ["conv, batch norm", [5, 4, 3], layers.conv({ filters: 4, kernel: 3 }), layers.batchNorm()],
  ["batch norm of vectors", [4], layers.batchNorm()],
  ["leaky relu", [4, 4, 2], layers.leakyRelu(0.2)],
  ["prelu", [4, 4, 2], { kind: "prelu", initialSlope: 0.25 }],
  ["relu", [4, 4, 2], { kind: "relu" }],
  ["tanh", [4, 4, 2], { kind: "tanh" }],
  ["sigmoid", [4, 4, 2], { kind: "sigmoid" }],
  ["max pool", [8, 7, 2], layers.maxPool({ kernel: 3, stride: 2, padding: 1 })],
  ["average pool", [8, 7, 2], layers.averagePool({ kernel: 3, stride: 2, padding: 1 })],
  ["average pool 2x2", [8, 6, 2], layers.averagePool({ kernel: 2, stride: 2 })],
  ["global average pool", [4, 5, 3], { kind: "globalAveragePool" }],
  ["flatten", [3, 4, 2], { kind: "flatten", order: "channelsLast" }],
  ["flatten, channels first", [3, 4, 2], { kind: "flatten", order: "channelsFirst" }],
  ["reshape", [3, 4, 2], { kind: "reshape", shape: [2, 3, 4], order: "channelsLast" }],
  ["reshape, channels first", [3, 4, 2], { kind: "reshape", shape: [4, 3, 2], order: "channelsFirst" }],
  ["bilinear upsampling", [3, 4, 2], { kind: "upsampleBilinear" }],
  ["bilinear upsampling of one pixel", [1, 2, 2], { kind: "upsampleBilinear" }],
];

describe("every layer", () => {
  before(() => prepareEngine("cpu"));

  for (const [title, shape, ...chain] of cases) {
    it(`has the values and gradients in onnx that it has in tfjs, and central differences: ${title}`, async () => {
      const network = createNetwork(title, ({ input, add }) => ({
        y: chain.reduce((from, layer, i) => add(`node${i}`, layer, from), input("x", shape)),
      }));
      await compareEngines(network, { x: [2, ...shape] }, { differences: true });
    });
  }

  it("has them where tensors meet: add, multiply with repeated axes, concat, and a value read twice", async () => {
    const network = createNetwork("meeting", ({ input, add }) => {
      const x = input("x", [3, 4, 2]);
      const y = input("y", [1, 1, 2]);
      const sum = add("sum", { kind: "add" }, x, y);
      const product = add("product", { kind: "multiply" }, sum, y);
      const joined = add("joined", { kind: "concat" }, product, x, sum);
      return { joined, product: add("again", { kind: "multiply" }, product, sum) };
    });
    await compareEngines(network, { x: [2, 3, 4, 2], y: [2, 1, 1, 2] }, { differences: true });
  });

  it("leaves no tensors", async () => {
    const network = createNetwork("one conv", ({ input, add }) => ({
      y: add("conv", layers.conv({ filters: 4, kernel: 3, padding: 1 }), input("x", [6, 5, 3])),
    }));
    const before = tf.memory().numTensors;
    await compareEngines(network, { x: [2, 6, 5, 3] });
    assert.equal(tf.memory().numTensors, before);
  });
});
