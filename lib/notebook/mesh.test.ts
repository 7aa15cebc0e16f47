import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { prepareEngine } from "../base/engine/prepare-engine.js";
import { neutralCoefficients } from "../face/morphable-model/coefficients.js";
import { loadMorphableModel } from "../face/morphable-model/load-model.js";
import { createMorphableModel, type MorphableModel } from "../face/morphable-model/morphable-model.js";
import { shFactors } from "../graphics/scene/spherical-harmonics.js";
import { showMesh } from "./index.js";

const tf = createRequire(import.meta.url)("@tensorflow/tfjs");

describe("showMesh", () => {
  let model: MorphableModel;
  let html: string;
  before(async () => {
    await prepareEngine("cpu");
    model = createMorphableModel(await loadMorphableModel("embedded"));
    const bundle = await showMesh(model, neutralCoefficients(), "The <mean> face", {
      grid: 32,
    });
    html = String(bundle.data["text/html"]);
  });
  after(() => model.dispose());

  const dataOf = () => JSON.parse(/<script type="application\/json">(.*?)<\/script>/s.exec(html)![1]);

  it("is one piece of HTML that names no other file, with a picture and its caption", () => {
    assert.doesNotMatch(html, /src="(?!data:)|href=/);
    assert.match(html, /<img src="data:image\/jpeg;base64,[^"]+" alt="The &lt;mean&gt; face"/);
    assert.match(html, /<script data-shared="mesh-viewer">/);
  });

  it("holds a place for each texel of the grid; the mean face is its own mirror image", () => {
    const { side, extent, positions, covered } = dataOf();
    const places = new Int16Array(new Uint8Array(Buffer.from(positions, "base64")).buffer);
    const on = Buffer.from(covered, "base64");
    assert.deepEqual([side, places.length, on.length], [32, 3 * 32 * 32, 32 * 32]);
    assert.ok(extent > 0.8 && extent < 1.5, `${extent}`);
    for (let p = 0; p < on.length; p++) {
      const mirrored = p - (p % 32) + 31 - (p % 32);
      if (!on[p] || !on[mirrored]) continue;
      const off = Math.abs(places[3 * p] + places[3 * mirrored]) * (extent / 32767);
      assert.ok(off < 2e-3, `texel ${p} is ${off} off`);
    }
  });

  it("gives the shader a colour for each band", () => {
    const { light } = dataOf();
    assert.equal(light.length, 27);
    for (const value of light.slice(0, 3)) assert.ok(Math.abs(value - 1 / shFactors.one) < 1e-6);
    assert.ok(light.slice(3).every((value: number) => value === 0));
  });

  it("has the factors of Eq. 3 in its shader", () => {
    for (const factor of Object.values(shFactors)) assert.ok(html.includes(factor.toFixed(6)), `${factor}`);
  });

  it("leaves no tensors behind", async () => {
    const before = tf.memory().numTensors;
    await showMesh(model, neutralCoefficients(), "x", { grid: 16 });
    assert.equal(tf.memory().numTensors, before);
  });
});
