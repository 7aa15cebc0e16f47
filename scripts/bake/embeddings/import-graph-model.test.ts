import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { createRandom, prepareEngine } from "rerenderable";
import { createTfjsNetwork, encodeNetworkFile, readNetworkFile } from "rerenderable/networks";
import { probeImages, relativeError } from "rerenderable/testing";
import { bakedEmbeddings, embeddingNetwork } from "./embeddings.js";
import { readGraphModel } from "./graph-model.js";
import { importGraphModel } from "./import-graph-model.js";
import { loadGraphModel, loadRuntime } from "./runtime.js";
import { fetchModel, isFetched } from "./source.js";

interface Given {
  readonly values: readonly number[];
  readonly shape: readonly number[];
  readonly integer?: boolean;
}
type Inputs = readonly (string | readonly number[] | Given)[];
/** An operator: its inputs are operators by name, or constants by their shape (random) or values. */
type Step = [op: string, inputs: Inputs, attributes?: Record<string, unknown>];

const text = (value: string) => ({ s: Buffer.from(value).toString("base64") });
const texts = (...values: string[]) => ({ list: { s: values.map((value) => text(value).s) } });
const list = (...values: number[]) => ({ list: { i: values.map(String) } });
const integers = (...values: number[]): Given => ({ values, shape: [values.length], integer: true });
const one = (value: number): Given => ({ values: [value], shape: [] });
const window = (stride: number, padding: string, dilation = 1) => ({
  strides: list(1, stride, stride, 1),
  dilations: list(1, dilation, dilation, 1),
  padding: text(padding),
});

/** A graph model of these operators in a row, with random constants; the first one reads "x". */
function model(shape: readonly number[], steps: Record<string, Step>) {
  const random = createRandom(2);
  const weights: { name: string; shape: readonly number[]; dtype: string }[] = [];
  const data: Uint8Array[] = [];
  const node: object[] = [
    {
      name: "x",
      op: "Placeholder",
      attr: {
        dtype: { type: "DT_FLOAT" },
        shape: { shape: { dim: [-1, ...shape].map((size) => ({ size: String(size) })) } },
      },
    },
  ];
  const constant = (name: string, given: Given) => {
    const { values, shape, integer } = given;
    data.push(new Uint8Array((integer ? Int32Array.from(values) : Float32Array.from(values)).buffer));
    weights.push({ name, shape, dtype: integer ? "int32" : "float32" });
    node.push({ name, op: "Const", attr: { dtype: { type: integer ? "DT_INT32" : "DT_FLOAT" } } });
    return name;
  };
  const drawn = (shape: readonly number[]): Given => ({
    shape,
    values: Array.from(random.normalArray(shape.reduce((product, length) => product * length, 1))),
  });
  for (const [name, [op, inputs, attr = {}]] of Object.entries(steps)) {
    const input = inputs.map((from, i) => {
      if (typeof from === "string") return from;
      return constant(`${name}/${i}`, "shape" in from ? from : drawn(from));
    });
    node.push({ name, op, input, attr: { T: { type: "DT_FLOAT" }, ...attr } });
  }
  const json = {
    format: "graph-model",
    modelTopology: { node, versions: { producer: 1 } },
    weightsManifest: [{ paths: [], weights }],
  };
  return { json, weights: Buffer.concat(data) };
}

