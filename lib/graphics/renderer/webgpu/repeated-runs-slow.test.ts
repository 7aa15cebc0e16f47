/** What the renderer keeps on webgpu, run after run: its bits, its memory, and what is no number. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../../base/engine/prepare-engine.js";
import { relativeDifference, valuesOn } from "../../../testing/compare-backends.js";
import { describeOnEngine } from "../../../testing/describe-on-engine.js";
import { weightedSum } from "../../../testing/each-engine.js";
import { casesOf, everything, findFragments, normal } from "../../../testing/operation-cases.js";
import { bumpyMeshes } from "../../../testing/random-scenes.js";
import { sampleTexture } from "../sample-texture.js";
import { vertexNormals } from "../vertex-normals.js";

await describeOnEngine("webgpu", "the renderer on webgpu, again and again", () => {
  before(async () => {
    await findFragments();
    await prepareEngine("webgpu");
  });

  it("repeats gradients to the bit", async () => {
    const whole = casesOf(2)["the whole renderer, antialiased, in linear light, with a map of lights"];
    const first = await valuesOn("webgpu", () => everything(whole));
    for (let run = 0; run < 3; run++)
      assert.deepEqual(await valuesOn("webgpu", () => everything(whole)), first);
  });

  it("keeps its memory over thirty steps", async () => {
    const whole = casesOf(1)["the whole renderer"];
    const inputs = whole.inputs();
    const step = tf.grads((...xs) => tf.sum(whole.f(...xs)[0]));
    const used = async () => {
      const gradients = tf.tidy(() => step(inputs));
      await gradients[0].data();
      tf.dispose(gradients);
      const { numTensors, numDataBuffers, numBytesInGPU } = tf.memory() as tf.MemoryInfo & {
        numBytesInGPU: number;
      };
      return { numTensors, numDataBuffers, numBytesInGPU };
    };
    for (let i = 0; i < 3; i++) await used();
    const before = await used();
    for (let i = 0; i < 30; i++) await used();
    assert.deepEqual(await used(), before);
    tf.dispose(inputs);
  });

  it("has NaN and zeros where cpu has them", async () => {
    const compute = () => {
      const { vertices, triangles } = bumpyMeshes(1);
      const spoilt = tf.where(tf.less(vertices(), 0.85), vertices(), Number.NaN) as tf.Tensor3D;
      const normals = vertexNormals(spoilt, triangles());
      const toVertices = tf.grad((v) => weightedSum(vertexNormals(v as tf.Tensor3D, triangles())))(spoilt);
      const uv = tf.tensor4d([Number.NaN, 0.5, 0.3, Number.NaN, 0.2, 0.2, 9, -9], [1, 2, 2, 2]);
      const look = (t: tf.Tensor) => sampleTexture(t as tf.Tensor4D, uv);
      const texture = normal([1, 4, 4, 1], 3);
      return [normals, toVertices, look(texture), tf.grad((t) => weightedSum(look(t)))(texture)];
    };
    const expected = await valuesOn("cpu", compute);
    const actual = await valuesOn("webgpu", compute);
    for (const [i, values] of expected.entries()) {
      const spoilt = Array.from(values, Number.isNaN);
      assert.ok(spoilt.some((yes) => yes) && !spoilt.every((yes) => yes), `output ${i}`);
      assert.deepEqual(Array.from(actual[i], Number.isNaN), spoilt, `output ${i}`);
      const finite = (of: tf.TypedArray) =>
        of.map((value) => (Number.isNaN(value) ? 0 : value)) as Float32Array;
      assert.ok(relativeDifference(finite(values), finite(actual[i])) <= 1e-4, `output ${i}`);
    }
  });
});
