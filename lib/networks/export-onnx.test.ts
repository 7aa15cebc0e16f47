import assert from "node:assert/strict";
import { prepareEngine } from "../base/engine/prepare-engine.js";
import { outputShapes, randomArrays, relativeError, stirredParameters } from "../testing/compare-engines.js";
import { exportOnnx } from "./export-onnx.js";
import { createNetwork } from "./graph.js";
import { batchNorm, conv, dense } from "./layers.js";
import { OnnxSession } from "./onnx/onnx-session.js";
import { inferShapes } from "./shape-inference.js";
import { createTfjsNetwork } from "./tfjs/tfjs-trainable-network.js";

const network = createNetwork("exported", ({ input, add }) => {
  const features = add(
    "norm",
    batchNorm(),
    add("conv", conv({ filters: 3, kernel: 3 }), input("x", [6, 5, 2])),
  );
  return { y: add("dense", dense(4), add("flat", { kind: "flatten", order: "channelsLast" }, features)) };
});

describe("exportOnnx", () => {
  it("gives a file that computes what the network does, at any batch", async () => {
    await prepareEngine("cpu");
    const inputShapes = { x: [3, 6, 5, 2] };
    const parameters = stirredParameters(network, inputShapes);
    const inputs = randomArrays(inputShapes, 2);
    const session = await OnnxSession.create(exportOnnx(network, { x: [1, 6, 5, 2] }, parameters));
    const y = new Float32Array(12);
    const { shape, values } = inputs.x;
    await session.run({ x: session.bind(values, shape) }, { y: session.bind(y, [3, 4]) });
    const tfjs = await createTfjsNetwork({ network, inputShapes, parameters });
    assert.ok(relativeError(y, (await tfjs.predict(inputs)).y.values) <= 1e-5);
    assert.deepEqual(outputShapes(network, inputShapes), { y: [3, 4] });
    await session.dispose();
  });
});

describe("inferShapes", () => {
  it("names network, node, what was expected and what came", () => {
    assert.throws(() => inferShapes(network, { x: [1, 6, 6, 2] }), {
      name: "NetworkError",
      message: 'network "exported", node "x" (input): should have shape [B, 6, 5, 2] but has [1,6,6,2].',
    });
    assert.throws(() => inferShapes(network, {}), /node "x" \(input\): should be given/);
    const bad = createNetwork("bad", ({ input, add }) => ({
      y: add("dense", dense(4), input("x", [6, 5, 2])),
    }));
    assert.throws(() => inferShapes(bad, { x: [1, 6, 5, 2] }), {
      message:
        'network "bad", node "dense" (dense): should read a shape [B, C] but reads [1,6,5,2]; `flatten` it before.',
    });
    assert.throws(
      () => createNetwork("bad", ({ add }) => ({ y: add("relu", { kind: "relu" }, "x") })),
      /network "bad", node "relu" \(relu\): reads "x", which no node before it is named/,
    );
  });
});