const cases: [title: string, shape: number[], steps: Record<string, Step>, kinds: string[]][] = [
  [
    "Conv2D, SAME at stride 2 on even and odd sizes, BiasAdd, Relu",
    [8, 7, 3],
    { a: ["Conv2D", ["x", [3, 3, 3, 4]], window(2, "SAME")], b: ["BiasAdd", ["a", [4]]], y: ["Relu", ["b"]] },
    ["conv", "relu"],
  ],
  ["Conv2D, VALID", [8, 7, 3], { y: ["Conv2D", ["x", [2, 3, 3, 4]], window(2, "VALID")] }, ["conv"]],
  ["Conv2D, dilated", [9, 9, 2], { y: ["Conv2D", ["x", [3, 3, 2, 4]], window(1, "SAME", 2)] }, ["conv"]],
  [
    "_FusedConv2D with BiasAdd and Relu6",
    [6, 6, 3],
    {
      y: [
        "_FusedConv2D",
        ["x", [3, 3, 3, 4], [4]],
        { ...window(1, "SAME"), num_args: { i: "1" }, fused_ops: texts("BiasAdd", "Relu6") },
      ],
    },
    ["conv", "clip"],
  ],
  [
    "_FusedConv2D with BiasAdd and Prelu",
    [6, 6, 3],
    {
      y: [
        "_FusedConv2D",
        ["x", [1, 1, 3, 4], [4], [4]],
        { ...window(1, "SAME"), num_args: { i: "2" }, fused_ops: texts("BiasAdd", "Prelu") },
      ],
    },
    ["conv", "prelu"],
  ],
  [
    "DepthwiseConv2dNative, Mul and AddV2 with a constant",
    [8, 8, 3],
    {
      a: ["DepthwiseConv2dNative", ["x", [3, 3, 3, 1]], window(2, "SAME")],
      b: ["Mul", ["a", [3]]],
      y: ["AddV2", [[3], "b"]],
    },
    ["depthwiseConv"],
  ],
  [
    "FusedDepthwiseConv2dNative",
    [8, 8, 3],
    {
      y: [
        "FusedDepthwiseConv2dNative",
        ["x", [3, 3, 3, 1], [3]],
        { ...window(1, "SAME"), num_args: { i: "1" }, fused_ops: texts("BiasAdd", "Relu") },
      ],
    },
    ["depthwiseConv", "relu"],
  ],
  [
    "Sub of and from a constant, Pad before a convolution",
    [6, 6, 2],
    {
      a: ["Sub", ["x", one(0.5)]],
      b: ["Sub", [[2], "a"]],
      c: ["Pad", ["b", { ...integers(0, 0, 1, 0, 2, 1, 0, 0), shape: [4, 2] }]],
      y: ["Conv2D", ["c", [3, 3, 2, 3]], window(1, "VALID")],
    },
    ["affine", "conv"],
  ],
  [
    "Prelu written as max(0, x) + slope · min(0, x), and the sum of two values",
    [5, 5, 3],
    {
      a: ["Maximum", [one(0), "x"]],
      b: ["Minimum", [one(0), "x"]],
      c: ["Mul", [[3], "b"]],
      d: ["AddV2", ["a", "c"]],
      e: ["Prelu", ["d", [3]]],
      y: ["Add", ["e", "d"]],
    },
    ["prelu", "prelu", "add"],
  ],
  [
    "Relu with bounds, Maximum of two values, Mul of two",
    [5, 5, 3],
    {
      a: ["Relu", ["x"]],
      b: ["Minimum", ["a", one(0.7)]],
      c: ["Maximum", ["b", one(0.1)]],
      d: ["Maximum", ["c", "x"]],
      y: ["Mul", ["d", "x"]],
    },
    ["clip", "maximum", "multiply"],
  ],
  [
    "Mean, _FusedMatMul, Sigmoid, Tanh",
    [5, 5, 3],
    {
      a: ["Mean", ["x", integers(1, 2)], { keep_dims: { b: false } }],
      b: ["_FusedMatMul", ["a", [3, 4], [4]], { num_args: { i: "1" }, fused_ops: texts("BiasAdd", "Relu") }],
      c: ["Sigmoid", ["b"]],
      y: ["Tanh", ["c"]],
    },
    ["globalAveragePool", "dense", "relu", "sigmoid", "tanh"],
  ],
  [
    "Mean that keeps its axes, Identity, Reshape, MatMul with transposed weights",
    [5, 5, 3],
    {
      a: ["Mean", ["x", integers(1, 2)], { keep_dims: { b: true } }],
      b: ["Identity", ["a"]],
      c: ["Reshape", ["b", integers(-1, 3)]],
      y: ["MatMul", ["c", [4, 3]], { transpose_b: { b: true } }],
    },
    ["globalAveragePool", "reshape", "flatten", "dense"],
  ],
];

