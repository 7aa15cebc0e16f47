/** Shuffles a list: every order is equally likely, and the same stream gives the same order. */
import type { Random } from "./random.js";

/** Shuffles by Fisher and Yates; `values` stays as it is. */
export function shuffled<T>(values: readonly T[], random: Random): T[] {
  const out = [...values];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}
