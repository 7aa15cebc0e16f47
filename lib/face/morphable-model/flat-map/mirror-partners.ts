/** The mirror images of a mesh's vertices, and a map that is made to mirror exactly where the mesh does. */

/**
 * @param positions mean shape, the mirror plane at x = 0, [N * 3]
 * @param among the vertices that may have partners
 * @param tolerance how far a mirror image may lie beside its partner
 * @returns for each vertex its mirror image, itself on the midline, −1 where there is none; [N]
 */
export function mirrorPartners(
  positions: ArrayLike<number>,
  among: Iterable<number>,
  tolerance = 2e-3,
): Int32Array {
  const vertices = [...among];
  const cells = new Map<string, number[]>();
  const place = (value: number) => Math.round(value / tolerance);
  for (const v of vertices) {
    const key = [0, 1, 2].map((k) => place(positions[3 * v + k])).join(" ");
    cells.set(key, [...(cells.get(key) ?? []), v]);
  }
  const nearest = (v: number): number => {
    const mirrored = [-positions[3 * v], positions[3 * v + 1], positions[3 * v + 2]];
    const [x, y, z] = mirrored.map(place);
    let [best, least] = [-1, tolerance];
    for (let i = 0; i < 27; i++) {
      const key = [x + (i % 3) - 1, y + (Math.floor(i / 3) % 3) - 1, z + Math.floor(i / 9) - 1].join(" ");
      for (const w of cells.get(key) ?? []) {
        const distance = Math.hypot(...mirrored.map((c, k) => positions[3 * w + k] - c));
        if (distance < least) [best, least] = [w, distance];
      }
    }
    return best;
  };
  const found = new Int32Array(positions.length / 3).fill(-1);
  for (const v of vertices) found[v] = nearest(v);
  return found.map((w, v) => (w >= 0 && found[w] === v ? w : -1));
}

/** Coordinates on a grid of 2⁻²⁰, on which 1 − u has no rounding. */
const grid = 2 ** 20;

/** Makes `u` of mirror images add up to 1 and their `v` equal, exactly. @param uvs [N * 2], changed in place */
export function symmetriseUvs(uvs: Float64Array, partners: Int32Array): void {
  partners.forEach((w, v) => {
    if (w < v) return; // seen from the other side, or alone
    const offset = w === v ? 0 : Math.round(((uvs[2 * v] - uvs[2 * w]) / 2) * grid) / grid;
    const height = Math.round(((uvs[2 * v + 1] + uvs[2 * w + 1]) / 2) * grid) / grid;
    uvs.set([0.5 + offset, height], 2 * v);
    uvs.set([0.5 - offset, height], 2 * w);
  });
}
