/** For tests: every loss with inputs, so that laws of all losses are tested on all of them. */
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../base/tensor/random.js";
import { adversarialLosses, discriminatorLoss } from "../face/losses/adversarial.js";
import { albedoL1Loss } from "../face/losses/albedo-l1.js";
import { albedoPairLoss } from "../face/losses/albedo-pair.js";
import { albedoSmoothnessLoss } from "../face/losses/albedo-smoothness.js";
import { crossPerceptualLoss, perceptualLoss } from "../face/losses/cross-perceptual.js";
import { greyLightLoss } from "../face/losses/grey-light.js";
import { illuminationRegularisation } from "../face/losses/illumination-regularisation.js";
import { imageLoss } from "../face/losses/image.js";
import { imageGradientLoss } from "../face/losses/image-gradient.js";
import { lightPriorLoss } from "../face/losses/light-prior-loss.js";
import { paperPictureSize, paperUvSize } from "../face/losses/loss-amount.js";
import { multiScaleGradientLoss } from "../face/losses/multi-scale-gradient.js";
import * as released from "../face/losses/released-code.js";
import { styleLoss } from "../face/losses/style.js";
import { symmetryLoss } from "../face/losses/symmetry.js";
import { gaussianLight } from "../graphics/scene/light-prior.js";

export interface LossCase {
  readonly name: string;
  /** The shapes of the inputs in which it is differentiable; their numbers are from 0 to 1. */
  readonly inputs: readonly (readonly number[])[];
  f(...inputs: tf.Tensor[]): tf.Scalar;
  /** The step of central differences, 1e-2 by default; it is shorter where a kink is near. */
  readonly step?: number;
  /** True if the gradient is not the whole slope of the value, because some input is taken as constant. */
  readonly partial?: true;
}

/** Numbers from 0 to 1 that depend on shape and seed only. */
export function uniformTensor<R extends tf.Rank>(shape: tf.ShapeMap[R], seed: number): tf.Tensor<R> {
  const random = createRandom(seed);
  const size = tf.util.sizeFromShape([...shape]);
  return tf.tensor<R>(
    Float32Array.from({ length: size }, () => random.uniform()),
    shape,
  );
}

/** Soft weights with some zeros; those of the last item of the batch are smaller. */
export function softMask(batch: number, height: number, width = height): tf.Tensor4D {
  const random = createRandom(17);
  const weights = Float32Array.from({ length: batch * height * width }, (_, p) => {
    return p % 5 === 3 ? 0 : (0.2 + random.uniform()) / (1 + Math.floor(p / (height * width)));
  });
  return tf.tensor4d(weights, [batch, height, width, 1]);
}

const as4D = (x: tf.Tensor) => x as tf.Tensor4D;
const as2D = (x: tf.Tensor) => x as tf.Tensor2D;
const albedo = [2, 4, 4, 3] as const;
const image = [2, 4, 8, 3] as const;
const light = [2, 4, 4, 27] as const;
const prior = () => uniformTensor<tf.Rank.R4>([2, 4, 4, 3], 31);
const uvMask = () => softMask(1, 4);
const faceMask = () => softMask(2, 4, 8);
const patches = [2, 3, 3, 1] as const;
const logits = (x: tf.Tensor) => tf.mul(tf.sub(x, 0.5), 6);

/** A stand-in for a recognition network: two numbers that depend on all of an image, and not linearly. */
function embed(images: tf.Tensor4D): tf.Tensor2D {
  const rows = tf.reshape(images, [images.shape[0], -1]);
  const weights = uniformTensor<tf.Rank.R2>([rows.shape[1]!, 3], 23);
  return tf.square(tf.matMul(rows, tf.sub(weights, 0.5))) as tf.Tensor2D;
}

const square = [2, 4, 4, 3] as const;
const twoImages = [image, image] as const;

