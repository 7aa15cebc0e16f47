/** Carries over from the embedded model, by the parameterisation, the paths that the jaw's landmarks slide along. */
import type { ReferenceFace } from "./reference-face.js";

/**
 * @param uvs of the other model's drawn vertices, [N * 2]
 * @param skin its vertices of skin
 * @param landmarks its 68 landmarks; each jaw point's path starts there
 * @returns vertices for each of the 17 jaw points, from the rim inward
 */
export function transferContours(
  { data }: ReferenceFace,
  uvs: ArrayLike<number>,
  skin: readonly number[],
  landmarks: ArrayLike<number>,
): Int32Array[] {
  const nearest = (place: number): number => {
    let [best, least] = [skin[0], Number.POSITIVE_INFINITY];
    for (const v of skin) {
      const [du, dv] = [uvs[2 * v] - data.uvs[2 * place], uvs[2 * v + 1] - data.uvs[2 * place + 1]];
      const distance = du * du + dv * dv;
      if (distance < least) [best, least] = [v, distance];
    }
    return best;
  };
  return data.contours.map((path, j) => Int32Array.from(new Set([landmarks[j], ...[...path].map(nearest)])));
}
