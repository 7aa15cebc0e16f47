/** What the networks compute on a graphics processor, or on the software that plays one. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import { createTfjsNetwork } from "../../networks/tfjs/tfjs-trainable-network.js";
import {
  outputShapes,
  randomArrays,
  relativeError,
  stirredParameters,
} from "../../testing/compare-engines.js";
import { describeOnEngine } from "../../testing/describe-on-engine.js";
import { detailRefiner } from "./detail-refiner.js";
import { patchDiscriminator } from "./patch-discriminator.js";

const networks = {
  "the refiner": detailRefiner({ uvSize: 16, baseChannels: 4 }),
  "the discriminator": patchDiscriminator({ uvSize: 16, baseChannels: 4 }),
};

/** Outputs, gradients of inputs and gradients of parameters, by name, on the current engine. */
async function valuesOf(network: (typeof networks)[keyof typeof networks]) {
  const inputShapes = fixedInputShapes(network, 2);
  const parameters = stirredParameters(network, inputShapes);
  const engine = await createTfjsNetwork({ network, inputShapes, parameters });
  const [inputs, dys] = [randomArrays(inputShapes, 1), randomArrays(outputShapes(network, inputShapes), 2)];
  const outputs = await engine.forward(inputs);
  const back = await engine.backward(dys, { inputs: Object.keys(inputs) });
  const plain = Object.entries({ ...outputs, ...back }).map(([name, { values }]) => [name, values] as const);
  const gradients = await engine.gradients();
  await engine.dispose();
  return { ...Object.fromEntries(plain), ...gradients };
}

await describeOnEngine("webgpu", "networks on webgpu", () => {
  for (const [title, network] of Object.entries(networks)) {
    it(`have the values and gradients of cpu: ${title}`, async () => {
      await prepareEngine("cpu");
      const expected = await valuesOf(network);
      await prepareEngine("webgpu");
      const before = tf.memory().numTensors;
      const actual = await valuesOf(network);
      assert.equal(tf.memory().numTensors, before, "the tensor count should stay the same");
      for (const [name, values] of Object.entries(expected)) {
        const error = relativeError(actual[name], values);
        assert.ok(error <= 1e-4, `${name}: ${error}`);
      }
    });
  }
});
