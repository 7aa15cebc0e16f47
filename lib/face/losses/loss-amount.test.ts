import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { mapOf, numberOf, twiceAsFine } from "../../testing/map-fixture.js";
import { albedoL1Loss } from "./albedo-l1.js";
import { albedoSmoothnessLoss } from "./albedo-smoothness.js";
import { illuminationRegularisation } from "./illumination-regularisation.js";
import { imageLoss } from "./image.js";
import { imageGradientLoss } from "./image-gradient.js";
import type { LossAmount } from "./loss-amount.js";
import { symmetryLoss } from "./symmetry.js";

/** A texel of a map of 4 stands for so many of the paper's 256, a pixel for so many of its 224. */
const [texels, pixels] = [64 ** 2, 56 ** 2];

const zeros = (channels: number) => tf.zeros<tf.Rank.R4>([1, 4, 4, channels]);
const ones = () => tf.ones<tf.Rank.R4>([1, 4, 4, 1]);
/** 0.2 to the left, 0.5 to the right. */
const step = () => mapOf([1, 4, 4, 3], (x) => (x < 2 ? 0.2 : 0.5));

describeOnEachEngine("losses as sums", () => {
  it("have the values that the paper's equations give", () => {
    tf.tidy(() => {
      const light = mapOf([1, 4, 4, 27], (x, y, c) => (x === 1 && y === 2 && c === 5 ? 0.3 : 0));
      const near = (loss: tf.Scalar, expected: number) => assertClose([numberOf(loss) / expected], [1], 1e-5);
      near(illuminationRegularisation(light, tf.zeros([1, 27]), ones(), "sum"), texels * 0.09);
      // All 16 texels differ from their mirror image by 0.3, in three colours.
      near(symmetryLoss(step(), ones(), "sum"), texels * 48 * 0.09);
      near(albedoL1Loss(step(), zeros(3), ones(), "sum"), texels * 3 * (8 * 0.2 + 8 * 0.5));
      // Four pairs cross the step, each is met twice; at the paper's size it is 64 times as long.
      near(albedoSmoothnessLoss(step(), zeros(3), ones(), 80, "sum"), 64 * 2 * 4 * 3 * 0.09);
      near(imageLoss(step(), zeros(3), ones(), "sum"), pixels * 3 * (8 * 0.04 + 8 * 0.25));
      near(imageGradientLoss(step(), zeros(3), ones(), "sum"), 56 * 4 * 3 * 0.09);
    });
  });

  it("count a face that fills more of the picture more, unlike means", () => {
    tf.tidy(() => {
      const left = mapOf([1, 4, 4, 1], (x) => Number(x < 1));
      const even = tf.fill<tf.Rank.R4>([1, 4, 4, 3], 0.1);
      const loss = (mask: tf.Tensor4D, amount: LossAmount) =>
        numberOf(imageLoss(even, zeros(3), mask, amount));
      assertClose([loss(ones(), "sum") / loss(left, "sum")], [4], 1e-5);
      assertClose([loss(ones(), "mean") / loss(left, "mean")], [1], 1e-5);
    });
  });

  it("do not depend on the resolution: with each texel doubled they are the same", () => {
    tf.tidy(() => {
      const maps = [step(), zeros(3), ones()] as const;
      const fine = maps.map(twiceAsFine) as unknown as typeof maps;
      for (const loss of [
        (a: tf.Tensor4D, _: tf.Tensor4D, m: tf.Tensor4D) => symmetryLoss(a, m, "sum"),
        (a: tf.Tensor4D, p: tf.Tensor4D, m: tf.Tensor4D) => albedoSmoothnessLoss(a, p, m, 80, "sum"),
        (a: tf.Tensor4D, p: tf.Tensor4D, m: tf.Tensor4D) => albedoL1Loss(a, p, m, "sum"),
        (a: tf.Tensor4D, p: tf.Tensor4D, m: tf.Tensor4D) => imageLoss(a, p, m, "sum"),
        (a: tf.Tensor4D, p: tf.Tensor4D, m: tf.Tensor4D) => imageGradientLoss(a, p, m, "sum"),
      ]) {
        assertClose([numberOf(loss(...fine)) / numberOf(loss(...maps))], [1], 1e-5);
      }
    });
  });
});
