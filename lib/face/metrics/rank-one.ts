/**
 * Rank 1: whether a rendering would be taken for its own person among several. A cosine alone does not tell this: to a
 * network all faces may be alike, so that 0.9 is little.
 */
import { cosineSimilarity } from "./cosine-similarity.js";

/**
 * Which renderings have their own person's photo as the nearest of all photos, by cosine.
 *
 * Where another photo is as near as the own one, the person is not found. A rendering whose embedding is 0 or not finite
 * is of nobody.
 * @param renderings embeddings; `undefined` for a person without a rendering
 * @param photos embeddings of one photo of each person, in the same order
 * @returns one for each person; `undefined` for a person without a rendering. Of one person with a rendering, that one
 * is found.
 */
export function ownIsNearest(
  renderings: readonly (Float32Array | undefined)[],
  photos: readonly Float32Array[],
): (boolean | undefined)[] {
  if (renderings.length !== photos.length) {
    const got = `${renderings.length} and ${photos.length}`;
    throw new Error(
      `ownIsNearest: \`renderings\` and \`photos\` should be of the same persons but are ${got}.`,
    );
  }
  return renderings.map((rendering, person) => {
    if (!rendering) return undefined;
    const own = cosineSimilarity(rendering, photos[person]);
    if (!Number.isFinite(own)) return false;
    // A photo without an embedding has no cosine and is near to nobody.
    return photos.every((photo, other) => other === person || !(cosineSimilarity(rendering, photo) >= own));
  });
}
