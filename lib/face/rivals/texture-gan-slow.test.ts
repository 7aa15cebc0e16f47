import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { growingNetwork } from "../../networks/growing-network.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { parameterSpecs } from "../../networks/parameters.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import {
  fixtureEmbedding,
  fixtureNetworks,
  fixtureSample,
  fixtureSizes,
} from "../../testing/detail-fixture.js";
import { identityLoss } from "../training/identity-loss.js";
import { train } from "../training/train.js";
import { textureDiscriminator, textureGenerator, textureParameters, textureSides } from "./texture-gan.js";
import { fitTexture } from "./texture-gan-fit.js";
import { drawTextures, stageAt, textureGanTrainee } from "./texture-gan-trainee.js";

const options = { uvSize: fixtureSizes.uvSize, baseChannels: 2, latentSize: 4 };
const sides = textureSides(options);

function grow(player: "generator" | "discriminator", graphOf: typeof textureGenerator) {
  const stages = sides.map((side) => graphOf(options, side));
  const last = stages.at(-1)!;
  const specs = parameterSpecs(last, fixedInputShapes(last, 1));
  return growingNetwork({
    stages,
    specs,
    parameters: textureParameters(player, last, 1),
    create: createOnnxNetwork,
  });
}

const players = () => ({
  generator: grow("generator", textureGenerator),
  average: grow("generator", textureGenerator),
  discriminator: grow("discriminator", textureDiscriminator),
});

const disposeAll = (all: Readonly<Record<string, { dispose(): Promise<void> }>>) =>
  Promise.all(Object.values(all).map((one) => one.dispose()));

const latent = (count: number, seed = 1) => ({
  latent: { shape: [count, 4], values: createRandom(seed).normalArray(4 * count) },
});

/** Of one colour each, brighter on the right. */
const textures = [60, 120, 180].map((grey) =>
  Uint8Array.from({ length: 3 * options.uvSize ** 2 }, (_, i) => grey + (Math.floor(i / 3) % options.uvSize)),
);

describe("face/rivals/texture-gan: growth", () => {
  before(() => prepareEngine("wasm"));

  it("has the resolutions 8 to U, and refuses others", () => {
    assert.deepEqual(textureSides({ uvSize: 128 }), [8, 16, 32, 64, 128]);
    assert.throws(() => textureSides({ uvSize: 48 }), /`uvSize` should be a power of two from 8 but is 48/);
  });

  it("paints the same picture, only larger, when a resolution has just joined", async () => {
    const growing = grow("generator", textureGenerator);
    const small = (await (await growing.stage(0)).predict(latent(2))).albedo.values.slice();
    const large = (await (await growing.stage(1)).predict(latent(2))).albedo.values;
    tf.tidy(() => {
      const y = tf.tensor4d(small, [2, 8, 8, 3]);
      const logits = tf.log(tf.div(y, tf.sub(1, y))) as tf.Tensor4D;
      const doubled = tf.sigmoid(tf.image.resizeBilinear(logits, [16, 16], false, true)).dataSync();
      large.forEach((value, i) => {
        assert.ok(Math.abs(value - doubled[i]) < 1e-5);
      });
    });
    await growing.dispose();
  });

  it("judges a map as it judged the smaller one before the resolution joined", async () => {
    const growing = grow("discriminator", textureDiscriminator);
    const [small, large] = [8, 16].map((side) => drawTextures(textures, side, 3, createRandom(1)));
    const before = (await (await growing.stage(0)).predict({ albedo: small })).logit.values.slice();
    const after = (await (await growing.stage(1)).predict({ albedo: large })).logit.values;
    after.forEach((value, i) => {
      assert.ok(Math.abs(value - before[i]) < 1e-5);
    });
    await growing.dispose();
  });

  it("looks at the direction of a code alone", async () => {
    const growing = grow("generator", textureGenerator);
    const network = await growing.stage(1);
    const { values } = latent(1).latent;
    const one = (await network.predict(latent(1))).albedo.values.slice();
    const other = { latent: { shape: [1, 4], values: values.map((value) => 3 * value) } };
    (await network.predict(other)).albedo.values.forEach((value, i) => {
      assert.ok(Math.abs(value - one[i]) < 1e-5);
    });
    await growing.dispose();
  });
});

