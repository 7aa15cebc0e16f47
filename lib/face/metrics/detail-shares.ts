/**
 * Where the detail of the photo went: which share of it stands in the detailed albedo, and which in the detailed light.
 *
 * Prior albedo and coarse light leave `log T − log (A S)` of the unwrapped photo unexplained. It is cut into bands of
 * size, and so is what the refinement added, `log A′ − log A` and `log S′ − log S`. The share of a band is the slope of
 * the added over the unexplained, by least squares over seen skin. It is 1 where all of the band was added, 0 where
 * nothing or something unrelated was, and negative where the opposite was. Where `A′ S′` is the photo, the two shares
 * add up to 1.
 */
import { gaussianBlur } from "../../graphics/uv/gaussian-blur.js";
import type { Terms } from "./terms.js";

/** The unwrapped photo, and what the prior says of it. */
export interface ExplainedTexture {
  /** `T`, encoded sRGB in bytes, [U * U * 3]. */
  readonly texture: Uint8Array;
  /** 1 where `T` is seen, [U * U]. */
  readonly seen: Uint8Array;
  /** `A`, encoded sRGB, [U * U * 3]. */
  readonly priorAlbedo: Float32Array;
  /** `S`: what `L` does to an albedo of 1, [U * U * 3]. */
  readonly coarseShading: Float32Array;
  readonly uvSize: number;
}

export interface DetailedMaps {
  /** `A′`, encoded sRGB, [U * U * 3]. */
  readonly albedo: Float32Array;
  /** `S′`: what `L′` does to an albedo of 1, [U * U * 3]. */
  readonly shading: Float32Array;
}

/** Largest size of each band, in texels of a map of 256; a band begins where the one before it ends. */
const bandEnds = [1, 2, 4, 8, 16] as const;
/** The bands by name. The first three together are `below4`: brows, wrinkles, moles, pores. */
export const detailBands = ["below1", "1to2", "2to4", "4to8", "8to16"] as const;
const fineBands = 3;

/** The least value whose logarithm is taken; darker values count as this one. */
const floor = 0.02;

/** Detail in logarithms of brightness, [U * U] each. */
export interface AddedDetail {
  /** `log T − log (A S)`; means nothing where `T` is not seen. */
  readonly unexplained: Float32Array;
  /** `log A′ − log A` */
  readonly toAlbedo: Float32Array;
  /** `log S′ − log S` */
  readonly toLight: Float32Array;
}

/** What of the photo is left unexplained by prior albedo and coarse light, and what a refinement added to each of them. */
export function addedDetail(face: ExplainedTexture, found: DetailedMaps): AddedDetail {
  const prior = logBrightness(face.priorAlbedo);
  const coarse = logBrightness(face.coarseShading);
  const photo = logBrightness(Float32Array.from(face.texture, (byte) => byte / 255));
  return {
    unexplained: photo.map((value, p) => value - prior[p] - coarse[p]),
    toAlbedo: logBrightness(found.albedo).map((value, p) => value - prior[p]),
    toLight: logBrightness(found.shading).map((value, p) => value - coarse[p]),
  };
}

/**
 * `albedoDetail.<band>` and `lightDetail.<band>` for each of `detailBands`, and `….below4`. Bands finer than half a
 * texel of the map are left out, and so are bands in which the photo has nothing unexplained.
 * @param skin of the flat map, [U * U]
 */
export function detailShares(face: ExplainedTexture, found: DetailedMaps, skin: Float32Array): Terms {
  const { uvSize, seen } = face;
  const where = skin.map((inside, p) => Number(inside > 0.5 && seen[p] === 1));
  const detail = addedDetail(face, found);
  const sigmas = bandEnds.map((end) => (end * uvSize) / 256);
  const norms = sigmas.map((sigma) => gaussianBlur(where, uvSize, sigma));
  const bandsOf = (map: Float32Array) => cut(map, where, norms, sigmas, uvSize);
  const unexplained = bandsOf(detail.unexplained);
  const added = { albedoDetail: bandsOf(detail.toAlbedo), lightDetail: bandsOf(detail.toLight) };
  const inside = awayFromRim(where, uvSize);
  const shares: Record<string, number> = {};
  for (const [name, bands] of Object.entries(added)) {
    const fine = { product: 0, square: 0 };
    for (const [k, band] of detailBands.entries()) {
      if (sigmas[k] < 0.5) continue;
      const sums = slopeSums(bands[k], unexplained[k], inside);
      if (sums.square > 0) shares[`${name}.${band}`] = sums.product / sums.square;
      if (k >= fineBands) continue;
      fine.product += sums.product;
      fine.square += sums.square;
    }
    if (fine.square > 0) shares[`${name}.below4`] = fine.product / fine.square;
  }
  return shares;
}

function logBrightness(map: Float32Array): Float32Array {
  const logs = new Float32Array(map.length / 3);
  for (let p = 0; p < logs.length; p++) {
    const bright = 0.299 * map[3 * p] + 0.587 * map[3 * p + 1] + 0.114 * map[3 * p + 2];
    logs[p] = Math.log(Math.max(bright, floor));
  }
  return logs;
}

/** Differences of the map's Gaussian means, which look at the texels of `where` only, from fine to coarse. */
function cut(
  map: Float32Array,
  where: Float32Array,
  norms: readonly Float32Array[],
  sigmas: readonly number[],
  side: number,
): Float32Array[] {
  const known = map.map((value, p) => value * where[p]);
  let finer = map;
  return sigmas.map((sigma, k) => {
    const mean = gaussianBlur(known, side, sigma).map((sum, p) => sum / Math.max(norms[k][p], 1e-6));
    const band = finer.map((value, p) => value - mean[p]);
    finer = mean;
    return band;
  });
}

/** Texels of `where` whose surroundings lie in it too: at the rim the photo smears. */
function awayFromRim(where: Float32Array, side: number): Float32Array {
  const near = gaussianBlur(where, side, (2 * side) / 256);
  return where.map((inside, p) => Number(inside === 1 && near[p] > 0.98));
}

function slopeSums(values: Float32Array, over: Float32Array, where: Float32Array) {
  let [product, square] = [0, 0];
  for (let p = 0; p < where.length; p++) {
    if (where[p] === 0) continue;
    product += values[p] * over[p];
    square += over[p] ** 2;
  }
  return { product, square };
}
