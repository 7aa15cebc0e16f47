import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../base/tensor/random.js";
import { assertClose, describeOnEachEngine, weightedSum } from "../../testing/each-engine.js";
import { checkGradient } from "../../testing/finite-differences.js";
import { sampleTexture } from "./sample-texture.js";

/** Texel values 0 1 2 / 10 11 12: the sampled number tells the place. */
const ramp = () => tf.tensor4d([0, 1, 2, 10, 11, 12], [1, 2, 3, 1]);
const lookUp = (...uv: [number, number][]) =>
  Array.from(sampleTexture(ramp(), tf.tensor4d([[uv]])).dataSync());

describeOnEachEngine("sampleTexture", () => {
  it("has texel centres at +0.5, u to the right and v down from the top left", () => {
    tf.tidy(() => {
      const centres = [0, 1, 2].map((i): [number, number] => [(i + 0.5) / 3, 0.25]);
      assertClose(lookUp(...centres, [0.5 / 3, 0.75]), [0, 1, 2, 10], 1e-6);
    });
  });

  it("is linear between texels and constant beyond the border", () => {
    tf.tidy(() => {
      assertClose(lookUp([1 / 3, 0.25], [0.5, 0.5], [2 / 3, 0.4]), [0.5, 6, 1.5 + 3], 1e-5);
      assertClose(lookUp([0, 0], [-5, 0.25], [1, 1], [9, 9], [0.5, -1]), [0, 0, 12, 12, 1], 1e-6);
    });
  });

  it("handles textures of one texel and uvs that are not numbers without reading outside", () => {
    tf.tidy(() => {
      const one = sampleTexture(tf.tensor4d([7], [1, 1, 1, 1]), tf.tensor4d([[[[0.2, 0.9]]]]));
      assertClose(one.dataSync(), [7]);
      assert.ok(Number.isNaN(lookUp([Number.NaN, 0.5])[0]));
    });
  });

  for (const batch of [1, 2]) {
    it(`has the gradient of its central differences, texture with a batch of ${batch}`, async () => {
      const random = createRandom(4);
      const texture = tf.tensor4d(random.normalArray(batch * 4 * 5 * 3), [batch, 4, 5, 3]);
      // The uv gradient jumps at the texels' centres: stay a fifth of a texel away.
      const away = (size: number) => (random.integer(size) + 0.7 + 0.6 * random.uniform()) / size;
      const uv = tf.tensor4d(
        Array.from({ length: 2 * 3 * 2 }, () => [away(5), away(4)]).flat(),
        [2, 3, 2, 2],
      );
      const mask = tf.tensor4d([1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1], [2, 3, 2, 1]);
      const apply = (t: tf.Tensor, at: tf.Tensor) =>
        weightedSum(sampleTexture(t as tf.Tensor4D, at as tf.Tensor4D, mask));
      const error = await checkGradient(apply, [texture, uv], { step: 1e-2, samples: 30 });
      assert.ok(error < 1e-2, `error ${error}`);
      const gradients = tf.grads(apply)([texture, uv]);
      assertClose(gradients[1].dataSync().slice(4, 6), [0, 0], 0); // the masked pixel
      tf.dispose([texture, uv, mask, gradients]);
    });
  }

  it("gives 0 and no gradient where the mask is 0, and no uv gradient beyond the border", () => {
    tf.tidy(() => {
      const [uv, nothing] = [tf.tensor4d([[[[0.4, 0.4], [-1, 0.4]]]]), tf.zeros<tf.Rank.R4>([1, 1, 2, 1])]; // biome-ignore format: pixels
      assertClose(sampleTexture(ramp(), uv, nothing).dataSync(), [0, 0], 0);
      const masked = tf.grads((t, at) => tf.sum(sampleTexture(t as tf.Tensor4D, at as tf.Tensor4D, nothing)));
      for (const gradient of masked([ramp(), uv]))
        assert.ok(gradient.dataSync().every((value) => value === 0));
      const open = tf.grad((at) => tf.sum(sampleTexture(ramp(), at as tf.Tensor4D)));
      assertClose(open(uv).dataSync(), [3, 20, 0, 20], 1e-4);
    });
  });

  it("names a wrong shape and leaves nothing behind but its result", () => {
    tf.tidy(() => {
      const [texture, uv, wrong] = [
        ramp(),
        tf.zeros<tf.Rank.R4>([1, 2, 2, 2]),
        tf.zeros<tf.Rank.R4>([1, 2, 2, 3]),
      ];
      const before = tf.memory().numTensors;
      assert.throws(
        () => sampleTexture(texture, wrong),
        /sampleTexture: `uv` should have shape \[B, H, W, 2\]/,
      );
      sampleTexture(texture, uv).dispose();
      assert.equal(tf.memory().numTensors, before);
    });
  });
});
