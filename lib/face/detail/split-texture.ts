/**
 * A first guess of what in an unwrapped texture is albedo and what is light. It goes around the bottleneck of the refiner,
 * which then says how far the guess is off (`base: "texture"` of `detail-maps.ts`; not in the paper). Prior albedo and coarse
 * light leave `log T − log (A S)` unexplained. This rest is split as Durand and Dorsey (2002) split a picture. Half of its fine
 * part (brows, moles, pores; all of it where the prior has features) goes to the albedo. The other half and its smooth part, with
 * the edges of shadows, go to the light. A hidden texel takes the fine part of its mirror image, and the coarse light.
 */
import { boxBlur } from "../../graphics/uv/box-blur.js";

export interface SplitTextureInput {
  /** `T`, encoded sRGB, [U * U * 3]. */
  readonly texture: Float32Array;
  /** 1 where `T` is seen, [U * U]. */
  readonly seen: Uint8Array;
  /** `A`, encoded sRGB, [U * U * 3]. */
  readonly priorAlbedo: Float32Array;
  /** `S`: what `L` does to an albedo of 1, [U * U * 3]. */
  readonly coarseShading: Float32Array;
  /** Side of the maps, U. */
  readonly uvSize: number;
}

export interface SplitTexture {
  /** Encoded sRGB, in [0, 1], [U * U * 3]. */
  readonly albedo: Float32Array;
  /** How many times the coarse light each texel's is, by colour, [U * U * 3]. */
  readonly gain: Float32Array;
}

/** The rule of the split. The first guess of the refiner has the defaults. */
export interface SplitOptions {
  /**
   * The part of the detail that goes to the albedo; the rest is light in wrinkles and pores, or noise. 0.5 by default: the
   * best part is 0.31 to 0.84 in soft light, 0.05 to 0.38 in hard light (results/decisions/first-guess.md).
   */
  readonly share?: number;
  /** A change within this part of the map's side is detail; 1/16 by default, which is 8 of 128 texels. */
  readonly reach?: number;
  /**
   * From this variance in logarithms on, a change is an edge of the light and stays whole with it. 0.01 by default: in hard
   * light it brings 34.2 dB, against 33.5 without edges (results/decisions/first-guess.md).
   */
  readonly edge?: number;
}

/** Added before a logarithm, so that black has one. */
const floor = 0.03;
/** The largest detail, in logarithms: a larger difference from its surroundings is something that lies on the face. */
const most = 0.8;

export function splitTexture(
  input: SplitTextureInput,
  { share = 1 / 2, reach = 1 / 16, edge = 0.01 }: SplitOptions = {},
): SplitTexture {
  const { texture, seen, priorAlbedo, coarseShading, uvSize } = input;
  const texels = uvSize * uvSize;
  const radius = Math.max(1, Math.round((reach * uvSize) / 2));
  const seenAround = blurred(Float32Array.from(seen), uvSize, radius);
  // Falls off towards the rim of what is seen, where the photo smears.
  const trust = seenAround.map((value, p) => seen[p] * Math.min(Math.max(2 * value - 1, 0), 1));
  const albedo = priorAlbedo.slice();
  const gain = new Float32Array(albedo.length).fill(1);
  const rest = unexplained(texture, seen, priorAlbedo, coarseShading);
  const features = featureVariance(priorAlbedo, uvSize, radius);
  const smooth = smoothWithEdges(rest, seenAround, uvSize, radius, edge, features);
  const fine = (p: number, c: number) => {
    const part = share + ((1 - share) * features[p]) / (features[p] + 6 * edge);
    return part * trust[p] * Math.min(Math.max(rest[c][p] - smooth[c][p], -most), most);
  };
  for (let p = 0; p < texels; p++) {
    const mirrored = p - (p % uvSize) + uvSize - 1 - (p % uvSize);
    for (let c = 0; c < 3; c++) {
      const high = fine(p, c) + (1 - trust[p]) * fine(mirrored, c);
      const value = (priorAlbedo[3 * p + c] + floor) * Math.exp(high) - floor;
      albedo[3 * p + c] = Math.min(Math.max(value, 0), 1);
      gain[3 * p + c] = Math.exp(trust[p] * smooth[c][p]);
    }
  }
  return { albedo, gain };
}

/** By colour; 0 where nothing is seen. */
function unexplained(
  texture: Float32Array,
  seen: Uint8Array,
  albedo: Float32Array,
  shading: Float32Array,
): Float32Array[] {
  return [0, 1, 2].map((c) =>
    new Float32Array(seen).map((visible, p) => {
      const i = 3 * p + c;
      return visible === 0
        ? 0
        : Math.log((texture[i] + floor) / (albedo[i] * Math.max(shading[i], 0) + floor));
    }),
  );
}

/**
 * The guided filter (He et al. 2010), guided by the mean of the colours, over what is seen.
 * @param share of the seen among the texels around each
 */
function smoothWithEdges(
  colours: readonly Float32Array[],
  share: Float32Array,
  side: number,
  radius: number,
  edge: number,
  features: Float32Array,
): Float32Array[] {
  const around = (map: Float32Array) =>
    blurred(map, side, radius).map((value, p) => value / Math.max(share[p], 1e-3));
  const guide = colours[0].map((value, p) => (value + colours[1][p] + colours[2][p]) / 3);
  const mean = around(guide);
  const variance = around(guide.map((value) => value * value)).map((value, p) =>
    Math.max(value - mean[p] ** 2, 0),
  );
  return colours.map((colour) => {
    const own = around(colour);
    const product = around(colour.map((value, p) => value * guide[p]));
    const slope = product.map((value, p) => (value - mean[p] * own[p]) / (variance[p] + edge + features[p]));
    const offset = own.map((value, p) => value - slope[p] * mean[p]);
    return slope.map((value, p) => value * guide[p] + offset[p]);
  });
}

/** Of the logarithm of the prior albedo's brightness around each texel: large at brows, lips and the rims of eyes. */
function featureVariance(priorAlbedo: Float32Array, side: number, radius: number): Float32Array {
  const bright = new Float32Array(side * side).map((_, p) =>
    Math.log((priorAlbedo[3 * p] + priorAlbedo[3 * p + 1] + priorAlbedo[3 * p + 2]) / 3 + floor),
  );
  const mean = blurred(bright, side, radius);
  const square = blurred(
    bright.map((value) => value * value),
    side,
    radius,
  );
  return square.map((value, p) => Math.max(value - mean[p] ** 2, 0));
}

/** Three boxes, which is nearly a Gaussian. */
function blurred(map: Float32Array, side: number, radius: number): Float32Array {
  let result = map;
  for (let i = 0; i < 3; i++) result = boxBlur(result, side, radius);
  return result;
}
