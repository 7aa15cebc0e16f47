import assert from "node:assert/strict";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import type { UvSpace } from "../../graphics/uv/uv-space.js";
import { fixtureSample } from "../../testing/detail-fixture.js";
import { turnedFace } from "../../testing/turned-face.js";
import { psnr } from "../metrics/image-metrics.js";
import { uvSpaceOf } from "../morphable-model/face-uv-space.js";
import { loadMorphableModel } from "../morphable-model/load-model.js";
import { createMorphableModel, type MorphableModel } from "../morphable-model/morphable-model.js";
import { fillHoles } from "./detail-batch.js";
import { makeDetailSample } from "./detail-sample.js";
import {
  decodeDetailSample,
  encodeDetailSample,
  openDetailSamples,
  writeDetailSamples,
} from "./detail-sample-file.js";
import { detailMetrics, inspectDetail, scaleAlignedError } from "./inspect-detail.js";

const size = 64;

const farthest = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

describe("face/detail/detail-sample", () => {
  let model: MorphableModel;
  let uvSpace: UvSpace;
  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadMorphableModel("embedded"));
    uvSpace = uvSpaceOf(model, 64);
  });
  after(() => {
    model.dispose();
    uvSpace.dispose();
  });

  /** @param hidden columns of the picture that show no skin */
  async function sampleOf(hidden = 0) {
    const { mask, ...face } = await turnedFace(model, uvSpace, { size });
    const data = mask.data.map((value, p) => (p % size < hidden ? 0 : value));
    const sample = await makeDetailSample(model, uvSpace, { ...face, mask: { ...mask, data } });
    return { image: face.image, sample };
  }

  it("holds a texture that is the albedo where it is seen, under light that shows it, and holes elsewhere", async () => {
    const before = tf.memory().numTensors;
    const { sample } = await sampleOf();
    assert.equal(tf.memory().numTensors, before);
    const share = sample.seen.reduce((sum, value) => sum + value, 0) / sample.seen.length;
    assert.ok(share > 0.3 && share < 0.75, `${share} seen`);
    let [apart, count] = [0, 0];
    sample.texture.forEach((value, i) => {
      if (sample.seen[Math.floor(i / 3)] === 0) {
        assert.equal(value, 0);
        return;
      }
      apart += Math.abs(value / 255 - sample.priorAlbedo[i]);
      count++;
    });
    assert.ok(apart / count < 0.03, `${apart / count}`);
  });

  it("has holes where the mask is 0", async () => {
    const [whole, half] = [await sampleOf(), await sampleOf(size / 2)];
    const count = ({ seen }: { seen: Uint8Array }) => seen.reduce((sum, value) => sum + value, 0);
    assert.ok(count(half.sample) < 0.8 * count(whole.sample));
    assert.equal(
      Math.max(...half.sample.mask.filter((_, p) => p % size < size / 2 - 1).map((m) => m % 2)),
      0,
    );
  });

  it("is the same after it was written and read, to 16 bits, and a second time to the bit", async () => {
    const { sample } = await sampleOf();
    const bytes = encodeDetailSample(sample);
    const back = decodeDetailSample(bytes, "sample");
    assert.deepEqual(back.image, sample.image);
    assert.deepEqual(back.surface.pixel, sample.surface.pixel);
    assert.ok(farthest(back.surface.uv, sample.surface.uv) < 1e-5);
    assert.ok(farthest(back.surface.normal, sample.surface.normal) < 2e-5);
    assert.deepEqual(back.coefficients, sample.coefficients);
    assert.deepEqual(encodeDetailSample(back), bytes);
  });

  it("is found again in a file of many, and a file that is cut short or another is refused", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "samples-"));
    const file = path.join(folder, "three.samples");
    try {
      const three = [await fixtureSample(1), await fixtureSample(2), await fixtureSample(3)];
      await writeDetailSamples(file, three);
      const samples = await openDetailSamples([file, file]);
      assert.deepEqual(samples.ids.slice(0, 4), ["sphere 1", "sphere 2", "sphere 3", "sphere 1"]);
      assert.deepEqual((await samples.read(4)).image, three[1].image);
      await truncate(file, 20_000);
      await assert.rejects(samples.read(2), /three\.samples: ends within the sample sphere 3\./);
      await samples.close();
      await writeFile(file, "something else, of more than eight bytes");
      await assert.rejects(openDetailSamples([file]), /should be a file of detail samples but is none/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("fills holes with noise of the seen texture's mean and spread, the same for the same stream", async () => {
    const sample = await fixtureSample(1);
    const filled = fillHoles(sample, createRandom(1));
    assert.deepEqual(fillHoles(sample, createRandom(1)), filled);
    const statistics = (wanted: number) => {
      const values = [...filled].filter((_, i) => i % 3 === 1 && sample.seen[Math.floor(i / 3)] === wanted);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      return { mean, spread: Math.sqrt(square) };
    };
    const [seen, hole] = [statistics(1), statistics(0)];
    assert.ok(Math.abs(seen.mean - hole.mean) < 0.3 * seen.spread);
    assert.ok(Math.abs(seen.spread / hole.spread - 1) < 0.3);
  });

  it("is drawn by a refiner that changes nothing as its own coarse picture", async () => {
    const { image, sample } = await sampleOf();
    const texels = uvSpace.size ** 2;
    const unchanging = {
      predict: async () => ({
        albedo: { shape: [1, 64, 64, 3], values: new Float32Array(3 * texels).fill(0.5) },
        light: { shape: [1, 64, 64, 27], values: new Float32Array(27 * texels) },
      }),
    };
    const face = await inspectDetail(unchanging as never, sample, "prior");
    const { coarse, detailed } = face.pictures;
    assert.ok(psnr(coarse, image, face.mask) > 45, `${psnr(coarse, image, face.mask)} dB`);
    assert.ok(psnr(coarse, detailed, face.mask) > 45);
    const uvMask = new Float32Array(texels).fill(1);
    const terms = detailMetrics(face, sample, uvMask, { whole: true });
    assert.deepEqual(
      Object.keys(terms),
      ["coarse", "coarselyLit", "detailed"].flatMap((name) =>
        [name, `${name}.whole`].flatMap((part) => ["l1", "psnr", "ssim"].map((m) => `${part}.${m}`)),
      ),
    );
  });

  it("measures an albedo's error up to its brightness", () => {
    const truth = Float32Array.from({ length: 12 }, (_, i) => 0.1 + 0.05 * i);
    const where = new Float32Array(4).fill(1);
    assert.ok(scaleAlignedError(truth.map((value) => 0.7 * value), truth, where) < 1e-6); // biome-ignore format: one line
    const wrong = truth.map((value, i) => (i < 3 ? 1 : value));
    assert.ok(scaleAlignedError(wrong, truth, where) > 0.1);
    assert.ok(scaleAlignedError(wrong, truth, Float32Array.from([0, 1, 1, 1])) < 1e-6);
  });
});