export const everyLoss: readonly LossCase[] = [
  {
    name: "illumination regularisation, Eq. 4",
    inputs: [light, [2, 27]],
    f: (detailed, coarse) => illuminationRegularisation(as4D(detailed), as2D(coarse), uvMask()),
  },
  {
    name: "cross perceptual, Eq. 5",
    inputs: [square],
    f: (relit) => crossPerceptualLoss(as4D(relit), prior(), embed),
  },
  {
    name: "perceptual, from embeddings, Eq. 5",
    inputs: [
      [2, 5],
      [2, 5],
    ],
    f: (a, b) => perceptualLoss(as2D(a), as2D(b)),
  },
  { name: "symmetry, Eq. 7", inputs: [albedo], f: (x) => symmetryLoss(as4D(x), softMask(2, 4)) },
  {
    name: "albedo smoothness, Eq. 8, 9",
    inputs: [albedo],
    f: (x) => albedoSmoothnessLoss(as4D(x), prior(), uvMask(), 2),
  },
  { name: "L1, Eq. 10", inputs: [albedo, albedo], f: (x, y) => albedoL1Loss(as4D(x), as4D(y), uvMask()) },
  {
    name: "discriminator, Eq. 11",
    inputs: [patches, patches],
    f: (fake, real) => discriminatorLoss(logits(fake), logits(real)),
  },
  ...Object.entries(adversarialLosses).map(([name, { generator, real }]) => ({
    name: `adversarial, ${name}, Eq. 12`,
    inputs: [patches, patches],
    f: (...[fake, other]: tf.Tensor[]) => tf.add<tf.Scalar>(generator(logits(fake)), real(logits(other))),
  })),
  {
    name: "image gradient, Eq. 15",
    inputs: twoImages,
    f: (x, y) => imageGradientLoss(as4D(x), as4D(y), faceMask()),
  },
  { name: "image, Eq. 16", inputs: twoImages, f: (x, y) => imageLoss(as4D(x), as4D(y), faceMask()) },
  ...sums(),
  {
    name: "albedo of pairs",
    inputs: [[4, 4, 4, 3]],
    f: (x) => albedoPairLoss(as4D(x), softMask(2, 4)),
  },
  {
    name: "multi-scale gradient",
    inputs: twoImages,
    f: (x, y) => multiScaleGradientLoss(as4D(x), as4D(y), faceMask()),
  },
  { name: "grey light, a light a texel", inputs: [light], f: (x) => greyLightLoss(as4D(x), softMask(2, 4)) },
  { name: "grey light, a light a face", inputs: [[2, 27]], f: (x) => greyLightLoss(as2D(x)) },
  {
    name: "light prior, a light a texel",
    inputs: [light],
    f: (x) => lightPriorLoss(as4D(x), gaussianLight(), uvMask()),
  },
  {
    name: "light prior, a light a face",
    inputs: [[2, 27]],
    f: (x) => lightPriorLoss(as2D(x), gaussianLight()),
  },
  { name: "style", inputs: [square, square], f: (x, y) => styleLoss(as4D(x), as4D(y)) },
  {
    name: "style, of places",
    inputs: [square, square],
    f: (x, y) => styleLoss(as4D(x), as4D(y), "places"),
  },
  {
    name: "released code: illumination regularisation",
    inputs: [
      [1, 2, 2, 27],
      [1, 27],
    ],
    f: (x, y) => released.illuminationRegularisation(as4D(x), as2D(y), tf.ones([1, 2, 2, 1])),
    step: 1e-3,
  },
  {
    name: "released code: symmetry",
    inputs: [albedo],
    f: (x) => released.symmetryLoss(as4D(x), uvMask(), 0.2),
    partial: true,
  },
  {
    name: "released code: albedo smoothness",
    inputs: [albedo],
    f: (x) => released.albedoSmoothnessLoss(as4D(x), tf.mul(prior(), 0.02), uvMask()),
    step: 1e-3,
  },
  {
    name: "released code: L1",
    inputs: [albedo, albedo],
    f: (x, y) => released.albedoL1Loss(as4D(x), as4D(y), uvMask()),
  },
  {
    name: "released code: image gradient",
    inputs: twoImages,
    f: (x, y) => released.imageGradientLoss(as4D(x), as4D(y), faceMask()),
  },
  {
    name: "released code: image",
    inputs: twoImages,
    f: (x, y) => released.imageLoss(as4D(x), as4D(y), faceMask()),
  },
];

/** The losses that are sums too, divided by the numbers of the paper's map or picture, so that they are near 1. */
function sums(): LossCase[] {
  const texels = (loss: tf.Scalar, channels: number) => tf.div<tf.Scalar>(loss, channels * paperUvSize ** 2);
  const pixels = (loss: tf.Scalar) => tf.div<tf.Scalar>(loss, 3 * paperPictureSize ** 2);
  return [
    {
      name: "illumination regularisation, Eq. 4, as a sum",
      inputs: [light, [2, 27]],
      f: (x, y) => texels(illuminationRegularisation(as4D(x), as2D(y), uvMask(), "sum"), 27),
    },
    {
      name: "symmetry, Eq. 7, as a sum",
      inputs: [albedo],
      f: (x) => texels(symmetryLoss(as4D(x), softMask(2, 4), "sum"), 3),
    },
    {
      name: "albedo smoothness, Eq. 8, 9, as a sum",
      inputs: [albedo],
      f: (x) => texels(albedoSmoothnessLoss(as4D(x), prior(), uvMask(), 2, "sum"), 3),
    },
    {
      name: "L1, Eq. 10, as a sum",
      inputs: [albedo, albedo],
      f: (x, y) => texels(albedoL1Loss(as4D(x), as4D(y), uvMask(), "sum"), 3),
    },
    {
      name: "image gradient, Eq. 15, as a sum",
      inputs: twoImages,
      f: (x, y) => pixels(imageGradientLoss(as4D(x), as4D(y), faceMask(), "sum")),
    },
    {
      name: "image, Eq. 16, as a sum",
      inputs: twoImages,
      f: (x, y) => pixels(imageLoss(as4D(x), as4D(y), faceMask(), "sum")),
    },
  ];
}
