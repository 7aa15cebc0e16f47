import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { fixtureSample } from "../../testing/detail-fixture.js";
import { makeDetailSample } from "../detail/detail-sample.js";
import { regressorFile } from "../models/trained-regressor.js";
import { neutralCoefficients } from "../morphable-model/coefficients.js";
import { uvSpaceOf } from "../morphable-model/face-uv-space.js";
import { loadMorphableModel } from "../morphable-model/load-model.js";
import { createMorphableModel } from "../morphable-model/morphable-model.js";
import { lightFromPhoto, loadRegressedFace } from "./regressed-face.js";
import { paintFace } from "./rival.js";

describe("face/rivals/regressed-face", () => {
  before(() => prepareEngine("wasm"));

  it("finds the light of a picture back, where its albedo is known", async () => {
    const sample = await fixtureSample(1);
    const { surface, uvSize, priorAlbedo, mask } = sample;
    const light = neutralCoefficients().light.map((value, i) => value + 0.05 * Math.sin(i));
    const { data } = await paintFace(surface, uvSize, priorAlbedo, light);
    const image = Uint8Array.from(data, (value) => Math.round(255 * Math.min(Math.max(value, 0), 1)));
    const before = tf.memory().numTensors;
    const found = await lightFromPhoto({ image, mask, uvSize }, surface, priorAlbedo);
    assert.equal(tf.memory().numTensors, before);
    const again = await paintFace(surface, uvSize, priorAlbedo, found);
    const errors = again.data.map((value, i) =>
      mask[Math.floor(i / 3)] === 1 ? Math.abs(value - data[i]) : 0,
    );
    assert.ok(Math.max(...errors) < 0.01, `${Math.max(...errors)}`);
  });

  it("shows identity and albedo of the regressor in the fitted pose, and names a file that is none", async () => {
    const model = createMorphableModel(await loadMorphableModel("embedded"));
    const uvSpace = uvSpaceOf(model, 32);
    const [size, random] = [224, createRandom(1)];
    const grey = (channels: number) => ({
      width: size,
      height: size,
      data: Float32Array.from({ length: size * size * channels }, () => 0.5 + 0.01 * random.normal()),
    });
    const sample = await makeDetailSample(model, uvSpace, {
      id: "grey",
      image: grey(3),
      mask: { ...grey(1), data: new Float32Array(size * size).fill(1) },
      points: [],
      coefficients: neutralCoefficients(),
    });
    const rival = await loadRegressedFace(model, uvSpace, regressorFile);
    const before = tf.memory().numTensors;
    const { albedo, light, picture } = await rival.reconstruct(sample);
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual([albedo.length, light.length], [32 * 32 * 3, 27]);
    assert.ok(albedo.some((value, i) => Math.abs(value - sample.priorAlbedo[i]) > 0.01));
    const middle = 3 * (size * 112 + 112);
    assert.ok(Math.abs(picture.data[middle] - 0.5) < 0.1, `${picture.data[middle]}`);
    await rival.dispose();
    const other = fileURLToPath(new URL("../../assets/face-parser.safetensors", import.meta.url));
    await assert.rejects(loadRegressedFace(model, uvSpace, other), /face-parser\.safetensors/);
    uvSpace.dispose();
    model.dispose();
  });
});
