/** Adam (Kingma and Ba 2015, algorithm 1): its settings, and a step of it on arrays. */

export interface AdamSettings {
  /** The decay of the mean of gradients; the paper calls it "momentum". */
  readonly beta1: number;
  /** The decay of the mean of squared gradients. */
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * β1 is 0.9 as in the paper, section 4.3. The paper does not name the other values: they are those of Adam's authors
 * and of PyTorch.
 */
export const paperAdam: AdamSettings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Arrays of one length: parameters, means of gradients and of their squares, accumulated gradients. */
export interface AdamArrays {
  readonly w: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
  readonly g: Float32Array;
}

/** The corrections 1 - β1^t and 1 - β2^t: which part of a mean there is after t steps. */
export function biasCorrections(
  { beta1, beta2 }: AdamSettings,
  step: number,
): { first: number; second: number } {
  return { first: 1 - beta1 ** step, second: 1 - beta2 ** step };
}

/**
 * Takes one step, in place.
 *
 * @param step 1 for the first
 * @param accumulated the number of gradients whose sum is `g`
 */
export function adamStep(
  { w, m, v, g }: AdamArrays,
  settings: AdamSettings,
  learningRate: number,
  step: number,
  accumulated = 1,
): void {
  const { beta1, beta2, epsilon } = settings;
  const { first, second } = biasCorrections(settings, step);
  for (let i = 0; i < w.length; i++) {
    const gradient = g[i] / accumulated;
    m[i] += (1 - beta1) * (gradient - m[i]);
    v[i] += (1 - beta2) * (gradient * gradient - v[i]);
    w[i] -= (learningRate * m[i]) / first / (Math.sqrt(v[i] / second) + epsilon);
  }
}
