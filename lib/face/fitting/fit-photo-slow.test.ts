import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import { createRandom } from "../../base/tensor/random.js";
import { type LightName, namedLights } from "../../graphics/scene/named-lights.js";
import { type Coefficients, neutralCoefficients } from "../morphable-model/coefficients.js";
import { loadEmbeddedModel } from "../morphable-model/embedded-model.js";
import { createMorphableModel, type MorphableModel } from "../morphable-model/morphable-model.js";
import { seeFace } from "./face-geometry.js";
import { describeFace, fitPhoto, type PhotoFit } from "./fit-photo.js";
import { placesOf } from "./fit-photometric.js";
import { fitPhotos } from "./fit-photos.js";
import { photometricView } from "./photometric-view.js";

const size = 224;

interface Shown {
  readonly face: Coefficients;
  readonly image: RgbImage;
  readonly points: readonly Point[];
}

describe("face/fitting/fit-photo", () => {
  let model: MorphableModel;
  let shown: Shown;

  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadEmbeddedModel());
    shown = await show(face(1, 1, "studio"));
  });

  after(() => {
    model.dispose();
  });

  /** A person by one seed, an expression and a pose by another, and a light. */
  function face(person: number, moment: number, light: LightName): Coefficients {
    const [who, how] = [createRandom(person), createRandom(100 + moment)];
    const { lower, upper } = model.data.albedoPrior;
    const active = new Set(Array.from({ length: 4 }, () => how.integer(34)));
    return neutralCoefficients({
      identity: who.normalArray(80).map((v) => 0.7 * v),
      albedo: who.normalArray(80).map((v, m) => Math.min(Math.max(0.5 * v, lower[m]), upper[m])),
      expression: Float32Array.from({ length: 64 }, (_, i) => (active.has(i) ? 0.4 * how.uniform() : 0)),
      angles: Float32Array.of(0.1 * how.normal(), 0.2 * how.normal(), 0.05 * how.normal()),
      light: Float32Array.from(namedLights[light]),
    });
  }

  async function show(truth: Coefficients): Promise<Shown> {
    const seen = await seeFace(model, truth, size);
    const image = { width: size, height: size, data: seen.image };
    const view = photometricView(
      model.data,
      image,
      Array.from({ length: 68 }, (): Point => [0, 0]),
    );
    return { face: truth, image, points: placesOf(view, model.data, truth, size).projected };
  }

  const distance = (a: Float32Array, b: Float32Array) =>
    Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / a.length);

  /** Mean distance of the inner points, px. */
  function pointError({ projected }: PhotoFit): number {
    const off = shown.points
      .slice(17)
      .map(([x, y], j) => Math.hypot(x - projected[17 + j][0], y - projected[17 + j][1]));
    return off.reduce((a, b) => a + b) / off.length;
  }

  /** Root mean square difference from the picture on its skin. */
  async function pictureError({ coefficients, mask }: PhotoFit): Promise<number> {
    const again = await seeFace(model, coefficients, size);
    let [sum, count] = [0, 0];
    mask.data.forEach((inside, p) => {
      if (!inside) return;
      for (let c = 3 * p; c < 3 * p + 3; c++) sum += (again.image[c] - shown.image.data[c]) ** 2;
      count += 3;
    });
    return Math.sqrt(sum / count);
  }

  it("finds a rendered face again: points to 0.7 px, pose to 2°, picture to 0.03, identity nearer than the mean", async () => {
    const held = tf.memory().numTensors;
    const stages: string[] = [];
    const fit = await fitPhoto(model, shown.image, shown.points, {
      onStage: (stage) => void (stages.at(-1) !== stage && stages.push(stage)),
    });
    assert.equal(tf.memory().numTensors, held, "no tensors are left behind");
    assert.deepEqual(stages, ["landmarks", "appearance", "coefficients"]);
    const found = fit.coefficients;
    const mean = pointError(fit);
    const turn = Math.max(...found.angles.map((v, i) => Math.abs(v - shown.face.angles[i])));
    const rms = await pictureError(fit);
    const identity = distance(found.identity, shown.face.identity);
    const none = distance(new Float32Array(80), shown.face.identity);
    const text = `${mean.toFixed(2)} px, ${turn.toFixed(3)} rad, rms ${rms.toFixed(3)}, identity ${identity.toFixed(2)} of ${none.toFixed(2)}`;
    console.log(`      ${text}`);
    assert.ok(mean < 0.7 && turn < 0.035 && rms < 0.03 && identity < none, text);
    assert.equal(fit.quality.verdict, "good", fit.quality.reasons.join(" "));
    assert.ok(fit.losses.at(-1)! < 0.7 * fit.losses[0]);
  });

  it("says how well it knows: less than the prior alone, positive, depth to some millimetres", async () => {
    const { uncertainty } = await fitPhoto(model, shown.image, shown.points);
    for (const [name, sigma] of Object.entries(uncertainty.sigma)) {
      assert.ok(
        sigma.every((v) => v > 0 && v <= 1.01),
        `${name}: ${sigma}`,
      );
    }
    assert.ok(uncertainty.sigma.identity[0] < 0.5, `${uncertainty.sigma.identity[0]}`);
    assert.ok(uncertainty.depthSigma > 0.1 && uncertainty.depthSigma < 10, `${uncertainty.depthSigma} mm`);
  });

  it("goes on from a warm start: at the truth it explains points and picture as well, in half the iterations", async () => {
    const warm = await fitPhoto(model, shown.image, shown.points, { start: shown.face });
    const cold = await fitPhoto(model, shown.image, shown.points);
    assert.equal(warm.landmarkFit, undefined);
    assert.ok(cold.landmarkFit);
    assert.ok(warm.losses.length <= 6 && cold.losses.length > 9);
    const [near, far] = [warm, cold].map(pointError);
    assert.ok(near < 0.7, `${near} px, and ${far}`);
    const [alike, other] = [await pictureError(warm), await pictureError(cold)];
    assert.ok(alike < 1.15 * other, `rms ${alike} and ${other}`);
  });

  it("moves only albedo and light in no steps, and nothing where a face is only described", async () => {
    const none = await fitPhoto(model, shown.image, shown.points, { start: shown.face, steps: 0 });
    assert.deepEqual(none.coefficients.identity, shown.face.identity);
    assert.notDeepEqual(none.coefficients.light, shown.face.light);
    const described = await describeFace(model, shown.image, shown.points, shown.face);
    assert.deepEqual(described.coefficients, shown.face);
    assert.ok(
      described.projected.every(
        ([x, y], j) => Math.hypot(x - shown.points[j][0], y - shown.points[j][1]) < 1e-3,
      ),
    );
  });

  it("gives the same bits twice, and changes nothing that it is given", async () => {
    const copy = structuredClone(shown);
    const [one, other] = [
      await fitPhoto(model, shown.image, shown.points, { steps: 3 }),
      await fitPhoto(model, shown.image, shown.points, { steps: 3 }),
    ];
    assert.deepEqual(one, other);
    assert.deepEqual(shown, copy);
  });

  it("calls a picture that no face makes doubtful, and says why", async () => {
    const random = createRandom(4);
    // In blocks of 16 px, which no halving of the picture evens out.
    const blocks = random.normalArray(14 * 14 * 3);
    const { width } = shown.image;
    const block = (i: number) => {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)].map((at) =>
        Math.floor((14 * at) / width),
      );
      return Math.min(Math.max(0.5 + 0.3 * blocks[3 * (14 * y + x) + (i % 3)], 0), 1);
    };
    const noise = { ...shown.image, data: shown.image.data.map((_, i) => block(i)) };
    const { quality, coefficients } = await fitPhoto(model, noise, shown.points, { steps: 2 });
    assert.equal(quality.verdict, "doubtful");
    assert.match(quality.reasons.join(" "), /The face explains the picture to 0\.\d\d only\./);
    assert.ok(Object.values(coefficients).every((part) => part.every(Number.isFinite)));
  });

  it("finds a person better from three photos than from one, and the same person in all", async () => {
    const photos: Shown[] = [];
    for (const [i, light] of (["studio", "window", "overhead"] as const).entries()) {
      photos.push(await show(face(5, 20 + i, light)));
    }
    const together = await fitPhotos(model, photos);
    const alone = [];
    for (const { image, points } of photos) alone.push(await fitPhoto(model, image, points));
    for (const name of ["identity", "albedo"] as const) {
      assert.deepEqual(together[1].coefficients[name], together[0].coefficients[name]);
      const joint = distance(together[0].coefficients[name], photos[0].face[name]);
      const single = alone.map(({ coefficients }) => distance(coefficients[name], photos[0].face[name]));
      const text = `${name}: ${joint.toFixed(3)} and ${single.map((v) => v.toFixed(3))}`;
      console.log(`      off by ${text}`);
      assert.ok(joint < single.reduce((a, b) => a + b) / 3, text);
    }
    assert.notDeepEqual(together[1].coefficients.light, together[0].coefficients.light);
  });

  it("asks for a photo", async () => {
    await assert.rejects(
      fitPhotos(model, []),
      /fitPhotos: `photos` should be one or more but there are none/,
    );
  });
});