describe("face/rivals/texture-gan: training", () => {
  const stages = [
    { side: 8, steps: 3, batchSize: 2 },
    { side: 16, steps: 3, batchSize: 2 },
  ];
  const trainee = (
    all: ReturnType<typeof players>,
    more: { stages?: typeof stages; learningRate?: number } = {},
  ) =>
    textureGanTrainee({
      ...all,
      ...{ latentSize: 4, textures, stages, learningRate: 1e-3, slopePenalty: 1, averaging: 0.9, ...more },
    });

  before(() => prepareEngine("wasm"));

  it("knows the stage of each step", () => {
    assert.deepEqual(
      [0, 2, 3, 5, 9].map((step) => stageAt(stages, step)),
      [0, 0, 1, 1, 1],
    );
  });

  it("draws maps made smaller by means, as they are and mirrored", () => {
    const { values } = drawTextures([textures[0]], 8, 16, createRandom(3));
    const firsts = new Set(Array.from({ length: 16 }, (_, n) => Math.round(2550 * values[n * 192])));
    // The first two columns' mean, 60.5, and the last two's, 74.5.
    assert.deepEqual([...firsts].sort(), [605, 745]);
  });

  it("gives the same when it is interrupted and goes on, in a stage and between two", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "gan-"));
    const run = async (name: string, ends: readonly number[]) => {
      for (const steps of ends) {
        const all = players();
        const where = path.join(folder, name);
        const loop = { folder: where, seed: 5, configHash: "a", resume: true, checkpointEvery: 100 };
        await train(trainee(all), { ...loop, steps });
        await disposeAll(all);
      }
      return readFile(path.join(folder, name, "checkpoint.safetensors"));
    };
    try {
      const whole = await run("whole", [6]);
      assert.ok((await run("parts", [2, 3, 5, 6])).equals(whole));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("learns the colours of what it is shown", async () => {
    const all = players();
    const { step } = trainee(all, { stages: [{ side: 8, steps: 200, batchSize: 6 }], learningRate: 5e-3 });
    const apart = async () => {
      const { albedo } = await (await all.generator.stage(0)).predict(latent(20, 9));
      const mean = [0, 0, 0];
      albedo.values.forEach((value, i) => {
        mean[i % 3] += (3 * value) / albedo.values.length;
      });
      return Math.max(...mean) - Math.min(...mean); // real ones are grey
    };
    const before = await apart();
    for (let i = 0; i < 120; i++) await step(i, createRandom(i));
    const after = await apart();
    assert.ok(after < 0.7 * before, `${before} to ${after}`);
    await disposeAll(all);
  });
});

describe("face/rivals/texture-gan: fitting", () => {
  it("comes nearer to the photo, step by step the same twice, and leaves no tensors behind", async () => {
    await prepareEngine("wasm");
    const sample = await fixtureSample(1);
    const growing = grow("generator", textureGenerator);
    const generator = await growing.stage(1);
    const { recognition, ...others } = await fixtureNetworks();
    const identity = identityLoss(fixtureEmbedding, recognition);
    const settings = {
      steps: 25,
      rates: { latent: 0.05, light: 0.03 },
      weights: { pixel: 10, identity: 0.01 },
      starts: 3,
    };
    const before = tf.memory().numTensors;
    const one = await fitTexture(generator, identity, sample, settings);
    assert.equal(tf.memory().numTensors, before);
    const pixels = one.losses.map(({ pixel }) => pixel);
    assert.ok(pixels.at(-1)! < 0.6 * pixels[0], `${pixels[0]} to ${pixels.at(-1)}`);
    assert.equal(one.albedo.length, 3 * options.uvSize ** 2);
    assert.ok(one.light.some((value, i) => Math.abs(value - sample.coefficients.light[i]) > 0.01));
    assert.deepEqual(await fitTexture(generator, identity, sample, settings), one);
    for (const network of [growing, recognition, ...Object.values(others)]) await network.dispose();
  });
});
