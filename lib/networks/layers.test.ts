import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../base/engine/prepare-engine.js";
import { compareEngines } from "../testing/compare-engines.js";
import { createNetwork } from "./graph.js";
import * as layers from "./layers.js";
import { inferShapes } from "./shape-inference.js";

type Case = readonly [title: string, shape: readonly number[], ...layer: layers.Layer[]];

const cases: Case[] = [
  ["conv 3x3", [6, 5, 3], layers.conv({ filters: 4, kernel: 3, padding: 1 })],
  ["conv 4x4 with stride 2", [8, 6, 3], layers.conv({ filters: 4, kernel: 4, stride: 2, padding: 1 })],
  ["conv 3x3 to few filters", [6, 5, 5], layers.conv({ filters: 2, kernel: 3, padding: [1, 0, 2, 1] })],
  ["conv 3x3 of many channels", [5, 4, 17], layers.conv({ filters: 16, kernel: 3, padding: [1, 0, 2, 1] })],
  ["conv 1x1 of many channels", [4, 3, 16], layers.conv({ filters: 18, kernel: 1 })],
  ["conv 1x1 with padding", [4, 3, 3], layers.conv({ filters: 2, kernel: 1, padding: 1 })],
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
  ["leaky relu with a negative slope", [4, 4, 2], layers.leakyRelu(-0.5)],
  ["prelu", [4, 4, 2], { kind: "prelu", initialSlope: 0.25 }],
  ["relu", [4, 4, 2], { kind: "relu" }],
  ["scale and bias", [4, 4, 2], { kind: "scaleAndBias" }],
  ["scale and bias of vectors", [3], { kind: "scaleAndBias" }],
  ["clip", [4, 4, 2], { kind: "clip", minimum: -0.5, maximum: 0.7 }],
  ["clip from below", [4, 4, 2], { kind: "clip", minimum: 0.1 }],
  ["clip from above", [4, 4, 2], { kind: "clip", maximum: 0.1 }],
  ["softmax of images", [3, 2, 4], { kind: "softmax" }],
  ["softmax of vectors", [5], { kind: "softmax" }],
  ["l2 normalisation", [5], { kind: "l2Normalise", epsilon: 1e-12 }],
  ["l2 normalisation, of lengths below and above epsilon", [3], { kind: "l2Normalise", epsilon: 1.5 }],
  ["l2 normalisation of images", [3, 2, 4], { kind: "l2Normalise", epsilon: 0 }],
  ["affine by one number", [4, 3, 2], { kind: "affine", scale: [1 / 127.5], offset: [-1] }],
  ["affine by channels", [4, 3, 2], { kind: "affine", scale: [0.5, -2], offset: [1] }],
  ["affine of vectors", [3], { kind: "affine", scale: [2], offset: [1, 2, 3] }],
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
  ["slice of channels", [3, 4, 5], { kind: "sliceChannels", start: 1, end: 4 }],
  ["slice of vectors", [5], { kind: "sliceChannels", start: 0, end: 2 }],
  ["pad", [3, 4, 2], { kind: "pad", padding: [1, 0, 2, 3] }],
  ["bilinear upsampling", [3, 4, 2], { kind: "upsampleBilinear" }],
  ["bilinear upsampling of one pixel", [1, 2, 2], { kind: "upsampleBilinear" }],
];

const sizes = [{ factor: [2, 1.5] }, { size: [7, 3] }, { size: [1, 5] }] as const;
for (const to of sizes) {
  for (const coordinates of ["halfPixel", "asymmetric", "alignCorners"] as const) {
    for (const sampling of ["bilinear", "floor", "roundHalfDown"] as const) {
      const title = `resize to ${JSON.stringify(to)}, ${coordinates}, ${sampling}`;
      cases.push([title, [4, 6, 2], { kind: "resize", to, coordinates, sampling }]);
    }
  }
}

