/** The shipped regressor: it is of the shipped model, sees what is in a picture, and says what it cannot use. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { sampleLight } from "../../graphics/scene/light-prior.js";
import { readNetworkFile } from "../../networks/network-file.js";
import { seeFace } from "../fitting/face-geometry.js";
import { neutralCoefficients } from "../morphable-model/coefficients.js";
import { loadEmbeddedModel } from "../morphable-model/embedded-model.js";
import { createMorphableModel, type MorphableModel } from "../morphable-model/morphable-model.js";
import { sampleFace } from "../morphable-model/sample-face.js";
import { type CoefficientRegressor, loadCoefficientRegressor, regressorFile } from "./trained-regressor.js";

describe("face/models/trained-regressor", () => {
  let model: MorphableModel;
  let regressor: CoefficientRegressor;
  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadEmbeddedModel());
    regressor = await loadCoefficientRegressor(model.data);
  });
  after(async () => {
    model.dispose();
    await regressor.dispose();
  });

  async function picture(yaw: number, light: readonly number[]) {
    const { identity, albedo } = sampleFace(model.data, 12, { expression: false });
    const parts = { identity, albedo, angles: Float32Array.of(0, yaw, 0), light: Float32Array.from(light) };
    // As alignment puts a turned face.
    const translation = Float32Array.of(-0.49 * Math.sin(yaw), -0.05, -0.1);
    const { image } = await seeFace(model, neutralCoefficients({ ...parts, translation }), 224);
    return {
      width: 224,
      height: 224,
      data: image.map((value) => (value === 0 ? 0.5 : Math.min(value, 1))),
    };
  }

  it("is of the model that is shipped, from no photos, in 6 MB", async () => {
    const { metadata } = await readNetworkFile(regressorFile);
    const bytes = await readFile(new URL("../../assets/face-model.safetensors", import.meta.url));
    const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    assert.equal(metadata.modelDigest, digest, "a new face model wants a new regressor: see CONTRIBUTING");
    assert.match(metadata.licence, /^CC0/);
    assert.ok((await stat(regressorFile)).size < 6.5e6);
  });

  it("sees which way a face is turned, and which side is lit", async () => {
    const light = sampleLight(3);
    const yaws = [];
    for (const yaw of [-0.5, 0, 0.5])
      yaws.push((await regressor.regress(await picture(yaw, light))).angles[1]);
    assert.ok(yaws[0] < -0.3 && Math.abs(yaws[1]) < 0.15 && yaws[2] > 0.3, `${yaws}`);
    const dim = light.map((value) => 0.6 * value);
    const levels = [];
    for (const one of [light, dim]) levels.push((await regressor.regress(await picture(0, one))).light[0]);
    assert.ok(levels[1] < levels[0], `${levels}`);
  });

  it("keeps coefficients within the bounds of the priors, and repeats to the bit", async () => {
    const image = await picture(0.2, sampleLight(4));
    const [one, other] = [await regressor.regress(image), await regressor.regress(image)];
    assert.deepEqual(one, other);
    const { lower, upper } = model.data.expressionPrior;
    assert.ok(one.expression.every((value, i) => value >= lower[i] && value <= upper[i]));
  });

  it("refuses pictures of another size, and another model", async () => {
    const image = { width: 100, height: 100, data: new Float32Array(30_000) };
    await assert.rejects(regressor.regress(image), {
      message: "regress: `image` should be 224 x 224 px but is 100 x 100.",
    });
    await assert.rejects(
      loadCoefficientRegressor({ ...model.data, name: "other" }),
      /coefficient-regressor\.safetensors: should be of the model "other" but is of "embedded"\.$/,
    );
  });
});
