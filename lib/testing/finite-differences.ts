/** Checks a gradient against central differences, (f(x + h) - f(x - h)) / 2h. */
import * as tf from "@tensorflow/tfjs";
import { createRandom, type Random } from "../base/tensor/random.js";

export interface GradientCheckOptions {
  /** Step h, in the units of the inputs. Single precision wants it large: 1e-2 for inputs of about 1. */
  readonly step?: number;
  /**
   * "elements" moves one element at a time. "directions" moves all elements of one input together along a random
   * direction of length 1: a few evaluations test every element.
   */
  readonly along?: "elements" | "directions";
  /** How many elements or directions are tried for each input; if an input has fewer elements, all are tried. */
  readonly samples?: number;
  /**
   * Differences are relative to the larger of the two derivatives, but at least to this part of the input's largest
   * derivative among the samples: in small derivatives, rounding errors count too much.
   */
  readonly floor?: number;
  /** Decides which elements or directions are tried. */
  readonly seed?: number;
}

type ScalarFunction = (...inputs: tf.Tensor[]) => tf.Tensor;

/**
 * @param f differentiable function of the inputs, returning a scalar; it is called many times
 * @param inputs float tensors; they stay the caller's
 * @returns the largest relative difference between the gradient and central differences, over all samples
 */
export async function checkGradient(
  f: ScalarFunction,
  inputs: readonly tf.Tensor[],
  options: GradientCheckOptions = {},
): Promise<number> {
  const { step = 1e-2, along = "elements", samples = 12, floor = 0.1, seed = 1 } = options;
  const gradients = tf.tidy(() => tf.grads((...xs) => f(...xs).asScalar())([...inputs]));
  const random = createRandom(seed);
  const worst: number[] = [];
  try {
    for (const [position, input] of inputs.entries()) {
      const values = Float32Array.from(await input.data());
      const gradient = await gradients[position].data();
      const evaluate = (moved: Float32Array) => evaluateWith(f, inputs, position, moved);
      const pairs: Pair[] = [];
      for (const direction of chooseDirections(along, values.length, samples, random)) {
        const analytic = direction.reduce((sum, d, i) => sum + d * gradient[i], 0);
        pairs.push([analytic, await centralDifference(evaluate, values, direction, step)]);
      }
      worst.push(largestDifference(pairs, floor));
    }
  } finally {
    tf.dispose(gradients);
  }
  return Math.max(...worst);
}

type Pair = readonly [analytic: number, numeric: number];

function chooseDirections(
  along: "elements" | "directions",
  size: number,
  samples: number,
  random: Random,
): Float32Array[] {
  if (along === "directions") {
    return Array.from({ length: samples }, () => {
      const direction = random.normalArray(size);
      const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
      return direction.map((value) => value / length);
    });
  }
  const every = size <= samples;
  return Array.from({ length: Math.min(size, samples) }, (_, i) => {
    const direction = new Float32Array(size);
    direction[every ? i : random.integer(size)] = 1;
    return direction;
  });
}

async function centralDifference(
  evaluate: (values: Float32Array) => Promise<number>,
  values: Float32Array,
  direction: Float32Array,
  step: number,
): Promise<number> {
  const after = values.map((value, i) => value + step * direction[i]);
  const before = values.map((value, i) => value - step * direction[i]);
  return ((await evaluate(after)) - (await evaluate(before))) / (2 * step);
}

async function evaluateWith(
  f: ScalarFunction,
  inputs: readonly tf.Tensor[],
  position: number,
  values: Float32Array,
): Promise<number> {
  const result = tf.tidy(() => {
    const moved = tf.tensor(values, inputs[position].shape);
    return f(...inputs.map((input, i) => (i === position ? moved : input))).asScalar();
  });
  const [value] = await result.data();
  result.dispose();
  return value;
}

function largestDifference(pairs: readonly Pair[], floor: number): number {
  const scale = Math.max(...pairs.flat().map(Math.abs));
  const differences = pairs.map(([analytic, numeric]) => {
    const difference = Math.abs(analytic - numeric);
    // Two zeros agree; NaN agrees with nothing.
    return difference === 0 ? 0 : difference / Math.max(Math.abs(analytic), Math.abs(numeric), floor * scale);
  });
  return Math.max(0, ...differences);
}
