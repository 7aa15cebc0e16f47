import assert from "node:assert/strict";
import {
  createMorphableModel,
  type FaceDetector,
  loadFaceDetector,
  type MorphableModel,
  prepareEngine,
} from "rerenderable";
import { loadEmbeddedModel } from "rerenderable/face";
import { detectNeutral, neutralPerson } from "./neutral-detection.js";
import { percentile } from "./percentile.js";

describe("scripts/measure/model/neutral-detection", () => {
  let model: MorphableModel;
  let detector: FaceDetector;

  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadEmbeddedModel());
    detector = await loadFaceDetector();
  });

  after(() => {
    model.dispose();
    detector.dispose();
  });

  it("draws people at rest, the same for the same seed", () => {
    assert.ok(neutralPerson(model, 3).expression.every((value) => value === 0));
    assert.deepEqual(neutralPerson(model, 3), neutralPerson(model, 3));
    assert.notDeepEqual(neutralPerson(model, 3).identity, neutralPerson(model, 4).identity);
  });

  it("finds renders of faces at rest to be at rest: eyes and brows within 0.05, lips in nine of ten", async () => {
    const { seen, largest, errors } = await detectNeutral(model, detector, 16);
    const shares = { eye: 0.95, brow: 0.95, lip: 0.9 };
    assert.ok(seen >= 8, `the detector saw ${seen} of 16`);
    for (const group of ["eye", "brow", "lip"] as const) {
      const text = `${group}: 95 % below ${percentile(largest[group], 0.95).toFixed(3)}`;
      assert.ok(percentile(largest[group], shares[group]) < 0.05, text);
    }
    assert.ok(percentile(errors, 0.5) < 1.5);
  });
});
