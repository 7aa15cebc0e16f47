import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { softMask, uniformTensor } from "../../testing/every-loss.js";
import { mapOf, numberOf } from "../../testing/map-fixture.js";
import * as released from "./released-code.js";
import { symmetryLoss } from "./symmetry.js";

const ones = (side: number) => tf.ones<tf.Rank.R4>([1, side, side, 1]);

/** Without the factor for the resolution, which is 1 at the authors' sizes. */
const perTexel = (loss: tf.Scalar, side: number) => (numberOf(loss) * 256) / side;
const perPixel = (loss: tf.Scalar, side: number) => (numberOf(loss) * 224) / side;

describeOnEachEngine("the released code's losses", () => {
  it("illumination: absolute values, and a pull towards grey, in the place of Eq. 4's squares", () => {
    tf.tidy(() => {
      const grey = tf.fill<tf.Rank.R4>([1, 2, 2, 27], 0.5);
      const coarse = tf.fill<tf.Rank.R2>([1, 27], 0.2);
      assertClose([numberOf(released.illuminationRegularisation(grey, coarse, ones(2)))], [0.3]);
      // Red 0.8, the others 0.5: 0.2, 0.1 and 0.1 from their mean.
      const reddish = mapOf([1, 2, 2, 27], (_x, _y, i) => (i < 9 ? 0.8 : 0.5));
      const value = numberOf(released.illuminationRegularisation(reddish, coarse, ones(2)));
      assertClose([value], [(0.6 + 0.3 + 0.3) / 3 + (0.2 + 0.1 + 0.1) / 3]);
    });
  });

  it("symmetry: lengths in the place of Eq. 7's squares, those up to the threshold as 0", () => {
    tf.tidy(() => {
      const albedo = mapOf([1, 4, 4, 3], (x, _y, c) => (x === 3 ? [0.3, 0.4, 0][c] : x === 2 ? 0.1 : 0));
      const small = 0.1 * Math.sqrt(3);
      assertClose([numberOf(released.symmetryLoss(albedo, ones(4)))], [(0.5 + small) / 2]);
      assertClose([numberOf(released.symmetryLoss(albedo, ones(4), 0.2))], [0.25]);
    });
  });

  it("symmetry: the mirrored map is taken as given, so squares aside each side is pulled half as much", () => {
    tf.tidy(() => {
      const albedo = mapOf([1, 4, 4, 3], (x, _y, c) => (c === 0 && x === 3 ? 0.5 : 0));
      const slope = tf.grad((x) => released.symmetryLoss(x as tf.Tensor4D, ones(4)))(albedo);
      assertClose([slope.dataSync()[0], slope.dataSync()[9]], [-1 / 16, 1 / 16]);
      // Of Eq. 7 the pair's slope is 2 · 2 · 0.5 / (16 · 3), both ways of the mirror counted.
      const own = tf.grad((x) => symmetryLoss(x as tf.Tensor4D, ones(4)))(albedo);
      assertClose([own.dataSync()[9]], [2 / 48]);
    });
  });

  it("smoothness: √3 |Σ_c ΔA|, not squared, in weight and loss, in the place of Eq. 8 and 9", () => {
    tf.tidy(() => {
      const step = (height: number) => mapOf([1, 2, 2, 3], (x) => height * x);
      const change = (height: number) => Math.sqrt(3) * 3 * height;
      const value = (prior: number) =>
        perTexel(released.albedoSmoothnessLoss(step(0.2), step(prior), ones(2)), 2);
      assertClose([value(0)], [(2 * change(0.2)) / 4]);
      assertClose([value(0.005)], [(2 * change(0.2) * Math.exp(-80 * change(0.005))) / 4]);
      // Colours that change against each other are not seen.
      const opposed = mapOf([1, 2, 2, 3], (x, _y, c) => x * [0.2, -0.2, 0][c]);
      assertClose([numberOf(released.albedoSmoothnessLoss(opposed, step(0), ones(2)))], [0]);
    });
  });

  it("smoothness: looks up, not down", () => {
    tf.tidy(() => {
      const albedo = mapOf([1, 2, 2, 3], (_x, y) => 0.2 * y);
      const top = mapOf([1, 2, 2, 1], (_x, y) => 1 - y);
      const flat = tf.zeros<tf.Rank.R4>([1, 2, 2, 3]);
      assertClose([numberOf(released.albedoSmoothnessLoss(albedo, flat, top))], [0]);
    });
  });

  it("L1: the length of a texel's difference in the place of Eq. 10's absolute values", () => {
    tf.tidy(() => {
      const albedo = mapOf([1, 2, 2, 3], (_x, _y, c) => [0.3, 0.4, 0][c]);
      assertClose([numberOf(released.albedoL1Loss(albedo, tf.zerosLike(albedo), ones(2)))], [0.5]);
    });
  });

  it("image gradient: one number a pixel, (right − left + up − down) / 2, blind along the other diagonal, Eq. 15", () => {
    tf.tidy(() => {
      const zero = tf.zeros<tf.Rank.R4>([1, 4, 4, 3]);
      const centre = mapOf([1, 4, 4, 1], (x, y) => Number(x > 0 && x < 3 && y > 0 && y < 3));
      const value = (image: tf.Tensor4D, mask = centre) =>
        perPixel(released.imageGradientLoss(image, zero, mask), 4);
      const slope = mapOf([1, 4, 4, 3], (x, y) => 0.1 * x - 0.1 * y);
      assertClose([value(slope)], [(3 * 0.2) ** 2]);
      assertClose([value(mapOf([1, 4, 4, 3], (x, y) => 0.1 * x + 0.1 * y))], [0]);
      // At the rim, which is repeated, half of a difference: the top left pixel has nothing to its left, nor above.
      const corner = mapOf([1, 4, 4, 1], (x, y) => Number(x + y === 0));
      assertClose([value(slope, corner)], [(3 * 0.1) ** 2]);
    });
  });

  it("image: the length of a pixel's difference in the place of Eq. 16's square", () => {
    tf.tidy(() => {
      const rendered = mapOf([1, 2, 2, 3], (x, _y, c) => (x === 0 ? [0.3, 0.4, 0][c] : 0));
      const photo = tf.zerosLike(rendered);
      assertClose([numberOf(released.imageLoss(rendered, photo, ones(2)))], [0.25]);
      const slope = tf
        .grad((x) => released.imageLoss(x as tf.Tensor4D, photo, ones(2)))(rendered)
        .dataSync();
      assertClose(slope.slice(0, 6), [0.6 / 4, 0.8 / 4, 0, 0, 0, 0]);
    });
  });

  it("take the arguments of the paper's losses and refuse what those refuse", () => {
    tf.tidy(() => {
      const [map, image] = [uniformTensor<tf.Rank.R4>([1, 4, 4, 3], 1), tf.ones<tf.Rank.R4>([1, 4, 5, 3])];
      const [light, coarse, mask] = [
        tf.ones<tf.Rank.R4>([1, 4, 4, 9]),
        tf.ones<tf.Rank.R2>([1, 27]),
        softMask(1, 4),
      ];
      assert.throws(
        () => released.illuminationRegularisation(light, coarse, mask),
        /`detailedLight` should have/,
      );
      assert.throws(() => released.symmetryLoss(image, mask), /symmetryLoss: `detailedAlbedo` should have/);
      assert.throws(() => released.albedoSmoothnessLoss(map, image, mask), /`priorAlbedo` should have/);
      assert.throws(() => released.albedoL1Loss(map, image, mask), /albedoL1Loss: `priorAlbedo` should have/);
      assert.throws(
        () => released.imageGradientLoss(map, image, mask),
        /imageGradientLoss: `photo` should have/,
      );
      assert.throws(() => released.imageLoss(map, image, mask), /imageLoss: `photo` should have/);
    });
  });
});
