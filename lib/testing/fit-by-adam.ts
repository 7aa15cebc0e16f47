/**
 * Reference for the fit by Gauss-Newton: fits all coefficients of one face at once by gradient descent through the renderer, so that shape and expression
 * answer to the picture and not to the landmarks alone. It minimises the sum of a robust picture difference over skin,
 * the landmark distance, and the priors.
 */
import * as tf from "@tensorflow/tfjs";
import type { Point } from "../base/image/rgb-image.js";
import { type CoefficientTensors, coefficientTensors, renderCoarse } from "../face/fitting/face-geometry.js";
import { isMovement } from "../face/morphable-model/coefficient-priors.js";
import {
  type CoefficientName,
  type Coefficients,
  coefficientNames,
} from "../face/morphable-model/coefficients.js";
import type { CoefficientPrior, MorphableModel } from "../face/morphable-model/morphable-model.js";
import { type Camera, defaultCamera, projectToImage } from "../graphics/scene/camera.js";
import { type AdamSettings, biasCorrections, paperAdam } from "../networks/adam.js";

export interface PhotometricTarget {
  /** Encoded sRGB, [1, S, S, 3]. */
  readonly image: tf.Tensor4D;
  /** 1 on skin, [1, S, S, 1]. */
  readonly mask: tf.Tensor4D;
  /** The 68 points, px at S. */
  readonly points: readonly Point[];
  /** Vertex that stands for each point. */
  readonly vertices: Int32Array;
}

export interface PhotometricWeights {
  /** Weight of the mean over skin of `log(1 + |difference|² / 0.1²)`. */
  readonly picture: number;
  /** Weight of the mean squared distance of the inner points, px² at 224; points of the jaw count a tenth. */
  readonly landmarks: number;
  /** Weight of the priors: the mean of −2 log p over each group of coefficients. */
  readonly prior: number;
}

const defaultPhotometricWeights: PhotometricWeights = { picture: 1, landmarks: 0.02, prior: 0.08 };

export interface AdamFitOptions {
  readonly camera?: Camera;
  readonly steps?: number;
  readonly weights?: PhotometricWeights;
  readonly onStep?: (step: number, loss: number) => void;
  /** When it is aborted, the steps made so far are the result. */
  readonly signal?: AbortSignal;
}

/** Steps of the refinement. */
const defaultAdamSteps = 60;

/** Adam's step for each part, in the part's own units. It falls to a tenth over the run. */
const stepSizes: Readonly<Record<CoefficientName, number>> = {
  identity: 0.03,
  expression: 0.012,
  albedo: 0.05,
  angles: 0.002,
  light: 0.01,
  translation: 0.004,
};

/**
 * The loss of one face, differentiable in all coefficients.
 * @returns a scalar
 */
export function photometricLoss(
  model: MorphableModel,
  coefficients: CoefficientTensors,
  target: PhotometricTarget,
  weights: PhotometricWeights = defaultPhotometricWeights,
  camera: Camera = defaultCamera,
): tf.Scalar {
  return tf.tidy(() => {
    const size = target.image.shape[1];
    const { image, mask, vertices } = renderCoarse(model, coefficients, size, camera);
    const seen = tf.mul(mask, target.mask);
    const square = tf.sum(tf.square(tf.sub(image, target.image)), 3, true);
    const robust = tf.log1p(tf.mul(square, 1 / 0.1 ** 2));
    const picture = tf.div(tf.sum(tf.mul(robust, seen)), tf.maximum(tf.sum(seen), 1));

    const chosen = tf.gather(tf.squeeze<tf.Tensor2D>(vertices, [0]), tf.tensor1d(target.vertices, "int32"));
    const points = projectToImage(tf.expandDims(chosen, 0), camera, size);
    const places = tf.tensor3d(target.points.flat(), [1, target.points.length, 2]);
    const importance = tf.tensor2d(
      target.points.map((_, j) => (j < 17 ? 0.1 : 1)),
      [1, target.points.length],
    );
    const distance = tf.sum(tf.square(tf.mul(tf.sub(points, places), camera.referenceSize / size)), 2);
    const landmarks = tf.div(tf.sum(tf.mul(distance, importance)), tf.sum(importance));

    const { identityPrior, expressionPrior, albedoPrior } = model.data;
    const prior = tf.addN([
      meanSurprise(coefficients.identity, identityPrior),
      meanSurprise(coefficients.expression, expressionPrior),
      meanSurprise(coefficients.albedo, albedoPrior),
    ]);
    return tf.addN([
      tf.mul(picture, weights.picture),
      tf.mul(landmarks, weights.landmarks),
      tf.mul(prior, weights.prior),
    ]) as tf.Scalar;
  });
}

