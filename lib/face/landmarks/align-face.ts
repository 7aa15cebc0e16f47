/**
 * Aligns a face: a similarity carries its five points onto a template. The crop is then what a camera with a focal
 * length of 1015 px (at 224 px) sees of a head 1 m away.
 */
import type { MaskImage, Point, RgbImage } from "../../base/image/rgb-image.js";
import {
  applySimilarity,
  composeSimilarities,
  fitSimilarity,
  type Similarity,
} from "../../base/image/similarity.js";
import { warpImage } from "../../base/image/warp.js";
import type { Box } from "./find-boxes.js";
import { checkPoints, type FivePoints, fivePoints } from "./landmarks.js";

/** Side of the crop the networks take, px. */
export const alignedSide = 224;

/**
 * Where the five points go in a crop of 224 px. Eyes stand 60 px apart, because at 10 units' distance a focal length of
 * 1015 px shows one unit of 10 cm as 101.5 px and eyes are about 6 cm apart. The other places are medians of this
 * detector's points in 31 upright portraits of that scale, made symmetric. At that size a chin stands 112 px and a
 * hairline some 78 px from the eyes; eyes at y = 96 leave both inside.
 */
export const alignmentTemplate: FivePoints = [
  [82, 96],
  [142, 96],
  [112, 135],
  [85, 161],
  [139, 161],
];

export interface AlignedFace {
  /** [size, size, 3] */
  readonly image: RgbImage;
  /** 1 where the crop lies inside the photo; elsewhere the photo's edge is repeated. */
  readonly valid: MaskImage;
  /** Carries pixels of the photo to pixels of the crop. */
  readonly toCrop: Similarity;
  /** The box around the points in px of the crop: around all 68, or around the five if only those are known. */
  readonly box: Box;
  /** The points in px of the crop: 68, or none if only five were known. */
  readonly points68InCrop?: readonly Point[];
}

/**
 * @param image the photo
 * @param points 68 points, or five as in `FivePoints`, in px of the photo
 * @param size side of the crop, px; the template scales with it
 * @example
 * ```ts
 * import { alignFace, loadFaceDetector, readImage } from "rerenderable";
 *
 * const photo = await readImage("datasets/portraits/astronaut.png");
 * const [{ points }] = await (await loadFaceDetector()).detect(photo);
 * const { image, points68InCrop } = alignFace(photo, points); // 224 px a side
 * ```
 */
export function alignFace(
  image: RgbImage,
  points: readonly Point[],
  size: number = alignedSide,
): AlignedFace {
  if (!(Number.isInteger(size) && size >= 16)) {
    throw new Error(`alignFace: \`size\` should be a whole number of at least 16 px but is ${size}.`);
  }
  if (points.length !== 5) checkPoints("alignFace", points);
  const five = points.length === 5 ? points : fivePoints(points);
  const factor = size / alignedSide;
  const template = alignmentTemplate.map(([x, y]): Point => [factor * x, factor * y]);
  const toCrop = fitSimilarity(five, template);
  const inCrop = points.map((point) => applySimilarity(toCrop, point));
  return {
    ...warpImage(image, toCrop, size, size),
    toCrop,
    box: boundingBox(inCrop),
    ...(points.length === 5 ? {} : { points68InCrop: inCrop }),
  };
}

/**
 * From pixels of the upright photo at its own size to those of the crop.
 * @param scale pixels that were read per pixel of the photo, as a `Photo` has it
 */
export const photoToCrop = ({ toCrop }: Pick<AlignedFace, "toCrop">, scale: number): Similarity =>
  composeSimilarities({ scale, rotation: 0, translation: [0, 0] }, toCrop);

function boundingBox(points: readonly Point[]): Box {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
