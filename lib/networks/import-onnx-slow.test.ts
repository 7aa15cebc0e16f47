import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../base/engine/prepare-engine.js";
import { coefficientRegressor } from "../face/models/coefficient-regressor.js";
import { decidingRefiner } from "../face/models/deciding-refiner.js";
import { authorsCode, detailRefiner } from "../face/models/detail-refiner.js";
import { patchDiscriminator } from "../face/models/patch-discriminator.js";
import {
  compareEngines,
  outputShapes,
  randomArrays,
  relativeError,
  stirredParameters,
} from "../testing/compare-engines.js";
import { exportOnnx } from "./export-onnx.js";
import { createNetwork, type Network } from "./graph.js";
import { type ImportedNetwork, importOnnx } from "./import-onnx.js";
import * as layers from "./layers.js";
import { createOnnxNetwork } from "./onnx/onnx-network.js";
import { OnnxSession } from "./onnx/onnx-session.js";
import { modelProto } from "./onnx/proto.js";
import { PyTorchGraph } from "./onnx-import/pytorch-graph.js";
import { biSeNet, irSe, lightCnn, mixture, mobileFace } from "./onnx-import/pytorch-networks.js";
import { fixedInputShapes, size } from "./shape-inference.js";
import { createTfjsNetwork } from "./tfjs/tfjs-trainable-network.js";
import type { NetworkArray, NetworkArrays } from "./trainable-network.js";

/** [B, H, W, C] to [B, C, H, W]; vectors stay. */
function channelsFirst({ shape, values }: NetworkArray): NetworkArray {
  if (shape.length !== 4) return { shape, values };
  const [batch, height, width, channels] = shape as readonly [number, number, number, number];
  const turned = new Float32Array(values.length);
  const pixels = height * width;
  for (let i = 0; i < values.length; i++) {
    const [item, pixel, channel] = [
      Math.floor(i / (pixels * channels)),
      Math.floor(i / channels) % pixels,
      i % channels,
    ];
    turned[(item * channels + channel) * pixels + pixel] = values[i];
  }
  return { shape: [batch, channels, height, width], values: turned };
}

/** What ONNX Runtime makes of the file itself, images channels first. */
async function runFile(
  bytes: Uint8Array,
  inputs: NetworkArrays,
  outputs: NetworkArrays,
): Promise<NetworkArrays> {
  const session = await OnnxSession.create(bytes);
  const bound = (arrays: NetworkArrays) =>
    Object.fromEntries(
      Object.entries(arrays).map(([name, { shape, values }]) => [name, session.bind(values, shape)]),
    );
  await session.run(bound(inputs), bound(outputs));
  await session.dispose();
  return outputs;
}

const each = (arrays: NetworkArrays, change: (array: NetworkArray) => NetworkArray): NetworkArrays =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, change(array)]));

const zeros = ({ shape }: NetworkArray) => ({ shape, values: new Float32Array(size(shape)) });

/** Asserts that both engines compute what ONNX Runtime does with the file, at this batch. */
async function checkValues(bytes: Uint8Array, imported: ImportedNetwork, batch: number): Promise<void> {
  const { network, parameters } = imported;
  const inputShapes = imported.inputShapes(batch);
  const inputs = randomArrays(inputShapes, 3);
  const shaped = randomArrays(outputShapes(network, inputShapes), 4);
  const empty = each(each(shaped, channelsFirst), zeros);
  const expected = await runFile(bytes, each(inputs, channelsFirst), empty);
  for (const create of [createTfjsNetwork, createOnnxNetwork]) {
    const engine = await create({ network, inputShapes, parameters });
    for (const [name, array] of Object.entries(await engine.predict(inputs))) {
      const error = relativeError(channelsFirst(array).values, expected[name].values);
      assert.ok(error <= 1e-5, `${engine.engine}, batch ${batch}, ${name}: ${error}`);
    }
    await engine.dispose();
  }
}

const families = [
  ["improved ResNet blocks with squeeze and excitation", irSe],
  ["a light CNN of max-feature-maps", lightCnn],
  ["MobileFaceNet's depthwise convolutions", mobileFace],
  ["BiSeNet with attention, fusion and resizing", biSeNet],
  ["a mixture of what is left", mixture],
] as const;

