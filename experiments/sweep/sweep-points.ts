/** Makes the settings that a sweep tries. */
import { createRandom, InputError } from "rerenderable";
import type { SweepAxis, SweepSettings, SweepValue } from "./settings.js";

/** A value for each axis, by the key of the axis. */
export type SweepPoint = Readonly<Record<string, SweepValue>>;

/**
 * Makes the points of the grid, in which the last axis changes fastest, or random draws, each from its number and the
 * seed.
 */
export function sweepPoints({
  axes,
  draws,
  seed,
}: Pick<SweepSettings, "axes" | "draws" | "seed">): SweepPoint[] {
  if (draws > 0) {
    return Array.from({ length: draws }, (_, i) => {
      const random = createRandom(seed).fork(`draw ${i}`);
      return Object.fromEntries(axes.map((axis) => [axis.key, draw(axis, random.uniform())]));
    });
  }
  return axes.reduce<SweepPoint[]>(
    (points, axis) => points.flatMap((point) => listed(axis).map((v) => ({ ...point, [axis.key]: v }))),
    [{}],
  );
}

function listed(axis: SweepAxis): readonly SweepValue[] {
  if ("values" in axis) return axis.values;
  throw new InputError(
    `--set axes: ${axis.key}`,
    "values, or draws above 0 to draw between from and to",
    "neither",
  );
}

/**
 * Takes a value of an axis.
 * @param share place on the axis, in [0, 1)
 */
function draw(axis: SweepAxis, share: number): SweepValue {
  if ("values" in axis) return axis.values[Math.floor(share * axis.values.length)];
  const { from, to, log } = axis;
  if (!log) return from + share * (to - from);
  if (from <= 0 || to <= 0)
    throw new InputError(`--set axes: ${axis.key}`, "from and to above 0 with log", `${from}, ${to}`);
  return from * (to / from) ** share;
}
