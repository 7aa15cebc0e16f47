import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { createTfjsNetwork } from "../../networks/tfjs/tfjs-trainable-network.js";
import {
  fixtureEmbedding,
  fixtureNetworks,
  fixtureSample,
  fixtureSizes,
} from "../../testing/detail-fixture.js";
import type { DetailMaps } from "../detail/base-maps.js";
import { detailBatch, disposeDetailBatch } from "../detail/detail-batch.js";
import type { DetailSample } from "../detail/detail-sample.js";
import { detailSamplesInMemory } from "../detail/detail-sample-file.js";
import { lossReadings } from "../losses/loss-readings.js";
import { paperWeights } from "../losses/loss-weights.js";
import { paperSchedule } from "../losses/training-schedule.js";
import { adversary } from "./adversary.js";
import { createDetailStep, type DetailStepOptions } from "./detail-step.js";
import { epochOrder } from "./epoch-order.js";
import { identityLoss } from "./identity-loss.js";
import { mapGradients } from "./map-gradients.js";
import { train } from "./train.js";

const { uvSize } = fixtureSizes;
const losses = {
  set: "paper",
  weights: paperWeights,
  adversarial: "nonSaturating",
  openings: true,
  edgeAware: false,
} as const;
const schedule = { ...paperSchedule, batchSize: 4 };
const uvMask = new Float32Array(uvSize * uvSize).fill(1);

type Networks = Awaited<ReturnType<typeof fixtureNetworks>>;

async function withNetworks<T>(
  create: typeof createOnnxNetwork,
  use: (networks: Networks) => Promise<T>,
  refiner?: "deciding",
) {
  const networks = await fixtureNetworks(create, refiner);
  try {
    return await use(networks);
  } finally {
    for (const network of Object.values(networks)) await network.dispose();
  }
}

/** The same sphere in another photo: darker, and from the right. */
function partner(sample: DetailSample): DetailSample {
  const light = sample.coefficients.light.map((value, i) => 0.8 * value + (i % 9 === 3 ? 0.2 : 0));
  return {
    ...sample,
    id: `${sample.id}, second light`,
    priorAlbedo: sample.priorAlbedo.map((value) => 0.95 * value),
    image: sample.image.map((value, i) => 0.7 * value + (i % 40)),
    texture: sample.texture.map((value, i) => 0.7 * value + (i % 40)),
    coefficients: { ...sample.coefficients, light },
  };
}

const parameters = async ({ generator, discriminator, recognition }: Networks) => ({
  generator: await generator.parameters(),
  discriminator: await discriminator.parameters(),
  recognition: await recognition.parameters(),
});

