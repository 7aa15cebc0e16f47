/** Decodes the embedded model on one of our engines: morphable-model-contestant.ts ENGINE BATCH */
import * as tf from "@tensorflow/tfjs";
import { createMorphableModel, createRandom, type EngineName, prepareEngine } from "rerenderable";
import { loadEmbeddedModel } from "rerenderable/face";
import { answerTasks } from "./contestant.js";

const [engine, batch] = [process.argv[2] as EngineName, Number(process.argv[3])];
await prepareEngine(engine);
const model = createMorphableModel(await loadEmbeddedModel());
const random = createRandom(1);
const draw = (size: number) => tf.tensor2d(random.normalArray(batch * size), [batch, size]);
const coefficients = [draw(80), draw(64), draw(80)] as const;
const weights = tf.tensor3d(random.normalArray(batch * model.vertexCount * 3), [batch, model.vertexCount, 3]);

const decode = (identity: tf.Tensor, expression: tf.Tensor, albedo: tf.Tensor) => [
  model.decodeShape(identity as tf.Tensor2D, expression as tf.Tensor2D),
  model.decodeAlbedo(albedo as tf.Tensor2D),
];
/** A scalar on which every coordinate and colour has its own influence. */
const weighted = (...inputs: tf.Tensor[]) => {
  const [shape, colours] = decode(inputs[0], inputs[1], inputs[2]);
  return tf.add(tf.sum(tf.mul(shape, weights)), tf.sum(tf.mul(colours, weights))) as tf.Scalar;
};

/** Waits until the values are there: some engines only queue the work. */
async function finish(tensors: readonly tf.Tensor[]): Promise<void> {
  for (const tensor of tensors) await tensor.data();
  tf.dispose([...tensors]);
}

await answerTasks({
  forward: () => finish(tf.tidy(() => decode(...coefficients))),
  "forward+backward": () => {
    const { value, grads } = tf.valueAndGrads(weighted)([...coefficients]);
    return finish([value, ...grads]);
  },
});
process.exit(0);