describe("importing a graph model", () => {
  before(() => prepareEngine("cpu"));

  for (const [title, shape, steps, kinds] of cases) {
    it(`gives the values that TensorFlow.js gives: ${title}`, async () => {
      const source = model(shape, steps);
      const { network, parameters } = importGraphModel(
        readGraphModel(source.json, source.weights, title),
        title,
        "y",
      );
      assert.deepEqual(
        network.nodes.slice(1).map(({ layer }) => layer.kind),
        kinds,
      );
      const image = {
        shape: [2, ...shape],
        values: createRandom(3).normalArray(2 * shape.reduce((a, b) => a * b)),
      };
      const engine = await createTfjsNetwork({ network, parameters, inputShapes: { image: image.shape } });
      const { embedding } = await engine.predict({ image });
      const own = await loadGraphModel(source);
      const expected = tf.tidy(
        () => own.execute({ x: tf.tensor(image.values, image.shape) }, "y") as tf.Tensor,
      );
      assert.deepEqual(embedding.shape, expected.shape);
      assert.ok(relativeError(embedding.values, expected.dataSync() as Float32Array) < 1e-6);
      expected.dispose();
      own.dispose();
    });
  }

  it("names the node that it cannot translate, and why", () => {
    const refuse = (steps: Record<string, Step>, problem: string, output = "y") => {
      const { json, weights } = model([4, 4, 3], steps);
      const read = readGraphModel(json, weights, "m.json");
      assert.throws(() => importGraphModel(read, "m", output), { message: `m.json: ${problem}.` });
    };
    refuse({ y: ["FFT", ["x"]] }, 'node "y" (FFT) is an operator that is not understood');
    refuse({ y: ["Relu", ["x"]] }, 'has no node "z"', "z");
    refuse({ a: ["Elu", ["x"]], y: ["Relu", ["a"]] }, 'node "a" (Elu) is an operator that is not understood');
    refuse(
      { y: ["Conv2D", ["x", "x"], window(1, "SAME")] },
      'node "y" (Conv2D) should read a constant as its input 1',
    );
    refuse(
      { y: ["_FusedConv2D", ["x", [1, 1, 3, 4]], { ...window(1, "SAME"), fused_ops: texts("Elu") }] },
      'node "y" (_FusedConv2D) has the fused operator Elu, which is not understood',
    );
    refuse(
      { y: ["AddV2", ["x", { values: [1, 2, 3, 4], shape: [4, 1] }]] },
      'node "y" (AddV2) should have one number a channel but has [4,1]',
    );
    assert.throws(() => readGraphModel({ format: "layers-model" }, Buffer.alloc(0), "m.json"), {
      message: 'm.json: should be a TensorFlow.js graph model but its format is "layers-model".',
    });
  });

  for (const embedding of bakedEmbeddings) {
    it(`is what the committed asset holds, and runs as in TensorFlow.js: ${embedding.name}`, async function () {
      if (!isFetched(embedding)) {
        this.test!.title += ": it is not in .cache (npm run bake -- embeddings fetches it)";
        this.skip();
      }
      await prepareEngine("wasm");
      const { model: graph, sha256 } = fetchModel(embedding);
      const { network, parameters } = embeddingNetwork(embedding, graph);
      const asset = join(import.meta.dirname, "../../../lib/assets", `${embedding.name}.safetensors`);
      const { metadata } = await readNetworkFile(asset);
      assert.equal(metadata.sha256, sha256);
      assert.deepEqual(
        encodeNetworkFile({ network, parameters, metadata }),
        new Uint8Array(readFileSync(asset)),
      );
      const image = probeImages(embedding.imageSize);
      const engine = await createTfjsNetwork({ network, parameters, inputShapes: { image: image.shape } });
      const runtime = await loadRuntime(embedding);
      const expected = await runtime.embed(image);
      const { embedding: actual } = await engine.predict({ image });
      assert.ok(relativeError(actual.values, expected.values) <= 1e-5);
      runtime.dispose();
    });
  }
});