describe("every layer", () => {
  before(() => prepareEngine("cpu"));

  for (const [title, shape, ...chain] of cases) {
    it(`has the values and gradients in onnx that it has in tfjs, and central differences: ${title}`, async () => {
      const network = createNetwork(title, ({ input, add }) => ({
        y: chain.reduce((from, layer, i) => add(`node${i}`, layer, from), input("x", shape)),
      }));
      await compareEngines(network, { x: [2, ...shape] }, { differences: "random" });
    });
  }

  it("has them where tensors meet: add, multiply with repeated axes, maximum, concat, and a value read twice", async () => {
    const network = createNetwork("meeting", ({ input, add }) => {
      const x = input("x", [3, 4, 2]);
      const y = input("y", [1, 1, 2]);
      const sum = add("sum", { kind: "add" }, x, y);
      const product = add("product", { kind: "multiply" }, sum, y);
      const larger = add("larger", { kind: "maximum" }, product, x);
      const joined = add("joined", { kind: "concat" }, product, larger, sum);
      return { joined, product: add("again", { kind: "multiply" }, product, sum) };
    });
    await compareEngines(network, { x: [2, 3, 4, 2], y: [2, 1, 1, 2] }, { differences: "random" });
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

describe("a layer that cannot read its input", () => {
  const wrong: readonly (readonly [shape: readonly number[], layer: layers.Layer, message: RegExp])[] = [
    [[4, 4, 2], { kind: "clip" }, /should have a bound but has none/],
    [[4], { kind: "clip", minimum: 1, maximum: 0 }, /`minimum` 1 should be below `maximum` 0/],
    [
      [4, 4, 2],
      { kind: "affine", scale: [1, 2, 3], offset: [0] },
      /`scale` should have 1 number or 2 but has 3/,
    ],
    [[5], { kind: "sliceChannels", start: 3, end: 6 }, /cannot take channels 3 to 6 of \[2,5\]/],
    [[3, 2], { kind: "softmax" }, /should have a shape \[H, W, C\] or \[C\] for an item but has \[3,2\]/],
    [[6], { kind: "reshape", shape: [3, 2], order: "channelsLast" }, /but not \[B, 3,2\]/],
    [[4, 4, 2], layers.conv({ filters: 2, kernel: 1, stride: 0 }), /`stride` should be whole and above 0/],
    [
      [4, 4, 2],
      layers.conv({ filters: 2, kernel: 1, padding: -1 }),
      /`padding` should be whole and at least 0/,
    ],
    [[4, 4, 2], layers.conv({ filters: 0, kernel: 1 }), /cannot give a shape \[2,4,4,0\]/],
    [
      [4, 4, 2],
      layers.averagePool({ kernel: [2, 3], padding: 2 }),
      /`padding` should be below the kernel \[2,3\] but is \[2,2,2,2\]/,
    ],
    [[5], { kind: "pad", padding: [1, 1, 1, 1] }, /should read a shape \[B, H, W, C\] but reads \[2,5\]/],
    [[4, 4, 2], { kind: "pad", padding: [0, -1, 0, 0] }, /cannot add \[0,-1,0,0\] rows and columns/],
    [
      [4, 4, 2],
      { kind: "resize", to: { factor: [0.1, 1] }, coordinates: "asymmetric", sampling: "floor" },
      /cannot resize \[2,4,4,2\] to \[0,4\] pixels/,
    ],
  ];
  for (const [shape, layer, message] of wrong) {
    it(`says so: ${message.source}`, () => {
      const network = createNetwork("wrong", ({ input, add }) => ({
        y: add("node", layer, input("x", shape)),
      }));
      assert.throws(() => inferShapes(network, { x: [2, ...shape] }), message);
    });
  }

  it("says so: maximum of unequal shapes", () => {
    const network = createNetwork("wrong", ({ input, add }) => ({
      larger: add("node", { kind: "maximum" }, input("x", [4, 4, 2]), input("y", [1, 1, 2])),
    }));
    assert.throws(() => inferShapes(network, { x: [2, 4, 4, 2], y: [2, 1, 1, 2] }), {
      message:
        'network "wrong", node "node" (maximum): should read equal shapes but reads [2,4,4,2] and [2,1,1,2].',
    });
  });
});
