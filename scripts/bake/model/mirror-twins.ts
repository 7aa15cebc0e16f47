/** Finds the mirror image of each vertex: the parameterisation is exactly symmetric, u ↔ 1 − u. */
import type { MorphableModelData } from "rerenderable";

/**
 * @param mean positions of the drawn vertices, [N * 3]: some share a uv, so the image must also lie near in space
 * @returns [N], −1 where there is none
 */
export function mirrorTwins({ uvs }: Pick<MorphableModelData, "uvs">, mean: ArrayLike<number>): Int32Array {
  const at = new Map<string, number[]>();
  const key = (u: number, v: number) => `${u} ${v}`;
  for (let v = 0; v < uvs.length / 2; v++) {
    const place = key(uvs[2 * v], uvs[2 * v + 1]);
    const there = at.get(place);
    if (there) there.push(v);
    else at.set(place, [v]);
  }
  return Int32Array.from({ length: uvs.length / 2 }, (_, v) => {
    const candidates = at.get(key(1 - uvs[2 * v], uvs[2 * v + 1])) ?? [];
    const distance = (w: number) =>
      Math.hypot(
        mean[3 * w] + mean[3 * v],
        mean[3 * w + 1] - mean[3 * v + 1],
        mean[3 * w + 2] - mean[3 * v + 2],
      );
    return candidates.reduce((best, w) => (best < 0 || distance(w) < distance(best) ? w : best), -1);
  });
}
