/** Adam (Kingma and Ba 2015, algorithm 1): its settings and the corrections that both engines share. */

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

/** The corrections 1 - β1^t and 1 - β2^t: which part of a mean there is after t steps. */
export function biasCorrections(
  { beta1, beta2 }: AdamSettings,
  step: number,
): { first: number; second: number } {
  return { first: 1 - beta1 ** step, second: 1 - beta2 ** step };
}
