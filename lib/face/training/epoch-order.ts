/** In which order an epoch goes through the samples: decided by the seed and its number, so that a run that goes on knows it. */
import { createRandom } from "../../base/tensor/random.js";
import { shuffled } from "../../base/tensor/shuffled.js";

/** Numbers 0 to `size` - 1 in the order of an epoch. */
export function epochOrder(size: number, seed: number, epoch: number): number[] {
  return shuffled([...Array(size).keys()], createRandom(seed).fork(`epoch ${epoch}`));
}
