/**
 * The detail of a photo that prior albedo and coarse light leave unexplained, `u = log T − log (A S)` by colour, cut into
 * bands of size. The refiner decides of each band, texel by texel, where it goes (`base: "bands"`; not in the paper).
 */
import { fastGaussian } from "../../graphics/uv/fast-gaussian.js";
import { countBands, cutIntoBands } from "../../graphics/uv/size-bands.js";
import type { DetailSample } from "./detail-sample.js";

/** The bands of `B` faces, from fine to coarse, in logarithms. */
export interface DetailBands {
  /** How many bands the maps' size holds, M. */
  readonly count: number;
  /** What the light may take, [B * U * U * M * 3]; they add up to `u`. 0 where the photo shows nothing. */
  readonly forLight: Float32Array;
  /** What the albedo may take, [B * U * U * M * 3]: of a hidden texel, the fine bands of its mirror image too. */
  readonly forAlbedo: Float32Array;
  /** How much a smooth correction of the albedo counts, 0 to 1, [B * U * U]: the part of a texel's surroundings that is seen. */
  readonly nearSeen: Float32Array;
}

/**
 * The least value whose logarithm is taken. It replaces what is darker, as in the shares of detail, in place of being added
 * as in `split-texture.ts`: with anything added, `A′ S′` is not quite the photo, by 5 of 255 in a shadow.
 */
const floor = 0.02;
/** The largest `|u|`: seven times as bright or dark as explained. */
const most = 2;
/** The photo smears towards the rim of what is seen. There `u` falls to 0, over twice this part of the map's side. */
const rim = 2 / 256;
/**
 * Deviation of the surroundings that tell of a correction, of the map's side. No loss knows the albedo where nothing is seen:
 * corrections of all texels left the hidden ones farther from the truth than the prior albedo, by a tenth.
 */
const surroundings = 1 / 16;

/** Of one face; also `u` itself, with what a hidden texel takes of its mirror image, [U * U * 3]. */
export function cutDetail(
  sample: Pick<DetailSample, "texture" | "seen" | "priorAlbedo" | "coarseShading" | "uvSize">,
): DetailBands & { readonly unexplained: Float32Array } {
  const { seen, uvSize } = sample;
  const count = countBands(uvSize);
  const trust = trusted(seen, uvSize);
  const forLight = cutIntoBands(logRatio(sample), trust, uvSize);
  const forAlbedo = forLight.slice();
  const unexplained = new Float32Array(3 * uvSize * uvSize);
  for (let p = 0; p < trust.length; p++) {
    const mirrored = p - (p % uvSize) + uvSize - 1 - (p % uvSize);
    const hidden = 1 - trust[p];
    const [to, from] = [3 * count * p, 3 * count * mirrored];
    // The coarsest band is mostly shadow, which has no mirror image.
    for (let i = 0; i < 3 * (count - 1); i++) forAlbedo[to + i] += hidden * forLight[from + i];
    for (let band = 0, i = to; band < count; band++, i += 3) {
      unexplained[3 * p] += forAlbedo[i];
      unexplained[3 * p + 1] += forAlbedo[i + 1];
      unexplained[3 * p + 2] += forAlbedo[i + 2];
    }
  }
  const nearSeen = fastGaussian(Float32Array.from(seen), uvSize, surroundings * uvSize);
  return { count, forLight, forAlbedo, nearSeen, unexplained };
}

/** 1 inside of what is seen, falling to 0 at its rim, [U * U]. */
function trusted(seen: Uint8Array, side: number): Float32Array {
  const around = fastGaussian(Float32Array.from(seen), side, rim * side);
  return around.map((value, p) => seen[p] * Math.min(Math.max(2 * value - 1, 0), 1));
}

/** A photo has bytes, so there are 256 logarithms. */
const logOfByte = Float32Array.from({ length: 256 }, (_, byte) => Math.log(Math.max(byte / 255, floor)));

/** `log T − log (A S)`, [U * U * 3]. */
function logRatio({
  texture,
  priorAlbedo,
  coarseShading,
}: Pick<DetailSample, "texture" | "priorAlbedo" | "coarseShading">): Float32Array {
  const out = new Float32Array(texture.length);
  for (let i = 0; i < out.length; i++) {
    const explained = Math.log(Math.max(priorAlbedo[i] * coarseShading[i], floor));
    out[i] = Math.min(Math.max(logOfByte[texture[i]] - explained, -most), most);
  }
  return out;
}
