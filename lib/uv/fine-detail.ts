/**
 * The fine detail of an unwrapped texture: what is darker or brighter than its surroundings, as brows, moles, wrinkles
 * and pores are, and as soft light is not. A high pass of `log T − log A`, which the seen texels decide; what is hidden is
 * taken from the other half of the face. Not in the paper: a start for an albedo that keeps what the bottleneck of its
 * network loses. Edges of hard shadows pass too, and have to be taken out by who uses it.
 */
import { boxBlur } from "./box-blur.js";

export interface FineDetailInput {
  /** `T`, encoded sRGB, [U * U * 3]. */
  readonly texture: Float32Array;
  /** 1 where `T` is seen, [U * U]. */
  readonly seen: Uint8Array;
  /** `A`, encoded sRGB, [U * U * 3]. */
  readonly priorAlbedo: Float32Array;
  /** Side of the maps, U. */
  readonly uvSize: number;
}

/** Parts of the map's side over which a change is detail: of 128 texels, 8. */
const reach = 1 / 16;
/** Black, to the logarithm. */
const floor = 0.03;
/**
 * The part of it that is albedo and not the light in wrinkles and pores, or noise. Of fits to renderings whose albedo is
 * known, the part that brings the albedo nearest to the truth is 0.31 to 0.84 in soft light (correlation 0.54 to 0.87), 0.05
 * to 0.38 in hard light.
 */
const strength = 0.5;
/** What lies farther from its surroundings, in logarithms, is something that lies on the face. */
const most = 0.8;

/** @returns the prior albedo times the detail, encoded sRGB, in [0, 1], [U * U * 3] */
export function addFineDetail({ texture, seen, priorAlbedo, uvSize }: FineDetailInput): Float32Array {
  const texels = uvSize * uvSize;
  const radius = Math.max(1, Math.round((reach * uvSize) / 2));
  const weight = Float32Array.from(seen);
  const share = blurred(weight, uvSize, radius);
  // Falls off towards the rim of what is seen, where the photo smears.
  const trust = share.map((value, p) => seen[p] * Math.min(Math.max(2 * value - 1, 0), 1));
  const out = priorAlbedo.slice();
  for (let c = 0; c < 3; c++) {
    const ratio = new Float32Array(texels);
    for (let p = 0; p < texels; p++) {
      if (seen[p] === 0) continue;
      ratio[p] = Math.log((texture[3 * p + c] + floor) / (priorAlbedo[3 * p + c] + floor));
    }
    const around = blurred(ratio, uvSize, radius);
    const detail = ratio.map((value, p) => {
      if (trust[p] === 0) return 0;
      const high = value - around[p] / Math.max(share[p], 1e-3);
      return strength * trust[p] * Math.min(Math.max(high, -most), most);
    });
    for (let p = 0; p < texels; p++) {
      const mirrored = p - (p % uvSize) + uvSize - 1 - (p % uvSize);
      const high = detail[p] + (1 - trust[p]) * detail[mirrored];
      const value = (priorAlbedo[3 * p + c] + floor) * Math.exp(high) - floor;
      out[3 * p + c] = Math.min(Math.max(value, 0), 1);
    }
  }
  return out;
}

/** Three boxes, which is nearly a Gaussian. */
function blurred(map: Float32Array, side: number, radius: number): Float32Array {
  let result = map;
  for (let i = 0; i < 3; i++) result = boxBlur(result, side, radius);
  return result;
}