describe("face/training/detail-step", () => {
  let samples: DetailSample[];
  before(async () => {
    await prepareEngine("wasm");
    samples = await Promise.all([1, 2, 3, 4, 5].map(fixtureSample));
  });

  const optionsFor = (networks: Networks, more: Partial<DetailStepOptions> = {}): DetailStepOptions => ({
    samples: detailSamplesInMemory(samples),
    generator: networks.generator,
    discriminator: networks.discriminator,
    identity: identityLoss(fixtureEmbedding, networks.recognition),
    uvMask,
    base: "prior",
    losses,
    schedule,
    microBatch: 2,
    seed: 1,
    ...more,
  });

  for (const [name, microBatch] of [
    ["a batch", 3],
    ["one sample and the one before", 1],
  ] as const) {
    for (const set of ["paper", "released"] as const) {
      it(`has gradients to the maps that agree with central differences: ${name}, ${set}`, () =>
        withNetworks(createOnnxNetwork, async (networks) => {
          const chosen = samples.slice(0, microBatch);
          const noise = chosen.map((_, i) => createRandom(i));
          const batch = detailBatch(chosen, noise, { openings: true, base: "prior" });
          const random = createRandom(9);
          const shape = (channels: number) => [microBatch, uvSize, uvSize, channels];
          const map = (channels: number, at: number, spread: number) => ({
            shape: shape(channels),
            values: random
              .normalArray(microBatch * uvSize * uvSize * channels)
              .map((value) => at + spread * value),
          });
          const maps: DetailMaps = { albedo: map(3, 0.5, 0.1), light: map(27, 0.2, 0.1) };
          const identity = identityLoss(fixtureEmbedding, networks.recognition);
          // The mirrored map of the released symmetry is taken as given, so its gradient is not the slope.
          const symmetry = set === "released" ? 0 : paperWeights.symmetry;
          const weights = { ...paperWeights, adversarial: 0, symmetry };
          const previous =
            microBatch === 1 ? { sample: samples[4], albedo: map(3, 0.5, 0.1).values } : undefined;
          const at = (moved: DetailMaps) =>
            mapGradients({
              maps: moved,
              batch,
              weights,
              losses: { ...losses, set },
              identity,
              uvMask,
              previous,
            });
          const total = async (moved: DetailMaps) => {
            const { terms } = await at(moved);
            return Object.entries(terms).reduce((sum, [n, v]) => sum + weights[n as "image"] * v, 0);
          };
          const { gradients } = await at(maps);
          for (const part of ["albedo", "light"] as const) {
            for (let trial = 0; trial < 3; trial++) {
              const direction = random.normalArray(maps[part].values.length);
              const moved = (by: number) => ({
                ...maps,
                [part]: { ...maps[part], values: maps[part].values.map((v, i) => v + by * direction[i]) },
              });
              const h = set === "paper" ? 4e-3 : 5e-4;
              const slope = ((await total(moved(h))) - (await total(moved(-h)))) / (2 * h);
              const expected = gradients[part].values.reduce((sum, g, i) => sum + g * direction[i], 0);
              const size = Math.hypot(...gradients[part].values);
              const error = Math.abs(slope - expected) / Math.max(size, Math.abs(slope));
              assert.ok(error < 0.03, `${part}: ${slope}, ${expected}`);
            }
          }
          disposeDetailBatch(batch);
        }));
    }
  }

  it("has gradients to the maps that agree with central differences: pairs under two lights", () =>
    withNetworks(createOnnxNetwork, async (networks) => {
      const chosen = [samples[0], partner(samples[0]), samples[1], partner(samples[1])];
      const noise = chosen.map((_, i) => createRandom(i));
      const batch = detailBatch(chosen, noise, { openings: true, base: "prior", pairs: true });
      const random = createRandom(9);
      const map = (channels: number, at: number) => ({
        shape: [4, uvSize, uvSize, channels],
        values: random.normalArray(4 * uvSize * uvSize * channels).map((value) => at + 0.1 * value),
      });
      const maps: DetailMaps = { albedo: map(3, 0.5), light: map(27, 0.2) };
      const identity = identityLoss(fixtureEmbedding, networks.recognition);
      const weights = { ...paperWeights, adversarial: 0, albedoPair: 5 };
      const at = (moved: DetailMaps) =>
        mapGradients({ maps: moved, batch, weights, losses, identity, uvMask });
      const total = async (moved: DetailMaps) => {
        const { terms } = await at(moved);
        return Object.entries(terms).reduce((sum, [n, v]) => sum + weights[n as "image"] * v, 0);
      };
      const { gradients, terms } = await at(maps);
      assert.ok(terms.albedoPair > 0);
      for (const part of ["albedo", "light"] as const) {
        const direction = random.normalArray(maps[part].values.length);
        const moved = (by: number) => ({
          ...maps,
          [part]: { ...maps[part], values: maps[part].values.map((v, i) => v + by * direction[i]) },
        });
        const slope = ((await total(moved(4e-3))) - (await total(moved(-4e-3)))) / 8e-3;
        const expected = gradients[part].values.reduce((sum, g, i) => sum + g * direction[i], 0);
        const size = Math.hypot(...gradients[part].values);
        const error = Math.abs(slope - expected) / Math.max(size, Math.abs(slope));
        assert.ok(error < 0.03, `${part}: ${slope}, ${expected}`);
      }
      disposeDetailBatch(batch);
    }));

  it("compares A′ under the partner's coarse light with the partner's photo", async () => {
    const [first, second] = [samples[0], partner(samples[0])];
    const noise = [createRandom(1), createRandom(2)];
    const pair = detailBatch([first, second], noise, { openings: true, base: "prior", pairs: true });
    const swapped = detailBatch([second, first], noise, { openings: true, base: "prior" });
    assert.deepEqual(await pair.tensors.coarselyLitPhoto.data(), await swapped.tensors.photo.data());
    // The partner's prior albedo is 0.95 of the first's, so its light is taken for 0.95 of what it is, and the other way.
    const [shading, others] = [pair, swapped].map(({ tensors }) => tensors.coarseShading.dataSync());
    const half = shading.length / 2;
    const expected = others.map((value, i) => (i < half ? 0.95 * value : value / 0.95));
    assert.ok(shading.every((value, i) => Math.abs(value - expected[i]) < 1e-4));
    [pair, swapped].forEach(disposeDetailBatch);
  });

  it("learns from faces with partners, and keeps the tensor count", () =>
    withNetworks(createOnnxNetwork, async (networks) => {
      const weights = { ...paperWeights, albedoPair: 2 };
      const partners = detailSamplesInMemory(samples.map(partner));
      const step = createDetailStep(
        optionsFor(networks, { partners, losses: { ...losses, weights }, adversaryEvery: 2 }),
      );
      const first = await step(0, createRandom(1));
      const { numTensors } = tf.memory();
      const second = await step(1, createRandom(2));
      assert.equal(tf.memory().numTensors, numTensors);
      assert.ok(first.albedoPair > 0 && second.albedoPair > 0);
      // The adversary plays in every other step.
      assert.ok("discriminator" in first && !("discriminator" in second));
    }));

  it("moves the generator alone without an adversary, and with it both, never the recognition network", () =>
    withNetworks(createOnnxNetwork, async (networks) => {
      const before = await parameters(networks);
      const weights = { ...paperWeights, adversarial: 0 };
      await createDetailStep(optionsFor(networks, { losses: { ...losses, weights } }))(0, createRandom(1));
      const after = await parameters(networks);
      assert.deepEqual(after.discriminator, before.discriminator);
      assert.notDeepEqual(after.generator, before.generator);
      const terms = await createDetailStep(optionsFor(networks))(0, createRandom(1));
      const last = await parameters(networks);
      assert.notDeepEqual(last.discriminator, before.discriminator);
      assert.deepEqual(last.recognition, before.recognition);
      const names = [...Object.keys(paperWeights), "discriminator", "total"].sort();
      assert.deepEqual(Object.keys(terms).sort(), names);
    }));

  it("hands the generator nothing of what the discriminator learns", () =>
    withNetworks(createOnnxNetwork, async (networks) => {
      const before = await parameters(networks);
      const [fake, real] = samples.map(({ priorAlbedo }) => ({
        shape: [1, uvSize, uvSize, 3],
        values: priorAlbedo,
      }));
      const { toDetailed } = await adversary(networks.discriminator).play(fake, real);
      assert.ok(toDetailed.some((value) => value !== 0));
      await networks.discriminator.update(1e-3);
      const after = await parameters(networks);
      assert.notDeepEqual(after.discriminator, before.discriminator);
      assert.deepEqual(after.generator, before.generator);
    }));

  it("learns: 40 steps at 1e-2 bring the image loss below a third", () =>
    withNetworks(createOnnxNetwork, async (networks) => {
      const learningRate = { first: 1e-2, decay: 1, last: 0 };
      const weights = { ...paperWeights, crossPerceptual: 0, adversarial: 0 };
      const options = {
        losses: { ...losses, weights },
        schedule: { ...schedule, learningRate, albedoL1Epochs: 0 },
      };
      const step = createDetailStep(optionsFor(networks, { ...options, base: "direct" }));
      const errors: number[] = [];
      for (let i = 0; i < 40; i++) errors.push((await step(i, createRandom(i))).image);
      assert.ok(errors[39] < errors[0] / 3, `${errors[0]} to ${errors[39]}`);
    }));

  it("learns to decide: 40 steps at 1e-2 bring the sum of the balanced losses below two thirds", () =>
    withNetworks(
      createOnnxNetwork,
      async (networks) => {
        const learningRate = { first: 1e-2, decay: 1, last: 0 };
        const weights = { ...lossReadings.balanced.weights, crossPerceptual: 0, adversarial: 0 };
        const step = createDetailStep(
          optionsFor(networks, {
            losses: { ...losses, weights },
            schedule: { ...schedule, learningRate, albedoL1Epochs: 100 },
            base: "bands",
          }),
        );
        const totals: number[] = [];
        for (let i = 0; i < 40; i++) totals.push((await step(i, createRandom(i))).total);
        assert.ok(totals[39] < (2 / 3) * totals[0], `${totals[0]} to ${totals[39]}`);
      },
      "deciding",
    ));

  it("keeps the tensor count, and the L1 loss for the first epoch only", () =>
    withNetworks(createOnnxNetwork, async (networks) => {
      for (const microBatch of [1, 2]) {
        const step = createDetailStep(optionsFor(networks, { microBatch }));
        await step(0, createRandom(1));
        const before = tf.memory().numTensors;
        const terms = await step(1, createRandom(2));
        assert.equal(tf.memory().numTensors, before);
        assert.equal(terms.albedoL1, undefined);
      }
    }));

  const refiners = [
    ["prior", undefined],
    ["bands", "deciding"],
  ] as const;

  for (const [base, refiner] of refiners) {
    it(`takes the same step on tfjs as on ONNX Runtime, and keeps the tensor count: ${base}`, async () => {
      const moved = (create: typeof createOnnxNetwork) =>
        withNetworks(
          create,
          async (networks) => {
            const step = createDetailStep(optionsFor(networks, { base }));
            const first = await step(0, createRandom(1));
            const { numTensors } = tf.memory();
            const terms = [first, await step(1, createRandom(2))];
            assert.equal(tf.memory().numTensors, numTensors);
            return terms;
          },
          refiner,
        );
      const [onnx, tfjs] = [await moved(createOnnxNetwork), await moved(createTfjsNetwork)];
      onnx.forEach((terms, i) => {
        for (const [name, value] of Object.entries(terms)) {
          const other = tfjs[i][name];
          assert.ok(
            Math.abs(value - other) < 1e-3 * Math.max(0.01, Math.abs(value)),
            `${name}: ${value}, ${other}`,
          );
        }
      });
    });
  }

  it("gives the same maps' gradients on cpu as on wasm", async () => {
    const on = async (engine: "cpu" | "wasm") => {
      await prepareEngine(engine);
      return withNetworks(createOnnxNetwork, async (networks) => {
        const batch = detailBatch(samples.slice(0, 2), [createRandom(1), createRandom(2)], {
          openings: true,
          base: "prior",
        });
        const maps = {
          albedo: { shape: [2, uvSize, uvSize, 3], values: batch.prior.albedo },
          light: {
            shape: [2, uvSize, uvSize, 27],
            values: createRandom(3).normalArray(2 * uvSize ** 2 * 27),
          },
        };
        const identity = identityLoss(fixtureEmbedding, networks.recognition);
        const found = await mapGradients({ maps, batch, weights: paperWeights, losses, identity, uvMask });
        disposeDetailBatch(batch);
        return found.gradients;
      });
    };
    const [cpu, wasm] = [await on("cpu"), await on("wasm")];
    for (const part of ["albedo", "light"] as const) {
      const largest = Math.max(...cpu[part].values.map(Math.abs));
      const worst = Math.max(...cpu[part].values.map((v, i) => Math.abs(v - wasm[part].values[i])));
      assert.ok(worst < 1e-4 * largest, `${part}: ${worst} of ${largest}`);
    }
  });

  for (const [base, refiner] of refiners) {
    it(`ends on the same bits where it is interrupted or killed, and goes on: ${base}`, async () => {
      const folder = await mkdtemp(path.join(tmpdir(), "detail-"));
      const run = (resume: boolean, steps: number, until?: { aborted: number } | { killed: number }) =>
        withNetworks(
          createOnnxNetwork,
          async (networks) => {
            const { generator, discriminator } = networks;
            const controller = new AbortController();
            const own = createDetailStep(optionsFor(networks, { microBatch: 1, base }));
            const step: typeof own = async (number, random) => {
              if (until && "killed" in until && number === until.killed) throw new Error("killed");
              return own(number, random);
            };
            const options = { folder, steps, seed: 5, configHash: "tiny", resume, checkpointEvery: 2 };
            const onStep = (done: number) =>
              until && "aborted" in until && done === until.aborted && controller.abort();
            await train(
              { networks: { generator, discriminator }, step },
              { ...options, signal: controller.signal, onStep },
            );
            return readFile(path.join(folder, "checkpoint.safetensors"));
          },
          refiner,
        );
      try {
        const whole = await run(false, 5);
        await run(false, 5, { aborted: 3 });
        assert.deepEqual(await run(true, 5), whole);
        await assert.rejects(run(false, 5, { killed: 3 }), /killed/);
        assert.deepEqual(await run(true, 5), whole);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }

  it("visits every sample once an epoch, in another order each time", () => {
    const [first, second] = [epochOrder(7, 1, 0), epochOrder(7, 1, 1)];
    assert.deepEqual([...first].sort(), [0, 1, 2, 3, 4, 5, 6]);
    assert.notDeepEqual(first, second);
    assert.deepEqual(epochOrder(7, 1, 0), first);
  });

  it("says which option does not go with which", () =>
    withNetworks(createOnnxNetwork, async (networks) => {
      const wrong = (more: Partial<DetailStepOptions>, message: RegExp) =>
        assert.throws(() => createDetailStep(optionsFor(networks, more)), message);
      wrong({ microBatch: 3 }, /`microBatch` should divide the batch size 4 but is 3/);
      wrong({ discriminator: undefined }, /`adversarial` needs a discriminator/);
      wrong({ identity: undefined }, /`crossPerceptual` needs a recognition network/);
      wrong({ samples: detailSamplesInMemory([]) }, /`samples` should hold a sample/);
    }));
});
