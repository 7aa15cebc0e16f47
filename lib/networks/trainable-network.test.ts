import assert from "node:assert/strict";
import { prepareEngine } from "../base/engine/prepare-engine.js";
import { outputShapes, randomArrays, stirredParameters } from "../testing/compare-engines.js";
import { createNetwork, type Network } from "./graph.js";
import { batchNorm, conv, dense } from "./layers.js";
import { createOnnxNetwork } from "./onnx/onnx-network.js";
import type { ParameterValues } from "./parameters.js";
import { createTfjsNetwork } from "./tfjs/tfjs-trainable-network.js";

const inputShapes = { x: [5, 6, 5, 3] };
const inputs = randomArrays(inputShapes, 1);

function start(network: Network, create: typeof createTfjsNetwork, changed: ParameterValues = {}) {
  const parameters = { ...stirredParameters(network, inputShapes), ...changed };
  return create({ network, inputShapes, parameters });
}

const normalised = createNetwork("normalised", ({ input, add }) => {
  const x = add("conv", conv({ filters: 2, kernel: 3 }), input("x", [6, 5, 3]));
  return { y: add("norm", batchNorm(1e-5, 1), x) };
});

const twiceNormalised = createNetwork("twice normalised", ({ input, add }) => {
  const x = add("conv", conv({ filters: 2, kernel: 3 }), input("x", [6, 5, 3]));
  const norm = add("norm", batchNorm(1e-5, 1), x);
  const rows = add("rows", { kind: "flatten", order: "channelsLast" }, add("tanh", { kind: "tanh" }, norm));
  return { y: add("last norm", batchNorm(1e-5, 1), add("dense", dense(2), rows)) };
});

for (const [engine, create] of Object.entries({ tfjs: createTfjsNetwork, onnx: createOnnxNetwork })) {
  describe(`a network that learns, on ${engine}`, () => {
    before(() => prepareEngine("cpu"));

    it("infers as it trained, where what a batch normalisation reads has a bias", async () => {
      const biases = { "conv.bias": Float32Array.of(5, -3), "dense.bias": Float32Array.of(-4, 2) };
      const running = await start(twiceNormalised, create, biases);
      // With momentum 1 the running statistics are those of this batch.
      const trained = (await running.forward(inputs)).y.values.slice();
      const { y } = await running.predict(inputs);
      trained.forEach((value, i) => {
        assert.ok(Math.abs(value - y.values[i]) <= 1e-4, `${value} and ${y.values[i]}`);
      });
      await running.backward(randomArrays(outputShapes(twiceNormalised, inputShapes), 2));
      const gradients = await running.gradients();
      for (const name of Object.keys(biases)) assert.deepEqual(gradients[name], new Float32Array(2), name);
      assert.ok(Math.hypot(...gradients["conv.weight"]) > 1e-2);
      await running.dispose();
    });

    it("moves the statistics of each normalisation by its own momentum, whatever the names", async () => {
      const network = createNetwork("names", ({ input, add }) => {
        const first = add("norm", batchNorm(1e-5, 0.5), input("x", [6, 5, 3]));
        return { y: add("norm.again", batchNorm(1e-5, 0), first) };
      });
      const running = await start(network, create);
      const before = await running.parameters();
      await running.forward(inputs);
      const after = await running.parameters();
      assert.notDeepEqual(after["norm.mean"], before["norm.mean"]);
      assert.deepEqual(after["norm.again.mean"], before["norm.again.mean"]);
      await running.dispose();
    });

    it("has the gradients of the last forward pass, whatever happened to the caller's arrays since", async () => {
      const running = await start(normalised, create);
      const dys = randomArrays(outputShapes(normalised, inputShapes), 2);
      const gradients = async (disturb: boolean) => {
        const x = { shape: inputShapes.x, values: inputs.x.values.slice() };
        await running.forward({ x });
        if (disturb) x.values.fill(7);
        return (await running.backward(dys, { inputs: ["x"] })).x.values.slice();
      };
      assert.deepEqual(await gradients(true), await gradients(false));
      await running.dispose();
    });

    it("names an input that it does not have", async () => {
      const running = await start(normalised, create);
      await running.forward(inputs);
      for (const name of ["nothing", "conv"]) {
        await assert.rejects(running.backward({}, { inputs: [name] }), {
          message: `network "normalised": has no input "${name}".`,
        });
      }
      await running.dispose();
    });
  });
}

describe("a network on onnx", () => {
  it("refuses a call before the last one has ended, as both would write into the same arrays", async () => {
    const running = await start(normalised, createOnnxNetwork);
    const first = running.predict(inputs);
    await assert.rejects(running.predict(inputs), {
      message: 'network "normalised": `predict` came before `predict` had ended; await each call.',
    });
    const y = (await first).y.values.slice();
    assert.deepEqual((await running.predict(inputs)).y.values, y);
    await running.dispose();
  });
});

describe("a network of which an output has an input's name", () => {
  it("is refused, as ONNX has one name for each value", () => {
    assert.throws(
      () => createNetwork("loop", ({ input, add }) => ({ x: add("dense", dense(2), input("x", [3])) })),
      { message: 'network "loop": an input and an output are both named "x".' },
    );
  });
});
