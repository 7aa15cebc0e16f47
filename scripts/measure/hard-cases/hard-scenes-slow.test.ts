import assert from "node:assert/strict";
import { composeScene } from "../../../datasets/synthetic/geometry/compose-scene.js";
import { materials } from "../../../datasets/synthetic/geometry/mesh-part.js";
import { renderSample } from "../../../datasets/synthetic/render-sample.js";
import { sampleScene } from "../../../datasets/synthetic/scene/sample-scene.js";
import type { SceneRecord } from "../../../datasets/synthetic/scene/scene-record.js";
import { loadSyntheticAssets, type SyntheticAssets } from "../../../datasets/synthetic/synthetic-assets.js";
import { type HardCase, hardCases, hardScene, profileYaw } from "./hard-scenes.js";

const size = 64;

describe("scripts/measure/hard-cases: the scenes", () => {
  let assets: SyntheticAssets;
  before(async () => {
    assets = await loadSyntheticAssets(128);
  });

  const caseOf = (name: string): HardCase => hardCases.find((one) => one.name === name)!;
  const sceneOf = (name: string): SceneRecord => hardScene(assets.data, caseOf(name));
  const unchanged = (name: string): SceneRecord =>
    hardScene(assets.data, { ...caseOf(name), change: (scene) => scene });
  /** Pixels of the face over the nose's tip that are no skin: eyes, as far as lids leave them open. */
  const eyePixels = async (scene: SceneRecord) => {
    const { maps, landmarks } = await renderSample(assets, scene, size);
    const eye = maps.material.filter(
      (m, p) => m === 1 + materials.indexOf("face") && !maps.skin[p] && p / size < landmarks[2 * 30 + 1],
    );
    return eye.length;
  };

  it("turns the profile: its nose is seen beyond both of its eyes, to the viewer's right", async () => {
    const scene = sceneOf("profile");
    assert.ok(Math.abs((scene.coefficients.angles[1] * 180) / Math.PI - profileYaw) < 1e-9);
    const { landmarks } = await renderSample(assets, scene, size);
    const eyes = [36, 39, 42, 45].map((k) => landmarks[2 * k]);
    assert.ok(landmarks[2 * 30] > Math.max(...eyes) + 3);
    assert.ok(Math.abs(eyes[1] - eyes[2]) < 2, "the inner corners fall together");
  });

  it("closes the eyes: no eye is seen where one was", async () => {
    assert.ok((await eyePixels(unchanged("closed eyes"))) > 10);
    assert.equal(await eyePixels(sceneOf("closed eyes")), 0);
  });

  it("opens the mouth: the inner lips stand 2 cm and more apart, and nothing else moves", () => {
    const { face } = composeScene(assets, sceneOf("open mouth"));
    const [upper, lower] = [62, 66].map((k) => face.vertices[3 * assets.data.landmarks[k] + 1]);
    assert.ok(upper - lower > 0.2, `${upper - lower}`);
    const moved = sceneOf("open mouth").coefficients.expression.filter((value) => value !== 0);
    assert.deepEqual(moved, [1]);
  });

  it("lights one half: the viewer's left is twice as bright as the right", async () => {
    const { maps } = await renderSample(assets, sceneOf("half shadow"), size);
    const { landmarks } = await renderSample(assets, unchanged("half shadow"), size);
    const middle = landmarks[2 * 30];
    const mean = (left: boolean) => {
      const values = Array.from(maps.shading).filter((_, i) => {
        const p = Math.floor(i / 3);
        return maps.skin[p] === 1 && p % size < middle === left;
      });
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    assert.ok(mean(true) > 2 * mean(false), `${mean(true)} and ${mean(false)}`);
  });

  it("wears glasses and a beard, and keeps all else of the scene", () => {
    for (const name of ["glasses", "beard"]) {
      const [scene, before] = [sceneOf(name), unchanged(name)];
      assert.deepEqual(
        { ...scene, spectacles: null, detail: null, coefficients: scene.coefficients.identity },
        { ...before, spectacles: null, detail: null, coefficients: before.coefficients.identity },
      );
    }
    assert.ok(sceneOf("glasses").spectacles);
    assert.equal(sceneOf("beard").detail.stubble, 1);
  });

  it("takes people of the data set's test part, another each time", () => {
    const seeds = hardCases.map(({ seed }) => seed);
    assert.equal(new Set(seeds).size, hardCases.length);
    assert.ok(
      seeds.every((seed) => seed < 10_000),
      "the networks learn from seeds from 10,000 on",
    );
    for (const { seed } of hardCases) assert.ok(sampleScene(assets.data, seed, "easy"));
  });

  it("names a unit that the model has not", () => {
    assert.throws(
      () => hardScene({ ...assets.data, expressionNames: [] }, caseOf("closed eyes")),
      /hardScene: the model should have a unit eye-left-closure but has not\./,
    );
  });
});
