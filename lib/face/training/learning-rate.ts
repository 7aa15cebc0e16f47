/** How the learning rate changes over the steps of a training. */

export interface RateSettings {
  /** The highest rate. */
  readonly rate: number;
  /** Steps over which the rate rises from 0 to the highest. */
  readonly warmUp: number;
  /** `constant`, or down to 0 along half a cosine (Loshchilov and Hutter 2017, without restarts). */
  readonly decay: "constant" | "cosine";
}

/** @param step from 0 @param steps of the whole training */
export function rateAt({ rate, warmUp, decay }: RateSettings, step: number, steps: number): number {
  if (step < warmUp) return (rate * (step + 1)) / (warmUp + 1);
  if (decay === "constant" || steps <= warmUp) return rate;
  return (rate / 2) * (1 + Math.cos((Math.PI * (step - warmUp)) / (steps - warmUp)));
}
