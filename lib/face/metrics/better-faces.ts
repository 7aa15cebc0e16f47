/** How many faces gain: a mean over faces can fall because a few gain much while most lose. */

/** Of how many faces the error is less, and of how many it is known. */
export type BetterFaces = readonly [better: number, faces: number];

/**
 * Counts the faces whose error is less than that of something else. A tie is no gain.
 * @param errors,others of the same faces in one order; a face in which one is missing or not a number does not count
 */
export function betterFaces(
  errors: readonly (number | undefined)[],
  others: readonly (number | undefined)[],
): BetterFaces {
  if (errors.length !== others.length) {
    const got = `${errors.length} and ${others.length}`;
    throw new Error(`betterFaces: \`errors\` and \`others\` should be of the same faces but are ${got}.`);
  }
  let [better, faces] = [0, 0];
  errors.forEach((error, i) => {
    const [own, other] = [error ?? Number.NaN, others[i] ?? Number.NaN];
    if (Number.isNaN(own) || Number.isNaN(other)) return;
    faces++;
    if (own < other) better++;
  });
  return [better, faces];
}
