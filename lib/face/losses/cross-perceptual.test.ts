import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { uniformTensor } from "../../testing/every-loss.js";
import { numberOf } from "../../testing/map-fixture.js";
import { crossPerceptualLoss, perceptualLoss } from "./cross-perceptual.js";

/** The mean colour of an image. */
const meanColour = (images: tf.Tensor4D) => tf.mean<tf.Tensor2D>(images, [1, 2]);

describeOnEachEngine("cross perceptual loss", () => {
  it("is 1 − cos of the embeddings, averaged over the batch, Eq. 5", () => {
    tf.tidy(() => {
      const embeddings = tf.tensor2d([3, 4, 1, 0], [2, 2]);
      const references = tf.tensor2d([4, 3, 0, 2], [2, 2]);
      assertClose([numberOf(perceptualLoss(embeddings, references))], [1 - (24 / 25 + 0) / 2]);
      assertClose([numberOf(perceptualLoss(embeddings, tf.neg(embeddings)))], [2]);
    });
  });

  it("is 0 for the same person, and of embeddings the length says nothing", () => {
    tf.tidy(() => {
      const photo = uniformTensor<tf.Rank.R4>([2, 4, 4, 3], 1);
      assertClose([numberOf(crossPerceptualLoss(photo, photo, meanColour))], [0], 1e-6);
      const dimmer = tf.mul<tf.Tensor4D>(photo, 0.5);
      assertClose([numberOf(crossPerceptualLoss(dimmer, photo, meanColour))], [0], 1e-6);
    });
  });

  it("has a gradient in the relit image that lowers it", () => {
    tf.tidy(() => {
      const [relit, photo] = [1, 2].map((seed) => uniformTensor<tf.Rank.R4>([2, 4, 4, 3], seed));
      const f = (x: tf.Tensor) => crossPerceptualLoss(x as tf.Tensor4D, photo, meanColour);
      const { value, grad } = tf.valueAndGrad(f)(relit);
      const moved = tf.sub(relit, tf.mul(grad, 5));
      assert.ok(numberOf(f(moved)) < numberOf(value));
    });
  });

  it("frees the steps of the photo's embedding before it embeds the relit image", () => {
    tf.tidy(() => {
      const photo = uniformTensor<tf.Rank.R4>([2, 4, 4, 3], 1);
      const counts: number[] = [];
      const embed = (images: tf.Tensor4D) => {
        counts.push(tf.memory().numTensors);
        return meanColour(tf.square(tf.square(images)));
      };
      const relit = tf.mul<tf.Tensor4D>(photo, 0.5);
      tf.grad((x) => crossPerceptualLoss(x as tf.Tensor4D, photo, embed))(relit);
      assert.equal(counts[1] - counts[0], 1, "its embedding alone");
    });
  });

  it("is 1, with no gradient, for an embedding of 0", () => {
    tf.tidy(() => {
      const f = (x: tf.Tensor) => perceptualLoss(x as tf.Tensor2D, tf.ones([1, 3]));
      const { value, grad } = tf.valueAndGrad(f)(tf.zeros([1, 3]));
      assert.equal(numberOf(value), 1);
      assert.ok(grad.dataSync().every(Number.isFinite));
    });
  });

  it("names a wrong shape", () => {
    const images = [tf.ones<tf.Rank.R4>([2, 4, 4, 3]), tf.ones<tf.Rank.R4>([1, 4, 4, 3])] as const;
    assert.throws(
      () => crossPerceptualLoss(...images, meanColour),
      /^Error: crossPerceptualLoss: `photo` should have shape \[B=2, S=4, S=4, 3\] but has \[1,4,4,3\]\.$/,
    );
    assert.throws(
      () => crossPerceptualLoss(images[0], images[0], () => tf.ones([2, 5, 1]) as unknown as tf.Tensor2D),
      /^Error: perceptualLoss: `embeddings` should have shape \[B, D\] but has \[2,5,1\]\.$/,
    );
    tf.dispose([...images]);
  });
});
