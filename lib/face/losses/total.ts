/** All losses together (Eq. 6, 13, 17, 18): `L_total = L_id + L_ar + L_dp`, each term times its weight. */
import * as tf from "@tensorflow/tfjs";
import type { LossTerm, LossWeights } from "./loss-weights.js";

/**
 * The weighted sum. A term of weight 0 is left out with its gradient. It may be missing, or even be NaN.
 * @param terms scalars, by name
 * @throws if a term that has a weight is missing
 * @example ```ts import type * as tf from "@tensorflow/tfjs"; import { type PaperTerm, paperWeights, totalLoss } from
 * "rerenderable";
 *
 * function lossAfterFirstEpoch(terms: Readonly<Record<PaperTerm, tf.Scalar>>) { return totalLoss(terms, {
 * ...paperWeights, albedoL1: 0 }); } ```
 */
export function totalLoss(
  terms: Readonly<Partial<Record<LossTerm, tf.Scalar>>>,
  weights: LossWeights,
): tf.Scalar {
  return tf.tidy(() => {
    const weighted = Object.entries(weights).filter(([, weight]) => weight !== 0);
    const parts = weighted.map(([name, weight]) => {
      const term = terms[name as LossTerm];
      if (term) return tf.mul(term, weight) as tf.Scalar;
      throw new Error(`totalLoss: the term \`${name}\` has the weight ${weight} but is missing.`);
    });
    return parts.length > 0 ? tf.addN(parts) : tf.scalar(0);
  });
}
