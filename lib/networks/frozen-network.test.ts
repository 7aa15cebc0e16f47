import assert from "node:assert/strict";
import { prepareEngine } from "../base/engine/prepare-engine.js";
import { outputShapes, randomArrays, stirredParameters } from "../testing/compare-engines.js";
import { createNetwork } from "./graph.js";
import { conv, instanceNorm, maxPool } from "./layers.js";
import { createOnnxNetwork } from "./onnx/onnx-network.js";
import { createTfjsNetwork } from "./tfjs/tfjs-trainable-network.js";

const network = createNetwork("frozen", ({ input, add }) => {
  const x = add("first", conv({ filters: 4, kernel: 3, padding: 1 }), input("x", [8, 6, 3]));
  const active = add("active", { kind: "prelu", initialSlope: 0.2 }, add("norm", instanceNorm(), x));
  const pooled = add("pooled", maxPool({ kernel: 2, stride: 2 }), active);
  return { y: add("last", conv({ filters: 2, kernel: 3 }), pooled) };
});

describe("a frozen network", () => {
  for (const [engine, create] of Object.entries({ tfjs: createTfjsNetwork, onnx: createOnnxNetwork })) {
    it(`has the gradient to its input that it has when it learns, and refuses the others: ${engine}`, async () => {
      await prepareEngine("cpu");
      const inputShapes = { x: [2, 8, 6, 3] };
      const running = await create({
        network,
        inputShapes,
        parameters: stirredParameters(network, inputShapes),
      });
      const inputs = randomArrays(inputShapes, 1);
      const dys = randomArrays(outputShapes(network, inputShapes), 2);
      const wanted = { parameters: false, inputs: ["x"] };
      await running.forward(inputs);
      const expected = (await running.backward(dys, wanted)).x.values.slice();
      await running.forward(inputs, { parameters: false });
      const { x } = await running.backward(dys, wanted);
      x.values.forEach((value, i) => {
        assert.ok(Math.abs(value - expected[i]) <= 1e-6);
      });
      assert.ok(Math.hypot(...expected) > 0.1);
      await assert.rejects(running.backward(dys), /the last `forward` left out/);
      await running.dispose();
    });
  }
});
