/** The loss of a parsing network: cross entropy of the softmax of its scores, each class with a weight. */

export interface ParsingLoss {
  /** Mean over the pixels. */
  readonly loss: number;
  /** Gradient with respect to the scores, in their shape. */
  readonly gradient: Float32Array;
  /** Share of the pixels whose highest score is of the true class. */
  readonly accuracy: number;
}

/**
 * @param scores [pixels * weights.length]
 * @param classes the true one of each pixel, [pixels]
 * @param weights of the classes
 */
export function parsingLoss(
  scores: Float32Array,
  classes: Uint8Array,
  weights: readonly number[],
): ParsingLoss {
  const count = weights.length;
  const gradient = new Float32Array(scores.length);
  let [loss, right, total] = [0, 0, 0];
  for (const truth of classes) total += weights[truth];
  for (let p = 0; p < classes.length; p++) {
    const [at, truth] = [p * count, classes[p]];
    let best = 0;
    for (let c = 1; c < count; c++) if (scores[at + c] > scores[at + best]) best = c;
    let sum = 0;
    for (let c = 0; c < count; c++) sum += Math.exp(scores[at + c] - scores[at + best]);
    const weight = weights[truth] / total;
    loss += weight * (Math.log(sum) + scores[at + best] - scores[at + truth]);
    right += Number(best === truth);
    for (let c = 0; c < count; c++) {
      const share = Math.exp(scores[at + c] - scores[at + best]) / sum;
      gradient[at + c] = weight * (share - Number(c === truth));
    }
  }
  return { loss, gradient, accuracy: right / classes.length };
}
