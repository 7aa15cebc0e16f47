/**
 * The order in which an epoch goes through the samples. Seed and number of the epoch decide it, so that a resumed run
 * has the same.
 */
import { createRandom } from "../../base/tensor/random.js";
import { shuffled } from "../../base/tensor/shuffled.js";

/** Numbers 0 to `size` - 1 in the order of an epoch. */
export function epochOrder(size: number, seed: number, epoch: number): number[] {
  return shuffled([...Array(size).keys()], createRandom(seed).fork(`epoch ${epoch}`));
}
