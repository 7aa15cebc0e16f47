/**
 * A flat map cut into bands of size, from fine to coarse: differences of its Gaussian means, which look at the weighted
 * texels only. The bands add up to the weighted map.
 */

import { fastGaussian } from "./fast-gaussian.js";

/** Where each band ends and the next begins: the spread of a Gaussian, in texels of a map of 256. The last has no end. */
const bandEnds = [1, 2, 4, 8, 16] as const;

/**
 * The spreads at which a map is cut, in its own texels, so that a band has one size on the face whatever the map's. Those
 * below a texel are left out: a map of 256 or more has six bands, one of 128 has five, the coarsest ones.
 */
export function bandSpreads(side: number): readonly number[] {
  return bandEnds.map((end) => (end * side) / 256).filter((spread) => spread >= 1);
}

/** How many bands a map of this side is cut into. */
export function countBands(side: number): number {
  return bandSpreads(side).length + 1;
}

/**
 * @param map [U * U * C], of which only what has a weight counts
 * @param weight 0 to 1, [U * U]
 * @param side U
 * @returns for each texel its bands from fine to coarse, [U * U * bands * C]
 */
export function cutIntoBands(map: Float32Array, weight: Float32Array, side: number): Float32Array {
  const spreads = bandSpreads(side);
  const [texels, bands] = [side * side, spreads.length + 1];
  const channels = map.length / texels;
  const norms = spreads.map((spread) => fastGaussian(weight, side, spread));
  const out = new Float32Array(texels * bands * channels);
  const [finer, known] = [new Float32Array(texels), new Float32Array(texels)];
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < texels; p++) {
      finer[p] = map[p * channels + c];
      known[p] = weight[p] * finer[p];
    }
    for (let k = 0; k < bands; k++) {
      const mean = k < spreads.length && fastGaussian(known, side, spreads[k]);
      const norm = norms[k];
      for (let p = 0, o = k * channels + c; p < texels; p++, o += bands * channels) {
        // Where nothing near has a weight, the mean means nothing, and the band is 0 as its own weight is.
        const value = mean ? mean[p] / Math.max(norm[p], 1e-6) : 0;
        out[o] = weight[p] * (finer[p] - value);
        finer[p] = value;
      }
    }
  }
  return out;
}
