/** The renderer on one of our engines, on the cap of `face-cap.ts`: renderer-contestant.ts ENGINE SIZE BATCH */
import * as tf from "@tensorflow/tfjs";
import { type EngineName, prepareEngine, projectToClip, rasterize, renderTextured } from "rerenderable";
import { answerTasks } from "./contestant.js";
import { faceCapScene, norm, uniformArray } from "./face-cap.js";

const [engine, size, batch] = [
  process.argv[2] as EngineName,
  Number(process.argv[3]),
  Number(process.argv[4]),
];
await prepareEngine(engine);
const scene = faceCapScene(batch, size);
const { vertices, normals, triangles, albedoMap, light, target } = scene;
const clip = tf.tidy(() => projectToClip(vertices));
const fragments = rasterize(clip, triangles, size, size);
const dBarycentrics = tf.tensor(uniformArray(batch * size * size * 3, 6), [batch, size, size, 3]);
const dDepth = tf.zeros([batch, size, size]);

const loss = (...[points, directions, albedo, lights]: tf.Tensor[]) => {
  const moved = { ...scene, vertices: points as tf.Tensor3D, normals: directions as tf.Tensor3D };
  const { image } = renderTextured(moved, albedo as tf.Tensor4D, lights as tf.Tensor4D);
  return tf.sum(tf.square(tf.sub(image, target)));
};
const inputs = [vertices, normals, albedoMap, light];
const lossAndGradients = tf.valueAndGrads(loss);

/** Waits until the work is done: the graphics processor only queues it. */
async function finish(tensors: readonly tf.Tensor[]): Promise<void> {
  if (engine === "webgpu") await tensors.at(-1)!.data();
  tf.dispose([...tensors]);
}

await answerTasks({
  rasterise: () => finish(Object.values(rasterize(clip, triangles, size, size))),
  "rasterise backward": () => {
    const given = { dBarycentrics, dDepth, clip, triangles, triangleId: fragments.triangleId };
    return finish([tf.engine().runKernel<tf.Tensor>("BarycentricsGradient", { ...given })]);
  },
  render: () => {
    const { image, mask, fragments } = renderTextured(scene, albedoMap, light);
    return finish([...Object.values(fragments), mask, image]);
  },
  "render+backward": () => {
    const { value, grads } = lossAndGradients(inputs);
    return finish([...grads, value]);
  },
  /** Loss and the norms of its gradients to vertices, normals, albedo and light. */
  async check() {
    const { value, grads } = lossAndGradients(inputs);
    // The sum is made here in double precision: over two million numbers tfjs's sum is off by a thousandth.
    const difference = tf.tidy(() => tf.sub(renderTextured(scene, albedoMap, light).image, target));
    const [exact, ...norms] = await Promise.all(
      [difference, ...grads].map(async (t) => norm(await t.data())),
    );
    tf.dispose([value, difference, ...grads]);
    return [exact ** 2, ...norms];
  },
});
process.exit(0);