describe("importOnnx", () => {
  before(() => prepareEngine("cpu"));

  for (const [title, write] of families) {
    it(`computes on both engines what ONNX Runtime makes of the file, at any batch: ${title}`, async () => {
      const bytes = write();
      const imported = importOnnx(bytes, { path: "face.onnx" });
      const before = tf.memory().numTensors;
      for (const batch of [1, 3]) await checkValues(bytes, imported, batch);
      assert.equal(tf.memory().numTensors, before);
    });

    it(`has one gradient on both engines, that of central differences: ${title}`, async () => {
      const { network, inputShapes } = importOnnx(write(), { path: "face.onnx" });
      await compareEngines(network, inputShapes(2), { differences: "gradient" });
    });
  }

  it("makes batch normalisations part of the convolution, or the product, before them", () => {
    const kinds = importOnnx(irSe(), { path: "face.onnx" }).network.nodes.map(({ layer }) => layer.kind);
    assert.equal(kinds.filter((kind) => kind === "scaleAndBias").length, 3); // those before a convolution
    assert.ok(!kinds.includes("batchNorm"));
  });

  it("keeps a convolution as it is where others read it too", async () => {
    const g = new PyTorchGraph();
    const x = g.conv(g.graph.input("input", ["batch", 2, 4, 4]), 2, 3);
    g.graph.output(g.op("Add", [g.norm(x, 3), x]), ["batch", 3, 4, 4], "output");
    const bytes = g.encode();
    const imported = importOnnx(bytes, { path: "face.onnx" });
    assert.deepEqual(
      imported.network.nodes.map(({ layer }) => layer.kind),
      ["input", "conv", "scaleAndBias", "add"],
    );
    await checkValues(bytes, imported, 2);
  });

  it("calls parameters what the file's author did", () => {
    const names = Object.keys(importOnnx(lightCnn(), { path: "face.onnx" }).parameters);
    assert.deepEqual(names.slice(0, 2), ["conv0.weight", "conv0.bias"]);
  });

  it("reads what old versions had as attributes, and files for one batch", async () => {
    const g = new PyTorchGraph();
    const image = g.graph.input("input", [1, 4, 6, 5]);
    const [one, other] = g.graph.newNames("Split", 2) as [string, string];
    g.graph.ops("Split", [image], { axis: 1, split: [1, 3] }, [one, other]);
    const sliced = g.op("Slice", [other], { starts: [1], ends: [2 ** 31 - 1], axes: [1] });
    const joined = g.op("Concat", [one, sliced], { axis: 1 });
    const padded = g.op("Pad", [joined], { pads: [0, 0, 1, 1, 0, 0, 0, 0], mode: "constant" });
    const bounded = g.op("Clip", [padded], { min: { float: -0.5 }, max: { float: 0.5 } });
    const scales = g.graph.floats([1, 1, 2, 2]);
    const doubled = g.op("Upsample", [bounded, scales], { mode: "nearest" });
    const same = { auto_pad: "SAME_UPPER", kernel_shape: [3, 3], strides: [2, 2] };
    const convolved = g.op("Conv", [doubled, g.weights("weight", [2, 3, 3, 3])], same);
    g.graph.output(g.op("Reshape", [convolved, g.graph.integers([1, -1])]), [1, 84], "output");
    const bytes = g.encode(9);
    const imported = importOnnx(bytes, { path: "face.onnx" });
    await checkValues(bytes, imported, 1);
    const differences = "random";
    await compareEngines(imported.network, imported.inputShapes(3), { differences });
  });

  it("reads a file that is channels last until it transposes, with its own preparation of the image", async () => {
    const g = new PyTorchGraph();
    const image = g.graph.input("input", ["batch", 5, 4, 3]);
    const centred = g.op("Sub", [image, g.graph.floats([0.1, 0.2, 0.3])]);
    const x = g.conv(g.op("Transpose", [centred], { perm: [0, 3, 1, 2] }), 3, 2, { kernel: 3 });
    const last = g.op("Transpose", [g.op("Relu", [x])], { perm: [0, 2, 3, 1] });
    g.graph.output(
      g.linear(g.op("Reshape", [last, g.graph.integers([-1, 40])]), 40, 3),
      ["batch", 3],
      "output",
    );
    const bytes = g.encode();
    const imported = importOnnx(bytes, { path: "face.onnx" });
    assert.deepEqual(imported.inputShapes(2), { input: [2, 5, 4, 3] });
    const inputs = randomArrays({ input: [2, 5, 4, 3] }, 3);
    const output = { shape: [2, 3], values: new Float32Array(6) };
    const expected = await runFile(bytes, inputs, { output });
    const engine = await createTfjsNetwork({ ...imported, inputShapes: imported.inputShapes(2) });
    const actual = await engine.predict(inputs);
    assert.ok(relativeError(actual.output.values, expected.output.values) <= 1e-5);
  });

  it("reads weights in half and double precision, and lists in place of raw bytes", () => {
    const numbers = [1.5, -2, 0.25, 65504];
    const stored = [
      { dataType: 10, rawData: Uint8Array.of(0x00, 0x3e, 0x00, 0xc0, 0x00, 0x34, 0xff, 0x7b) },
      { dataType: 10, int32Data: [0x3e00, 0xc000, 0x3400, 0x7bff] },
      { dataType: 11, rawData: new Uint8Array(Float64Array.from(numbers).buffer) },
      { dataType: 11, doubleData: numbers },
      { dataType: 1, floatData: numbers },
    ];
    const g = new PyTorchGraph();
    const x = g.conv(g.graph.input("input", ["batch", 2, 4, 4]), 2, 2);
    g.graph.output(x, ["batch", 2, 4, 4], "output");
    for (const tensor of stored) {
      const message = modelProto().decode(g.encode()) as unknown as { graph: { initializer: object[] } };
      message.graph.initializer = [{ name: "conv0.weight", dims: [2, 2, 1, 1], ...tensor }];
      const bytes = modelProto().encode(message).finish();
      assert.deepEqual([...importOnnx(bytes, { path: "face.onnx" }).parameters["conv0.weight"]], numbers);
    }
  });

  it("gives other values than the outputs, and reads no more than they need", () => {
    const g = new PyTorchGraph();
    const x = g.conv(g.graph.input("input", ["batch", 2, 4, 4]), 2, 3);
    g.graph.output(g.op("ArgMax", [x], { axis: 1 }), ["batch", 1, 4, 4], "classes");
    const bytes = g.encode();
    assert.throws(() => importOnnx(bytes, { path: "face.onnx" }), /got ArgMax \(node "ArgMax_1"\)/);
    const { network } = importOnnx(bytes, { path: "face.onnx", outputs: [x] });
    assert.deepEqual(network.outputs, { [x]: "conv0" });
  });

  it("takes the shape of an input that the file leaves open", () => {
    const g = new PyTorchGraph();
    const x = g.graph.input("input", ["batch", 3, "height", "width"]);
    g.graph.output(g.conv(x, 3, 2, { kernel: 3 }), ["batch", 2, "height", "width"], "output");
    const bytes = g.encode();
    assert.throws(() => importOnnx(bytes, { path: "face.onnx" }), {
      name: "InputError",
      input: "input",
      message:
        'face.onnx: expected an input "input" [B, C, H, W], [B, H, W, C] or [B, C], got the open shape [?,?,3]; give `inputShapes`.',
    });
    const imported = importOnnx(bytes, { path: "face.onnx", inputShapes: { input: [8, 6, 3] } });
    assert.deepEqual(imported.inputShapes(2), { input: [2, 8, 6, 3] });
  });
});

