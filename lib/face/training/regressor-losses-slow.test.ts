/** The regressor's losses in plain numbers: values by hand, laws, and gradients against central differences. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { projectToImage } from "../../graphics/scene/camera.js";
import { sampleLight } from "../../graphics/scene/light-prior.js";
import { ambientWhite } from "../../graphics/scene/spherical-harmonics.js";
import { coefficientTensors, poseFace } from "../fitting/face-geometry.js";
import { partStart } from "../models/regressor-units.js";
import { splitCoefficients } from "../morphable-model/coefficients.js";
import { loadEmbeddedModel } from "../morphable-model/embedded-model.js";
import { createMorphableModel, type MorphableModel } from "../morphable-model/morphable-model.js";
import { sampleFace } from "../morphable-model/sample-face.js";
import { coefficientRegularisation } from "./coefficient-regularisation.js";
import { skinVertices } from "./face-forms.js";
import { dengPointWeights, type LandmarkLoss, landmarkLoss, lipPointWeights } from "./landmark-loss.js";
import { rateAt } from "./learning-rate.js";
import { type TruthErrors, type TruthLoss, truthLoss, truthTerms } from "./truth-loss.js";

const only = (term: keyof TruthErrors, weight = 1) =>
  Object.fromEntries(truthTerms.map((name) => [name, name === term ? weight : 0])) as TruthErrors;

describe("training, the regressor's losses", () => {
  let model: MorphableModel;
  let compare: TruthLoss;
  let landmarks: LandmarkLoss;
  let one: Float64Array;
  let other: Float64Array;
  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadEmbeddedModel());
    compare = truthLoss(model.data, lipPointWeights());
    landmarks = landmarkLoss(model.data, dengPointWeights());
    [one, other] = [faceOf(1, [0.1, -0.3, 0.05]), faceOf(2, [-0.05, 0.5, -0.1])];
  });
  after(() => model.dispose());

  function faceOf(seed: number, angles: number[]): Float64Array {
    const { identity, expression, albedo } = sampleFace(model.data, seed);
    return Float64Array.from([
      ...identity,
      ...expression,
      ...albedo,
      ...angles,
      ...sampleLight(seed),
      0.1,
      -0.05,
      0.2,
    ]);
  }

  /** The worst error of a gradient at some of the 257 numbers, relative to its length. */
  function gradientError(
    value: (face: Float64Array, gradient: Float64Array) => number,
    face: Float64Array,
  ): number {
    const gradient = new Float64Array(257);
    value(face, gradient);
    const at = [0, 7, 79, 80, 100, 143, 144, 200, 224, 225, 226, 227, 240, 253, 254, 255, 256];
    const size = Math.hypot(...at.map((k) => gradient[k]));
    return Math.max(
      ...at.map((k) => {
        const [up, down] = [1e-4, -1e-4].map((step) => {
          const moved = face.slice();
          moved[k] += step;
          return value(moved, new Float64Array(257));
        });
        return Math.abs((up - down) / 2e-4 - gradient[k]) / size;
      }),
    );
  }

  it("places points where the camera has them", async () => {
    const tensors = coefficientTensors([splitCoefficients(one)]);
    const pixels = tf.tidy(() => projectToImage(poseFace(model, tensors).vertices));
    const all = await pixels.data();
    tf.dispose([pixels, ...Object.values(tensors)]);
    const places = compare.projector.place(compare.projector.shape(one), one);
    const { detectedLandmarks } = model.data;
    detectedLandmarks!.forEach((vertex, j) => {
      for (const axis of [0, 1]) assert.ok(Math.abs(places[2 * j + axis] - all[2 * vertex + axis]) < 2e-3);
    });
  });

  it("is 0 at the truth, in every term, with no gradient", () => {
    const gradient = new Float64Array(257);
    const all = Object.fromEntries(truthTerms.map((term) => [term, 1])) as TruthErrors;
    assert.ok(Object.values(compare(one, one, all, gradient)).every((value) => value === 0));
    assert.ok(gradient.every((value) => value === 0));
  });

  it("measures shape in mm² and albedo in encoded sRGB over the skin's vertices", async () => {
    const tensors = coefficientTensors([one, other].map((face) => splitCoefficients(face)));
    const [shapes, albedos] = tf.tidy(() => [
      model.decodeShape(tensors.identity, tensors.expression),
      model.decodeAlbedo(tensors.albedo),
    ]);
    const [shape, albedo] = [await shapes.data(), await albedos.data()];
    tf.dispose([shapes, albedos, ...Object.values(tensors)]);
    const vertices = skinVertices(model.data).filter((_, i) => i % 6 === 0);
    const meanSquare = (values: ArrayLike<number>) =>
      vertices.reduce((sum, v) => {
        const [a, b] = [3 * v, 3 * (v + model.vertexCount)];
        return (
          sum + [0, 1, 2].reduce((s, k) => s + (values[a + k] - values[b + k]) ** 2, 0) / vertices.length
        );
      }, 0);
    const errors = compare(one, other, only("shape"), new Float64Array(257));
    assert.ok(Math.abs(errors.shape / (1e4 * meanSquare(shape)) - 1) < 1e-3);
    assert.ok(Math.abs(errors.albedo / (meanSquare(albedo) / 3) - 1) < 1e-3);
  });

  it("measures light as a part of the true light: a tenth too bright is 0.01", () => {
    const [truth, brighter] = [one.slice(), one.slice()];
    truth.set(ambientWhite, partStart.light);
    brighter.set(
      ambientWhite.map((value) => 1.1 * value),
      partStart.light,
    );
    const { light } = compare(brighter, truth, only("light"), new Float64Array(257));
    assert.ok(Math.abs(light - 0.01) < 1e-6);
  });

  for (const term of truthTerms) {
    it(`has the gradient of the term \`${term}\``, () => {
      const value = (face: Float64Array, gradient: Float64Array) =>
        2.5 * compare(face, other, only(term, 2.5), gradient)[term];
      assert.ok(gradientError(value, one) < 1e-5);
    });
  }

  it("finds a face's own points, the jaw's where the outline is, and has the landmark term's gradient", () => {
    const points = compare.projector.place(compare.projector.shape(other), other);
    const value = (face: Float64Array, gradient: Float64Array) => 3 * landmarks(face, points, 3, gradient);
    assert.ok(gradientError(value, one) < 1e-4);
    // The inner points are the same vertices: what is left is of the jaw, each at 1 of the mean weight.
    assert.ok(landmarks(other, points, 1, new Float64Array(257)) < 2);
    assert.ok(value(one, new Float64Array(257)) > 10);
  });

  it("weighs nose and inner mouth by 20 of Deng et al., of mean 1", () => {
    const weights = dengPointWeights();
    assert.ok(
      Math.abs(weights[30] / weights[0] - 20) < 1e-9 && Math.abs(weights[62] / weights[40] - 20) < 1e-9,
    );
    for (const each of [weights, lipPointWeights()]) {
      assert.ok(Math.abs(each.reduce((sum, value) => sum + value, 0) / 68 - 1) < 1e-9);
    }
  });

  it("counts coefficients in deviations: movements by their size, the others by their square", () => {
    const face = new Float64Array(257);
    face[3] = 2; // identity, deviation 1
    face[80] = 0.4; // a movement of mean 0.2
    face[150] = -1; // albedo
    const weights = { identity: 1, expression: 0.8, albedo: 0.5 };
    const value = (f: Float64Array, g: Float64Array) =>
      coefficientRegularisation(model.data, f, weights, 1, g);
    const sigma = model.data.expressionPrior.sigma[0];
    assert.ok(Math.abs(value(face, new Float64Array(257)) - (4 + 0.8 * 2 * (0.4 / sigma) + 0.5)) < 1e-6);
    face.fill(0.3, 80, 144);
    assert.ok(gradientError(value, face) < 1e-6);
  });

  it("warms up to its rate and falls to 0 along a cosine", () => {
    const settings = { rate: 0.1, warmUp: 10, decay: "cosine" } as const;
    assert.ok(rateAt(settings, 0, 110) < 0.01 && rateAt(settings, 10, 110) === 0.1);
    assert.ok(Math.abs(rateAt(settings, 60, 110) - 0.05) < 1e-9 && rateAt(settings, 109, 110) < 1e-4);
    assert.equal(rateAt({ ...settings, decay: "constant" }, 100, 110), 0.1);
  });
});
