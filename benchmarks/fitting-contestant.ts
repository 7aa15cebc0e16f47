/** The stages of fitting one photo with the embedded model at 224 px: fitting-contestant.ts ENGINE */
import * as tf from "@tensorflow/tfjs";
import {
  type Coefficients,
  coefficientTensors,
  createMorphableModel,
  createRandom,
  defaultCamera,
  type EngineName,
  fitAppearance,
  fitLandmarks,
  fitPhoto,
  namedLights,
  type Point,
  prepareEngine,
  projectToImage,
  seeFace,
} from "rerenderable";
import {
  loadEmbeddedModel,
  minimiseLeastSquares,
  photometricParameters,
  photometricView,
  renderCoarse,
} from "rerenderable/face";
import { fitByAdam } from "rerenderable/testing";
import { answerTasks } from "./contestant.js";

const size = 224;
await prepareEngine(process.argv[2] as EngineName);
const model = createMorphableModel(await loadEmbeddedModel());

/** A face, `share` of the way from the mean face before the camera. */
function face(share: number): Coefficients {
  const random = createRandom(1);
  const away = (value: number) => share * value;
  return {
    identity: random.normalArray(80).map((value) => away(0.5 * value)),
    expression: Float32Array.from({ length: 64 }, () => away(0.15 * random.uniform())),
    albedo: random.normalArray(80).map((value) => away(0.5 * value)),
    angles: Float32Array.from([0.05, 0.12, -0.03], away),
    light: Float32Array.from(namedLights.studio),
    translation: Float32Array.from([0.02, -0.02, 0.05], away),
  };
}

const start = face(1);
const { image, mask, vertices } = renderCoarse(model, coefficientTensors([face(0.5)]), size);
const places = await projectToImage(vertices, defaultCamera, size).data();
const points = Array.from(model.data.landmarks, (v): Point => [places[2 * v], places[2 * v + 1]]);
const target = { image, mask, points, vertices: model.data.landmarks };

const photo = { width: size, height: size, data: (await image.data<"float32">()).slice() };
const view = photometricView(model.data, photo, points);
const skin = (await view.skinOf(start)).mask;
const seen = { ...(await seeFace(model, start, size)), image: photo.data, mask: skin.data };

await answerTasks({
  "landmark fit": async () => void fitLandmarks(model.data, points, size),
  appearance: async () => void fitAppearance(model.data, seen),
  // The whole iteration: the pixels in view, the normal equations, their solution, the cost of the trial.
  "photometric iteration": async () =>
    void minimiseLeastSquares(view.problem(start, skin, 1), photometricParameters(start), { iterations: 1 }),
  "refinement step": () => fitByAdam(model, start, target, { steps: 1 }),
  "whole fit": () => fitPhoto(model, photo, points),
  "warm start": () => fitPhoto(model, photo, points, { start }),
});
tf.dispose([image, mask, vertices]);
process.exit(0);
