import assert from "node:assert/strict";
import { createMorphableModel, loadMorphableModel, type MorphableModel, prepareEngine } from "rerenderable";
import { skinMask } from "rerenderable/face";
import { type Occlusion, occlusions, overlap, renderOccluded } from "./occluded-face.js";

/** What the skin test reaches at least, on each of three renders; hair and hands it often takes for skin. */
const floors: Readonly<Record<Occlusion, number>> = {
  plain: 0.98,
  "hard light": 0.95,
  hair: 0.55,
  "hard light and hair": 0.55,
  glasses: 0.9,
  hand: 0.85,
};

describe("scripts/measure/masks", () => {
  let model: MorphableModel;

  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadMorphableModel("embedded"));
  });
  after(() => model.dispose());

  for (const [kind, occlusion] of occlusions.entries()) {
    it(`the skin test overlaps the true mask by ${floors[occlusion]} or more: ${occlusion}`, async () => {
      for (let i = 0; i < 3; i++) {
        const { image, points, projected, truth } = await renderOccluded(model, occlusion, 100 * kind + i);
        const value = overlap(skinMask(image, points, projected), truth);
        assert.ok(value >= floors[occlusion], `face ${i}: ${value}`);
        assert.ok(truth.data.every((t, p) => t <= projected.data[p]));
      }
    });
  }

  it("gives the same picture from the same seed, and overlap 1 of a mask with itself", async () => {
    const [a, b] = [await renderOccluded(model, "hair", 5), await renderOccluded(model, "hair", 5)];
    assert.deepEqual(a.image.data, b.image.data);
    assert.equal(overlap(a.truth, b.truth), 1);
    assert.ok(overlap(a.truth, a.projected) < 0.9, "hair hides a part");
  });
});
