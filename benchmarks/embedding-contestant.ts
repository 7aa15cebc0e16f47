/** A recognition network on one of our engines: embedding-contestant.ts ENGINE NAME */
import {
  createOnnxNetwork,
  createRandom,
  type EngineName,
  loadFaceEmbedding,
  prepareEngine,
} from "rerenderable";
import type { FaceEmbeddingName } from "rerenderable/face";
import { createTfjsNetwork } from "rerenderable/networks";
import { answerTasks } from "./contestant.js";

const [engine, name] = process.argv.slice(2) as [EngineName | "onnx", FaceEmbeddingName];
const { network, parameters, imageSize, dimension } = await loadFaceEmbedding(name);
const shape = [1, imageSize, imageSize, 3];
const options = { network, parameters, inputShapes: { image: shape } };
if (engine !== "onnx") await prepareEngine(engine);
const embedding = await (engine === "onnx" ? createOnnxNetwork(options) : createTfjsNetwork(options));
const random = createRandom(1);
const values = Float32Array.from({ length: imageSize * imageSize * 3 }, () => random.uniform());
const image = { shape, values };
const dy = { shape: [1, dimension], values: random.normalArray(dimension) };

await answerTasks({
  forward: () => embedding.predict({ image }),
  async "forward+backward"() {
    await embedding.forward({ image }, { parameters: false });
    await embedding.backward({ embedding: dy }, { parameters: false, inputs: ["image"] });
  },
});
process.exit(0);
