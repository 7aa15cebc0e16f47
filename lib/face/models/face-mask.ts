/**
 * The face mask: where the picture shows bare facial skin, `M_face = M_parsing · M_proj` (Eq. 14). A network finds
 * `M_parsing` (ours in `face-parser.ts`, a user's in `parsing-mask.ts`); here it is found by the colour of skin.
 */
import type { MaskImage, Point, RgbImage } from "../../base/image/rgb-image.js";
import type { Fragments } from "../../graphics/renderer/fragments.js";

/** `M_proj`: 1 where the fitted face shows skin (not eyes or inner mouth), from a batch of one. */
export async function projectedSkin({ triangleId }: Fragments, skinTriangle: Uint8Array): Promise<MaskImage> {
  const [, height, width] = triangleId.shape;
  const ids = await triangleId.data<"int32">();
  return { width, height, data: new Float32Array(ids).map((id) => (id >= 0 ? skinTriangle[id] : 0)) };
}

/** `M_face = M_parsing · M_proj`, Eq. 14. @throws if the two are of different sizes */
export function finalMask(parsing: MaskImage, projected: MaskImage): MaskImage {
  const { width, height, data } = projected;
  if (parsing.width !== width || parsing.height !== height) {
    const got = `${parsing.width} x ${parsing.height}`;
    throw new Error(`finalMask: \`parsing\` should be ${width} x ${height} px but is ${got}.`);
  }
  return { width, height, data: data.map((value, p) => value * parsing.data[p]) };
}

/** The face that a masker is asked about. */
export interface FaceInView {
  /** The aligned face. */
  readonly image: RgbImage;
  /** Its 68 points, px of the image. */
  readonly points: readonly Point[];
  /** `M_proj`, at the size of the image. */
  readonly projected: MaskImage;
}

/**
 * Says where an image shows bare facial skin (`M_parsing`), as a mask of the image's size. It is asked about one image
 * several times, because the projected face moves while it is fitted.
 */
export type FaceMasker = (face: FaceInView) => Promise<MaskImage>;

/** The masker that needs no network. */
export const maskByColour: FaceMasker = async ({ image, points, projected }) =>
  skinMask(image, points, projected);

/** Squared Mahalanobis distance from the face's own skin colour beyond which a pixel is something else. */
const threshold = 12;
/**
 * Least variances of log r/g, log b/g and log luma. Luma's is large: brightness says little, because light falls
 * unevenly.
 */
const floors = [0.004, 0.004, 0.12];

/**
 * Tests each pixel of the projected face against the colour of the skin beside nose and cheeks, then closes gaps of up to
 * 6 px (at 224) and takes off specks.
 *
 * So colour takes off black and grey hair (intersection over union .81, without it .68), but not brown or fair hair, rims of
 * spectacles or a hand (`results/decisions/skin-by-colour.md`): those need a network that knows shapes, as in `face-parser.ts`.
 * @param points the 68 points in px of the image
 * @param projected `M_proj` at the size of the image
 */
export function skinMask(image: RgbImage, points: readonly Point[], projected: MaskImage): MaskImage {
  const { width, height } = image;
  const features = colourFeatures(image);
  const seeds = seedPixels(points, projected);
  if (seeds.length < 20) return projected; // too little skin is in view to know its colour
  const { mean, inverse } = gaussianOf(features, seeds);
  const data = projected.data.map((inside, p) => {
    if (!inside) return 0;
    const d = [0, 1, 2].map((k) => features[3 * p + k] - mean[k]);
    const distance = d.reduce(
      (sum, di, i) => sum + d.reduce((s, dj, j) => s + di * inverse[3 * i + j] * dj, 0),
      0,
    );
    return distance < threshold ? 1 : 0;
  });
  const [gap, speck] = [3, 2].map((px) => Math.max(1, Math.round((px * width) / 224)));
  const closed = grow(grow({ width, height, data }, gap, 1), gap, 0);
  const opened = grow(grow(closed, speck, 0), speck, 1);
  return finalMask(opened, projected);
}

function colourFeatures({ data }: RgbImage): Float32Array {
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [data[i], data[i + 1], data[i + 2]].map((c) => Math.log(c + 0.03));
    out[i] = r - g;
    out[i + 1] = b - g;
    out[i + 2] = Math.log(0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2] + 0.03);
  }
  return out;
}

/** Discs on the nose, under the eyes and on the cheeks. */
function seedPixels(points: readonly Point[], projected: MaskImage): number[] {
  const between = (a: number, b: number, t: number): Point => [
    points[a][0] + t * (points[b][0] - points[a][0]),
    points[a][1] + t * (points[b][1] - points[a][1]),
  ];
  const centres = [
    points[28],
    points[29],
    ...[0.35, 0.55].flatMap((t) => [between(31, 3, t), between(35, 13, t)]),
    between(27, 33, 0.5),
  ];
  const radius = 0.05 * Math.hypot(points[16][0] - points[0][0], points[16][1] - points[0][1]);
  const seeds: number[] = [];
  for (let p = 0; p < projected.data.length; p++) {
    const [x, y] = [(p % projected.width) + 0.5, Math.floor(p / projected.width) + 0.5];
    if (projected.data[p] && centres.some(([cx, cy]) => Math.hypot(x - cx, y - cy) < radius)) seeds.push(p);
  }
  return seeds;
}

function gaussianOf(features: Float32Array, seeds: readonly number[]): { mean: number[]; inverse: number[] } {
  const mean = [0, 1, 2].map((k) => seeds.reduce((sum, p) => sum + features[3 * p + k], 0) / seeds.length);
  const covariance = Array.from({ length: 9 }, (_, i) => {
    const [r, c] = [Math.floor(i / 3), i % 3];
    const sum = seeds.reduce(
      (s, p) => s + (features[3 * p + r] - mean[r]) * (features[3 * p + c] - mean[c]),
      0,
    );
    return sum / seeds.length + (r === c ? floors[r] : 0);
  });
  return { mean, inverse: inverse3(covariance) };
}

function inverse3(m: readonly number[]): number[] {
  const minor = (r: number, c: number) => {
    const [a, b] = [0, 1, 2].filter((i) => i !== r);
    const [d, e] = [0, 1, 2].filter((i) => i !== c);
    return (m[3 * a + d] * m[3 * b + e] - m[3 * a + e] * m[3 * b + d]) * ((r + c) % 2 ? -1 : 1);
  };
  const determinant = [0, 1, 2].reduce((sum, c) => sum + m[c] * minor(0, c), 0);
  return Array.from({ length: 9 }, (_, i) => minor(i % 3, Math.floor(i / 3)) / determinant);
}

/**
 * Spreads a value of the mask by `radius` pixels, first along rows, then along columns. With value 1 this is a
 * dilation, with 0 an erosion.
 */
function grow({ width, height, data }: MaskImage, radius: number, value: 0 | 1): MaskImage {
  const pass = (source: Float32Array, step: number, length: number, place: (p: number) => number) =>
    source.map((own, p) => {
      const at = place(p);
      for (let d = -radius; d <= radius; d++) {
        if (at + d >= 0 && at + d < length && source[p + d * step] === value) return value;
      }
      return own;
    });
  const rows = pass(data, 1, width, (p) => p % width);
  return { width, height, data: pass(rows, width, height, (p) => Math.floor(p / width)) };
}