/** Mean over the coefficients of −2 log p: squares in sigmas, or twice a movement's strength over its mean. */
function meanSurprise(values: tf.Tensor2D, prior: CoefficientPrior): tf.Tensor {
  const scaled = tf.div(values, tf.tensor1d(prior.sigma));
  const movement = tf.tensor1d(Array.from(prior.sigma, (_, i) => Number(isMovement(prior, i))));
  const normal = tf.mul(tf.square(scaled), tf.sub(1, movement));
  return tf.mean(tf.add(normal, tf.mul(scaled, tf.mul(movement, 2))));
}

/** @returns the refined coefficients; the given ones are not changed */
export async function fitByAdam(
  model: MorphableModel,
  start: Coefficients,
  target: PhotometricTarget,
  {
    camera = defaultCamera,
    steps = defaultAdamSteps,
    weights = defaultPhotometricWeights,
    onStep,
    signal,
  }: AdamFitOptions = {},
): Promise<Coefficients> {
  const current = Object.fromEntries(
    coefficientNames.map((name) => [name, Float32Array.from(start[name])]),
  ) as Record<CoefficientName, Float32Array>;
  const optimiser = Object.fromEntries(coefficientNames.map((name) => [name, adam(start[name].length)]));
  const gradientOf = tf.valueAndGrads((...parts: tf.Tensor[]) => {
    const named = Object.fromEntries(
      coefficientNames.map((name, i) => [name, parts[i]]),
    ) as CoefficientTensors;
    return photometricLoss(model, named, target, weights, camera);
  });
  for (let step = 0; step < steps; step++) {
    if (signal?.aborted) break;
    const rate = 0.1 ** (step / steps);
    const tensors = coefficientTensors([current]);
    const { value, grads } = gradientOf(coefficientNames.map((name) => tensors[name]));
    const loss = (await value.data())[0];
    if (!Number.isFinite(loss)) throw new Error(`fitByAdam: the loss is ${loss} at step ${step}.`);
    for (const [i, name] of coefficientNames.entries()) {
      optimiser[name](current[name], await grads[i].data<"float32">(), stepSizes[name] * rate);
    }
    clamp(current.identity, model.data.identityPrior);
    clamp(current.expression, model.data.expressionPrior);
    clamp(current.albedo, model.data.albedoPrior);
    tf.dispose([value, ...grads, ...Object.values(tensors)]);
    onStep?.(step, loss);
    await new Promise((resolve) => setImmediate(resolve)); // lets an interrupt in
  }
  return current;
}

function clamp(values: Float32Array, { lower, upper }: CoefficientPrior): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(Math.max(values[i], lower[i]), upper[i]);
}

/** A fit takes tens of steps, a training thousands: the mean of squares forgets sooner. */
const fewSteps: AdamSettings = { ...paperAdam, beta2: 0.99 };

/** Adam in double precision. */
function adam(size: number): (values: Float32Array, gradient: Float32Array, rate: number) => void {
  const [first, second] = [new Float64Array(size), new Float64Array(size)];
  const { beta1, beta2, epsilon } = fewSteps;
  let step = 0;
  return (values, gradient, rate) => {
    const corrections = biasCorrections(fewSteps, ++step);
    for (let i = 0; i < size; i++) {
      first[i] = beta1 * first[i] + (1 - beta1) * gradient[i];
      second[i] = beta2 * second[i] + (1 - beta2) * gradient[i] ** 2;
      const mean = first[i] / corrections.first;
      values[i] -= (rate * mean) / (Math.sqrt(second[i] / corrections.second) + epsilon);
    }
  };
}
