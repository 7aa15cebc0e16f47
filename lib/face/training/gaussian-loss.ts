/**
 * The loss of a network that says how sure it is (Nix and Weigend 1994): the negative logarithm of a normal density,
 * `½ ((m − t) / s)² + log s`, without its constant. The network gives `m` and `log s`.
 */

export interface GaussianLoss {
  /** Mean over the faces. */
  readonly loss: number;
  /** Gradient with respect to the outputs, in their shape. */
  readonly gradient: Float32Array;
  /** Root mean square of `m − t`. */
  readonly error: number;
}

/** Outside of these `log s` counts as the bound, so that one odd face does not decide a step. Its gradient leads back inside. */
const bounds = [-3, 1.5] as const;

/** @param outputs `m` and `log s` of each, [B * 2] @param truths `t`, [B] */
export function gaussianLoss(outputs: Float32Array, truths: readonly number[]): GaussianLoss {
  const count = truths.length;
  const gradient = new Float32Array(outputs.length);
  let [loss, squares] = [0, 0];
  truths.forEach((truth, n) => {
    const [mean, logDeviation] = [outputs[2 * n], outputs[2 * n + 1]];
    const held = Math.min(Math.max(logDeviation, bounds[0]), bounds[1]);
    const precision = Math.exp(-2 * held);
    const off = mean - truth;
    loss += (0.5 * off * off * precision + held) / count;
    squares += (off * off) / count;
    gradient[2 * n] = (off * precision) / count;
    const slope = 1 - off * off * precision;
    const outward = (logDeviation < bounds[0] && slope > 0) || (logDeviation > bounds[1] && slope < 0);
    gradient[2 * n + 1] = outward ? 0 : slope / count;
  });
  return { loss, gradient, error: Math.sqrt(squares) };
}
