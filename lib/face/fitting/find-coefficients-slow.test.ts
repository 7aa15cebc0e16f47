/** The three ways to the prior, with a network that knows the answer. */
import assert from "node:assert/strict";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import { sampleLight } from "../../graphics/scene/light-prior.js";
import {
  type Coefficients,
  flattenCoefficients,
  neutralCoefficients,
} from "../morphable-model/coefficients.js";
import { loadEmbeddedModel } from "../morphable-model/embedded-model.js";
import { createMorphableModel, type MorphableModel } from "../morphable-model/morphable-model.js";
import { sampleFace } from "../morphable-model/sample-face.js";
import { seeFace } from "./face-geometry.js";
import { findCoefficients } from "./find-coefficients.js";
import { describeFace } from "./fit-photo.js";

describe("face/fitting/find-coefficients", () => {
  let model: MorphableModel;
  let truth: Coefficients;
  let image: RgbImage;
  let points: readonly Point[];
  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadEmbeddedModel());
    const angles = Float32Array.of(0.05, 0.15, 0);
    const translation = Float32Array.of(0, -0.05, -0.1);
    truth = neutralCoefficients({
      ...sampleFace(model.data, 3),
      ...{ angles, translation, light: Float32Array.from(sampleLight(3)) },
    });
    const seen = await seeFace(model, truth, 224);
    image = { width: 224, height: 224, data: seen.image.map((value) => Math.min(Math.max(value, 0), 1)) };
    points = (await describeFace(model, image, seenPoints(), truth)).projected;
  });
  after(() => model.dispose());

  /** Any 68 points: where the face has its own is what is asked for first. */
  const seenPoints = () => Array.from({ length: 68 }, (_, j): Point => [60 + 1.5 * j, 100]);

  const errors = { albedo: new Float32Array(80).fill(0.2), light: new Float32Array(27).fill(0.1) };
  const regressor = { regress: async () => truth, errors };

  it("regresses: the network's coefficients as they are, with skin and points", async () => {
    const { coefficients, projected, mask } = await findCoefficients("regress", model, image, points, {
      regressor,
    });
    assert.deepEqual(flattenCoefficients(coefficients), flattenCoefficients(truth));
    projected.forEach(([x, y], j) => {
      assert.ok(Math.hypot(x - points[j][0], y - points[j][1]) < 1e-3);
    });
    assert.ok(mask.data.reduce((sum, value) => sum + value, 0) > 5000);
  });

  it("believes: albedo and light stay what the network says where the picture shows no skin", async () => {
    const masker = async ({ image: { width, height } }: { image: RgbImage }) => {
      return { width, height, data: new Float32Array(width * height) };
    };
    const { coefficients } = await findCoefficients("both", model, image, points, { regressor, masker });
    const far = (name: "albedo" | "light") =>
      Math.max(...coefficients[name].map((value, i) => Math.abs(value - truth[name][i])));
    assert.ok(far("albedo") < 0.01, `${far("albedo")}`);
    // Of the light something is known beside.
    assert.ok(far("light") < 0.2, `${far("light")}`);
    const alone = await findCoefficients("fit", model, image, points, { masker });
    assert.ok(Math.max(...alone.coefficients.albedo.map(Math.abs)) < 0.01, "the mean albedo by itself");
  });

  it("finds one albedo at any exposure, and a light that is as much brighter", async () => {
    const exposed = (factor: number) => ({ ...image, data: image.data.map((value) => factor * value) });
    const at = async (factor: number) => {
      const belief = { factor, deviation: 0.1 };
      const witnesses = { face: belief, surroundings: belief };
      const exposure = { estimate: async () => ({ ...belief, witnesses }) };
      return findCoefficients("fit", model, exposed(factor), points, { exposure });
    };
    const [plain, dark] = [await at(1), await at(0.5)];
    assert.equal(dark.exposure?.factor, 0.5);
    plain.coefficients.albedo.forEach((value, i) => {
      assert.ok(Math.abs(value - dark.coefficients.albedo[i]) < 0.02, `${i}`);
    });
    plain.coefficients.light.forEach((value, i) => {
      assert.ok(Math.abs(0.5 * value - dark.coefficients.light[i]) < 0.01, `${i}`);
      const sigma = [plain, dark].map(({ uncertainty }) => uncertainty.sigma.light[i]);
      assert.ok(Math.abs(sigma[1] / sigma[0] - 0.5) < 0.05, "its uncertainty too");
    });
  });

  it("fits beside the belief: from the truth it stays near it", async () => {
    const { coefficients } = await findCoefficients("both", model, image, points, { regressor });
    coefficients.angles.forEach((value, k) => {
      assert.ok(Math.abs(value - truth.angles[k]) < 0.03, `${value} and ${truth.angles[k]}`);
    });
  });

  it("fits where it is asked to, and asks for a regressor where it needs one", async () => {
    let asked = 0;
    const counting = {
      regress: async () => {
        asked++;
        return truth;
      },
    };
    await findCoefficients("fit", model, image, points, { regressor: counting, steps: 1 });
    assert.equal(asked, 0);
    await assert.rejects(findCoefficients("both", model, image, points, { regressor: counting }), {
      message: "findCoefficients: `regressor` should say how far it errs but does not.",
    });
    await assert.rejects(findCoefficients("both", model, image, points), {
      message: 'findCoefficients: `regressor` should be there for the way "both" but is not.',
    });
  });
});
