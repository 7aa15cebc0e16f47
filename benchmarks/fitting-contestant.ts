/** One step of the photometric refinement of the embedded model at 224 px: fitting-contestant.ts ENGINE */
import * as tf from "@tensorflow/tfjs";
import {
  type Coefficients,
  coefficientTensors,
  createMorphableModel,
  createRandom,
  defaultCamera,
  type EngineName,
  loadEmbeddedModel,
  namedLights,
  type Point,
  prepareEngine,
  projectToImage,
  refinePhotometric,
  renderCoarse,
} from "rerenderable";
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
const points = Array.from(model.data.landmarks, (v): Point => [places[2 * v]!, places[2 * v + 1]!]);
const target = { image, mask, points, vertices: model.data.landmarks };

await answerTasks({ "refinement step": () => refinePhotometric(model, start, target, { steps: 1 }) });
tf.dispose([image, mask, vertices]);
process.exit(0);
