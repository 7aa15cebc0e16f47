import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import {
  fixtureEmbedding,
  fixtureNetworks,
  fixtureSample,
  fixtureSizes,
} from "../../testing/detail-fixture.js";
import type { DetailSample } from "../detail/detail-sample.js";
import { lightDetail } from "../detail/inspect-detail.js";
import { lossReadings } from "../losses/loss-readings.js";
import { psnr } from "../metrics/image-metrics.js";
import { type FreeMapsOptions, optimiseMaps } from "./free-maps.js";
import { identityLoss, meanIdentityLoss } from "./identity-loss.js";
import { lossPulls } from "./loss-pulls.js";

const { uvSize, size } = fixtureSizes;
const losses = {
  ...lossReadings.balanced,
  adversarial: "nonSaturating",
  openings: false,
  edgeAware: false,
} as const;
const noCrossing = { ...losses, weights: { ...losses.weights, crossPerceptual: 0 } };

describe("face/training/free-maps", () => {
  let networks: Awaited<ReturnType<typeof fixtureNetworks>>;
  let samples: DetailSample[];
  before(async () => {
    await prepareEngine("wasm");
    networks = await fixtureNetworks();
    samples = [];
    for (const number of [1, 2, 3, 4]) samples.push(await fixtureSample(number));
  });
  after(async () => {
    for (const network of Object.values(networks)) await network.dispose();
  });
  const optionsOf = (more: Partial<FreeMapsOptions> = {}): FreeMapsOptions => ({
    samples,
    losses: noCrossing,
    uvMask: new Float32Array(uvSize * uvSize).fill(1),
    steps: 40,
    albedoL1Steps: 4,
    learningRate: { albedo: 0.02, light: 0.005 },
    batch: 2,
    seed: 1,
    ...more,
  });
  const near = async (sample: DetailSample, albedo: Float32Array, light: Float32Array) => {
    const photo = { width: size, height: size, data: Float32Array.from(sample.image, (b) => b / 255) };
    const mask = { ...photo, data: Float32Array.from(sample.mask, (v) => Number(v === 1)) };
    return psnr(await lightDetail(sample, albedo, light), photo, mask);
  };

  it("come nearer to the photo, leave no tensor behind, and are the same again", async () => {
    const before = tf.memory().numTensors;
    const totals: number[] = [];
    const found = await optimiseMaps(optionsOf({ onStep: (_, { image }) => totals.push(image) }));
    assert.equal(tf.memory().numTensors, before);
    assert.ok(totals.length === 40 && totals[39] < totals[0] / 2, `${totals[0]} to ${totals[39]}`);
    for (const [i, { albedo, light }] of found.entries()) {
      const [sample, flat] = [samples[i], new Float32Array(light.length)];
      for (let t = 0; t < flat.length; t++) flat[t] = sample.coefficients.light[t % 27];
      const coarse = await near(sample, sample.priorAlbedo, flat);
      const moved = await near(sample, albedo, light);
      assert.ok(moved > coarse + 1, `${coarse} to ${moved} dB`);
      assert.ok(albedo.every((value) => value > 0 && value < 1));
    }
    assert.deepEqual(await optimiseMaps(optionsOf()), found);
  });

  it("stay the prior albedo and the coarse light without a step", async () => {
    const [{ albedo, light }] = await optimiseMaps(optionsOf({ steps: 0 }));
    const farthest = albedo.reduce(
      (most, v, i) => Math.max(most, Math.abs(v - samples[0].priorAlbedo[i])),
      0,
    );
    assert.ok(farthest < 1e-6, `${farthest}`);
    assert.deepEqual(light.slice(27, 54), Float32Array.from(samples[0].coefficients.light));
  });

  it("end where they are when the signal says so", async () => {
    const stop = new AbortController();
    let steps = 0;
    await optimiseMaps(
      optionsOf({
        signal: stop.signal,
        onStep(done) {
          steps = done;
          if (done === 3) stop.abort();
        },
      }),
    );
    assert.equal(steps, 3);
  });

  it("follow Eq. 5, by one network or the mean of several", async () => {
    const one = identityLoss(fixtureEmbedding, networks.recognition);
    const weights = { ...losses.weights, crossPerceptual: 10 };
    const run = async (identity: FreeMapsOptions["identity"]) => {
      const terms: number[] = [];
      const options = optionsOf({ losses: { ...losses, weights }, identity, steps: 10 });
      const found = await optimiseMaps({ ...options, onStep: (_, t) => terms.push(t.crossPerceptual) });
      return { found, terms };
    };
    const alone = await run(one);
    assert.ok(alone.terms[9] < alone.terms[0], `${alone.terms}`);
    // The mean of a network with itself is that network.
    const before = tf.memory().numTensors;
    const both = await run(meanIdentityLoss([one, one]));
    assert.equal(tf.memory().numTensors, before);
    for (const [i, term] of both.terms.entries()) assert.ok(Math.abs(term - alone.terms[i]) < 1e-3);
  });

  it("refuse what cannot be computed, in one line", async () => {
    await assert.rejects(
      optimiseMaps(optionsOf({ batch: 3 })),
      /^Error: optimiseMaps: `batch` should divide the 4 samples but is 3\.$/,
    );
    await assert.rejects(optimiseMaps(optionsOf({ samples: [] })), /should hold a sample but is empty/);
    await assert.rejects(optimiseMaps(optionsOf({ losses })), /needs a recognition network/);
    const identity = identityLoss(fixtureEmbedding, networks.recognition);
    await assert.rejects(
      optimiseMaps(optionsOf({ losses, identity, batch: 1 })),
      /needs a batch of 2 samples or more/,
    );
  });
});

describe("face/training/loss-pulls", () => {
  it("are the norms of the weighted gradients: twice the weight pulls twice as hard", async () => {
    await prepareEngine("wasm");
    const samples = [await fixtureSample(1), await fixtureSample(2)];
    const uvMask = new Float32Array(uvSize * uvSize).fill(1);
    const before = tf.memory().numTensors;
    const pulls = await lossPulls({ samples, losses: noCrossing, uvMask });
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(
      pulls.map(({ term }) => term),
      ["illumination", "symmetry", "smoothness", "albedoL1", "imageGradient", "image"],
    );
    const doubledWeights = Object.entries(noCrossing.weights).map(([term, weight]) => [term, 2 * weight]);
    const twice = Object.fromEntries(doubledWeights) as unknown as typeof noCrossing.weights;
    const doubled = await lossPulls({ samples, losses: { ...noCrossing, weights: twice }, uvMask });
    for (const [i, { toAlbedo, toLight, value, term }] of pulls.entries()) {
      assert.ok(value > 0, term);
      assert.ok(Math.abs(doubled[i].toAlbedo - 2 * toAlbedo) <= 1e-5 * toAlbedo, term);
      assert.ok(Math.abs(doubled[i].toLight - 2 * toLight) <= 1e-5 * toLight, term);
      // Eq. 16 moves both maps; of the others each moves one.
      assert.equal(toLight > 0, term === "illumination" || term === "image", term);
      assert.equal(toAlbedo > 0, term !== "illumination", term);
    }
  });
});
