import assert from "node:assert/strict";
import {
  applySimilarity,
  createMorphableModel,
  fivePoints,
  loadFaceDetector,
  loadFaceMasker,
  loadMorphableModel,
  type Photo,
  prepareEngine,
  readImage,
} from "rerenderable";
import { invertSimilarity } from "rerenderable/base";
import { prepare } from "../../experiments/prepare/config.js";
import type { PreparationSettings, PreparedPhoto } from "./preparation.js";
import { type PreparationTools, preparationVersion, preparePhoto } from "./prepare-photo.js";

const settings: PreparationSettings = prepare.settings.preparation;

/** Of the bundled portrait: tip of the nose in the crop, and how much of the crop is skin. */
const expected = {
  3: { nose: [111.6, 137.3], yaw: -0.3, skinOfCrop: 0.371 },
} as const;

describe("datasets/prepare/preparePhoto", () => {
  let tools: PreparationTools;
  let photo: Photo;
  let prepared: PreparedPhoto;
  before(async () => {
    await prepareEngine("wasm");
    const model = createMorphableModel(await loadMorphableModel("embedded"));
    const { mask: masker } = await loadFaceMasker(settings.mask);
    tools = { detector: await loadFaceDetector(), model, masker };
    photo = await readImage("datasets/portraits/astronaut.png");
    const result = await preparePhoto(tools, photo, settings);
    assert.ok(!("reason" in result), JSON.stringify(result));
    prepared = result;
  });
  after(() => {
    tools.detector.dispose();
    tools.model.dispose();
  });

  it("is what its version says: if not, raise `preparationVersion` and note the new numbers here", () => {
    const { nose, yaw, skinOfCrop } = expected[preparationVersion];
    const [x, y] = fivePoints(prepared.points)[2];
    const skin = prepared.mask.data.reduce((sum, value) => sum + value, 0) / prepared.mask.data.length;
    const got = JSON.stringify({ nose: [x, y], yaw: prepared.measures.yaw, skinOfCrop: skin });
    assert.ok(Math.hypot(x - nose[0], y - nose[1]) < 1, got);
    assert.ok(Math.abs(prepared.measures.yaw - yaw) < 2, got);
    assert.ok(Math.abs(skin - skinOfCrop) < 0.03, got);
  });

  it("says where the crop lies in the photo", () => {
    const back = invertSimilarity(prepared.toCrop);
    const [right, left] = fivePoints(prepared.points);
    const [x0, y0] = applySimilarity(back, right);
    const [x1, y1] = applySimilarity(back, left);
    assert.ok(Math.abs(Math.hypot(x1 - x0, y1 - y0) - 42.8) < 0.5, "eyes of the portrait are 42.8 px apart");
    assert.ok(x0 > 150 && x1 < 300 && y0 > 60 && y0 < 160, `${[x0, y0, x1, y1]}`);
  });

  it("takes 68 given points without looking for a face, where it is told to", async () => {
    const back = invertSimilarity(prepared.toCrop);
    const points = prepared.points.map((point) => applySimilarity(back, point));
    const given = await preparePhoto(tools, photo, { ...settings, landmarks: "given" }, points);
    assert.ok(!("reason" in given));
    assert.equal(given.measures.score, null);
    assert.ok(Math.abs(given.points[30][0] - prepared.points[30][0]) < 1e-3);
  });

  it("finds the others from five given points, and says where they are not those of a face", async () => {
    const five = fivePoints(prepared.points).map((point) =>
      applySimilarity(invertSimilarity(prepared.toCrop), point),
    );
    const given = { ...settings, landmarks: "given" } as const;
    const completed = await preparePhoto(tools, photo, given, five);
    assert.ok(!("reason" in completed), JSON.stringify(completed));
    assert.ok(Math.abs(completed.points[30][1] - prepared.points[30][1]) < 3);
    const beside = five.map(([x, y]) => [x + 150, y + 200] as const);
    const refused = await preparePhoto(tools, photo, given, beside);
    assert.ok("reason" in refused && refused.reason === "no-face");
  });

  it("leaves out what is beyond each limit, with the number", async () => {
    const cases = [
      [{ leastScore: 0.99, mostRival: 1 }, "low-score", /^best score 0\.9\d, at least 0\.99 needed$/],
      [{ leastEyes: 200 }, "too-small", /^its eyes are 4\d\.\d px apart, 200 needed$/],
      [{ leastInside: 1.01 }, "cut-off", /^\d+ % of it inside the photo, 101 % needed$/],
      [{ mostYaw: 0 }, "too-turned", /^turned by \d+°, at most 0°$/],
      [{ leastSharpness: 1 }, "blurred", /^sharpness 0\.\d\d, 1 needed$/],
      [{ mostFitError: 0 }, "odd-points", /^points \d\.\d px off any face, at most 0 usable$/],
      [{ leastSkin: 1.01 }, "covered", /^\d+ % of its skin seen, 101 % needed$/],
    ] as const;
    for (const [limit, reason, detail] of cases) {
      const result = await preparePhoto(tools, photo, { ...settings, ...limit });
      assert.ok("reason" in result, reason);
      assert.equal(result.reason, reason);
      assert.match(result.detail, detail);
    }
  });
});
