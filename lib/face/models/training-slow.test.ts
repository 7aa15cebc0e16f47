/** Whole training steps of generator and discriminator, on every engine. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { whyAbsent } from "../../base/engine/present-engine.js";
import type { Network } from "../../networks/graph.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { initialParameters, type ParameterValues, parameterSpecs } from "../../networks/parameters.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import { createTfjsNetwork } from "../../networks/tfjs/tfjs-trainable-network.js";
import type { NetworkArray, NetworkArrays, TrainableNetwork } from "../../networks/trainable-network.js";
import { randomArrays, relativeError } from "../../testing/compare-engines.js";
import { detailRefiner } from "./detail-refiner.js";
import { patchDiscriminator } from "./patch-discriminator.js";

const refiner = detailRefiner({ uvSize: 16, baseChannels: 4 });
const discriminator = patchDiscriminator({ uvSize: 16, baseChannels: 4 });
const [maps, real] = [randomArrays({ maps: [2, 16, 16, 6] }, 1), randomArrays({ albedo: [2, 16, 16, 3] }, 2)];

type Create = typeof createTfjsNetwork;

function start(network: Network, create: Create): Promise<TrainableNetwork> {
  const inputShapes = fixedInputShapes(network, 2);
  const parameters = initialParameters(parameterSpecs(network, inputShapes), 7, "he");
  return create({ network, inputShapes, parameters });
}

/** Gradient of the mean of (x - target)². */
function squaredGradient({ shape, values }: NetworkArray, target: (i: number) => number): NetworkArray {
  return { shape, values: values.map((value, i) => (2 * (value - target(i))) / values.length) };
}

async function trainRefiner(g: TrainableNetwork, d?: TrainableNetwork): Promise<void> {
  const { albedo, light } = (await g.forward(maps)) as Required<Record<"albedo" | "light", NetworkArray>>;
  let dAlbedo = squaredGradient(albedo, () => 0.25);
  if (d) {
    const fooled = await throughDiscriminator(d, { albedo }, 1, false);
    dAlbedo = { ...dAlbedo, values: dAlbedo.values.map((value, i) => value + fooled[i]) };
  }
  const fake = { albedo: { shape: albedo.shape, values: albedo.values.slice() } };
  await g.backward({ albedo: dAlbedo, light: squaredGradient(light, (i) => (i % 5) / 5) });
  await g.update(1e-3);
  if (!d) return;
  await throughDiscriminator(d, fake, 0, true);
  await throughDiscriminator(d, real, 1, true);
  await d.update(1e-3);
}

async function throughDiscriminator(
  d: TrainableNetwork,
  inputs: NetworkArrays,
  target: number,
  parameters: boolean,
): Promise<Float32Array> {
  const { logits } = await d.forward(inputs);
  const back = await d.backward(
    { logits: squaredGradient(logits, () => target) },
    { parameters, inputs: ["albedo"] },
  );
  return back.albedo.values;
}

const vector = (values: ParameterValues) => Object.values(values).flatMap((part) => [...part]);

async function trained(create: Create, adversarial: boolean): Promise<{ moved: number[]; from: number[] }> {
  const g = await start(refiner, create);
  const d = adversarial ? await start(discriminator, create) : undefined;
  const networks = d ? [g, d] : [g];
  const state = async () => (await Promise.all(networks.map((one) => one.parameters()))).flatMap(vector);
  const from = await state();
  const before = tf.memory().numTensors;
  for (let step = 0; step < 3; step++) await trainRefiner(g, d);
  assert.equal(tf.memory().numTensors, before, "the tensor count should stay the same");
  const to = await state();
  await Promise.all(networks.map((one) => one.dispose()));
  return { moved: to.map((value, i) => value - from[i]), from };
}

const noWebgpu = await whyAbsent("webgpu");

describe("three steps of Adam", () => {
  for (const adversarial of [false, true]) {
    const moved = adversarial ? "refiner and discriminator" : "the refiner";
    let cpu: number[];
    before(async () => {
      await prepareEngine("cpu");
      cpu = (await trained(createTfjsNetwork, adversarial)).moved;
      assert.ok(Math.hypot(...cpu) > 0.01);
    });
    // On webgpu the whole step only: without a graphics processor it takes seconds.
    const engines = adversarial ? (["wasm", "onnx", "webgpu"] as const) : (["wasm", "onnx"] as const);
    for (const engine of engines) {
      it(`move ${moved} on ${engine} as on cpu`, async function () {
        if (engine === "webgpu" && noWebgpu) {
          this.test!.title += `: ${noWebgpu}`;
          this.skip();
        }
        await prepareEngine(engine === "onnx" ? "wasm" : engine);
        const create = engine === "onnx" ? createOnnxNetwork : createTfjsNetwork;
        // A weight moves by the sign of its gradient at first, so rounding shows where a gradient is nearly 0.
        const error = relativeError((await trained(create, adversarial)).moved, cpu);
        assert.ok(error <= 1e-2, `${error}`);
      });
    }
  }
});
