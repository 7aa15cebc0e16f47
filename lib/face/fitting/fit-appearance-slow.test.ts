import assert from "node:assert/strict";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { seenBrightness } from "../../graphics/scene/light-prior.js";
import { type LightName, namedLights } from "../../graphics/scene/named-lights.js";
import { ambientWhite } from "../../graphics/scene/spherical-harmonics.js";
import { type Coefficients, neutralCoefficients } from "../morphable-model/coefficients.js";
import { loadEmbeddedModel } from "../morphable-model/embedded-model.js";
import { createMorphableModel, type MorphableModel } from "../morphable-model/morphable-model.js";
import { sampleFace } from "../morphable-model/sample-face.js";
import { type SeenFace, seeFace } from "./face-geometry.js";
import { fitAppearance } from "./fit-appearance.js";

const size = 160;

describe("face/fitting/fit-appearance", () => {
  let model: MorphableModel;

  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadEmbeddedModel());
  });

  after(() => {
    model.dispose();
  });

  /** A face with a drawn shape, an albedo within its bounds, and a light. */
  function face(seed: number, light: readonly number[], spread = 0.4): Coefficients {
    const random = createRandom(seed);
    const { lower, upper } = model.data.albedoPrior;
    return neutralCoefficients({
      identity: random.normalArray(80).map((value) => 0.5 * value),
      albedo: random
        .normalArray(80)
        .map((value, m) => Math.min(Math.max(spread * value, lower[m]), upper[m])),
      angles: Float32Array.of(0.05, 0.15, -0.03),
      light: Float32Array.from(light),
    });
  }

  const fit = (seen: SeenFace, options = {}) =>
    fitAppearance(model.data, { ...seen, mask: seen.projected.data }, options);

  /** Root mean square difference of two pictures over skin. */
  function difference(a: Float32Array, b: Float32Array, mask: Float32Array): number {
    let [sum, count] = [0, 0];
    for (let i = 0; i < a.length; i++) {
      if (!mask[Math.floor(i / 3)]) continue;
      sum += (a[i] - b[i]) ** 2;
      count++;
    }
    return Math.sqrt(sum / count);
  }

  it("explains a face of the model under each named light: the picture comes back to 0.01 RMS", async () => {
    const found: (readonly [LightName, ReturnType<typeof difference>])[] = [];
    for (const [i, name] of (Object.keys(namedLights) as LightName[]).entries()) {
      const truth = face(i + 1, namedLights[name]);
      const seen = await seeFace(model, truth, size);
      const again = await seeFace(model, { ...truth, ...fit(seen) }, size);
      found.push([name, difference(seen.image, again.image, seen.projected.data)]);
    }
    const text = found.map(([name, rms]) => `${name} ${rms.toFixed(4)}`).join(", ");
    console.log(`      RMS of the re-render: ${text}`);
    for (const [, rms] of found) assert.ok(rms < 0.01, text);
  });

  it("finds darker skins darker under one light: true and found brightness go together, r > 0.8", async () => {
    const brightness: [number, number][] = [];
    for (let seed = 0; seed < 6; seed++) {
      const truth = neutralCoefficients({
        ...sampleFace(model.data, seed, { expression: false }),
        light: Float32Array.from(namedLights.studio),
      });
      const found = { ...truth, ...fit(await seeFace(model, truth, size)) };
      const means: number[] = [];
      for (const { albedo } of [truth, found]) {
        const seen = await seeFace(model, { ...truth, albedo, light: Float32Array.from(ambientWhite) }, size);
        const skin = seen.projected.data;
        const sum = seen.image.reduce((total, value, i) => total + value * skin[Math.floor(i / 3)], 0);
        means.push(sum / (3 * skin.reduce((a, b) => a + b, 0)));
      }
      brightness.push([means[0], means[1]]);
    }
    const r = correlation(brightness);
    assert.ok(
      r > 0.8,
      `r = ${r.toFixed(2)}: ${brightness.map((pair) => pair.map((v) => v.toFixed(2)).join(" "))}`,
    );
  });

  it("finds white light white on a middling skin: its three colours agree within 10 %", async () => {
    const truth = neutralCoefficients();
    const { light, albedo } = fit(await seeFace(model, truth, size));
    const ambient = [0, 9, 18].map((i) => light[i]);
    assert.ok(Math.max(...ambient) / Math.min(...ambient) < 1.1, `${ambient}`);
    const rms = Math.sqrt(albedo.reduce((sum, value) => sum + value * value, 0) / albedo.length);
    assert.ok(rms < 0.5, `the mean albedo is near: rms ${rms}`);
  });

  it("shares brightness between light and skin, most of it to the skin: half the picture, less of both", async () => {
    const truth = face(3, namedLights.studio);
    const seen = await seeFace(model, truth, size);
    const half = { ...seen, image: seen.image.map((value) => 0.5 * value) };
    const [bright, dark] = [fit(seen), fit(half)];
    const level = ({ light }: { light: Float32Array }) => seenBrightness(Array.from(light));
    assert.ok(level(dark) < 0.97 * level(bright), `${level(dark)} and ${level(bright)}`);
    assert.ok(level(dark) > 0.6 && level(bright) < 0.9, `${level(dark)} and ${level(bright)}`);
  });

  it("keeps albedo within its bounds and stays finite on a picture that no face makes", async () => {
    const random = createRandom(5);
    const seen = await seeFace(model, neutralCoefficients(), size);
    const noise = { ...seen, image: seen.image.map(() => random.uniform()) };
    const black = { ...seen, image: seen.image.map(() => 0) };
    const { lower, upper } = model.data.albedoPrior;
    for (const input of [noise, black]) {
      const { albedo, light } = fit(input);
      assert.ok([...albedo, ...light].every(Number.isFinite));
      albedo.forEach((value, m) => {
        assert.ok(value >= lower[m] - 1e-6 && value <= upper[m] + 1e-6, `mode ${m}: ${value}`);
      });
    }
  });

  it("does not let a highlight or a patch that the mask missed drag the rest", async () => {
    const truth = face(6, namedLights.studio);
    const seen = await seeFace(model, truth, size);
    const patched = seen.image.map((value, i) => {
      const p = Math.floor(i / 3);
      return Math.hypot((p % size) - 60, Math.floor(p / size) - 95) < 8 ? 1 : value;
    });
    const again = await seeFace(model, { ...truth, ...fit({ ...seen, image: patched }) }, size);
    const away = seen.projected.data.map((value, p) =>
      Math.hypot((p % size) - 60, Math.floor(p / size) - 95) < 16 ? 0 : value,
    );
    const rms = difference(seen.image, again.image, away);
    assert.ok(rms < 0.02, `RMS away from the patch ${rms}`);
  });

  it("gives the same bits twice and changes nothing that it is given", async () => {
    const seen = await seeFace(model, face(7, namedLights.window), size);
    const copy = structuredClone(seen);
    assert.deepEqual(fit(seen), fit(seen));
    assert.deepEqual(seen, copy);
  });

  it("says how little skin the mask has", async () => {
    const seen = await seeFace(model, neutralCoefficients(), size);
    let left = 99;
    const mask = seen.projected.data.map((value) => (value && left-- > 0 ? 1 : 0));
    assert.throws(() => fitAppearance(model.data, { ...seen, mask }), {
      name: "TooLittleSkinError",
      message: "fitAppearance: expected at least 100 skin pixels but the mask has 99.",
    });
  });
});

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const mean = [0, 1].map((k) => pairs.reduce((sum, pair) => sum + pair[k] / pairs.length, 0));
  const product = (j: number, k: number) =>
    pairs.reduce((sum, pair) => sum + (pair[j] - mean[j]) * (pair[k] - mean[k]), 0);
  return product(0, 1) / Math.sqrt(product(0, 0) * product(1, 1));
}
