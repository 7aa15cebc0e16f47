/** In which order an epoch goes through the samples: decided by the seed and its number, so that a run that goes on knows it. */
import { createRandom } from "../tensor/random.js";

/** Numbers 0 to `size` - 1 in the order of an epoch. */
export function epochOrder(size: number, seed: number, epoch: number): number[] {
  const random = createRandom(seed).fork(`epoch ${epoch}`);
  const order = Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
