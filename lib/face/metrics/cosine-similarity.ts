/** How alike two vectors are: those of recognition networks, whose length says nothing. */

/** The cosine of the angle between two vectors, 1 for the same direction; NaN if one of them is 0. */
export function cosineSimilarity(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return ab / Math.sqrt(aa * bb);
}