describe("importOnnx of what exportOnnx wrote", () => {
  before(() => prepareEngine("cpu"));

  const everyKind = createNetwork("every kind", ({ input, add }) => {
    let x = input("image", [8, 6, 4]);
    const chain: layers.Layer[] = [
      { kind: "affine", scale: [2], offset: [-1] },
      layers.depthwiseConv({ kernel: 3, padding: 1 }),
      { kind: "prelu", initialSlope: 0.25 },
      { kind: "pad", padding: [1, 0, 2, 1] },
      { kind: "clip", minimum: -1, maximum: 2 },
      layers.averagePool({ kernel: 3, stride: 2, padding: 1 }),
      { kind: "scaleAndBias" },
      { kind: "softmax" },
      { kind: "upsampleBilinear" },
      { kind: "sliceChannels", start: 1, end: 3 },
      { kind: "reshape", shape: [6, 4, 8], order: "channelsLast" },
      { kind: "reshape", shape: [4, 8, 6], order: "channelsFirst" },
      { kind: "flatten", order: "channelsLast" },
      layers.dense(6),
      layers.batchNorm(),
      { kind: "l2Normalise", epsilon: 1e-3 },
    ];
    chain.forEach((layer, i) => {
      x = add(`node${i}`, layer, x);
    });
    return {
      y: add("larger", { kind: "maximum" }, x, add("half", { kind: "affine", scale: [0.5], offset: [0] }, x)),
    };
  });
  const networks: readonly (readonly [string, Network])[] = [
    ["the refiner", detailRefiner({ uvSize: 16, baseChannels: 2 })],
    ["the deciding refiner", decidingRefiner({ uvSize: 16, baseChannels: 2, residualBlocks: 1 })],
    ["the authors' refiner", detailRefiner({ uvSize: 16, baseChannels: 2, ...authorsCode })],
    ["the discriminator", patchDiscriminator({ uvSize: 32, baseChannels: 2 })],
    ["the regressor", coefficientRegressor("quick", { imageSize: 32, baseChannels: 2 })],
    ["a network of every other kind", everyKind],
  ];
  for (const [title, network] of networks) {
    it(`computes what the network did: ${title}`, async () => {
      const shapes = fixedInputShapes(network, 2);
      const parameters = stirredParameters(network, shapes);
      const imported = importOnnx(exportOnnx(network, shapes, parameters), { path: "ours.onnx" });
      assert.deepEqual(imported.inputShapes(2), shapes);
      const inputs = randomArrays(shapes, 5);
      const run = async (one: Pick<ImportedNetwork, "network" | "parameters">) => {
        const engine = await createTfjsNetwork({ ...one, inputShapes: shapes });
        return engine.predict(inputs);
      };
      const [expected, actual] = [await run({ network, parameters }), await run(imported)];
      assert.deepEqual(Object.keys(actual), Object.keys(expected));
      for (const [name, { shape, values }] of Object.entries(expected)) {
        assert.deepEqual(actual[name].shape, shape);
        assert.ok(relativeError(actual[name].values, values) <= 1e-5, name);
      }
    });
  }
});
