/** Where recognition networks expect the five points of a face, and the crops that put them there. */
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import { fitSimilarity } from "../../base/image/similarity.js";
import { type WarpedImage, warpImage } from "../../base/image/warp.js";
import { type FivePoints, fivePoints } from "../landmarks/landmarks.js";
import type { FaceEmbedding } from "./embedding-from-network.js";

/**
 * The template of ArcFace and InsightFace (Deng et al. 2019), on which most later recognition networks are trained. It
 * is given at 112 px and scaled to other sizes.
 */
export function arcFaceTemplate(size = 112): FivePoints {
  return scaled(size / 112, [
    [38.2946, 51.6963],
    [73.5318, 51.5014],
    [56.0252, 71.7366],
    [41.5493, 92.3655],
    [70.7299, 92.2041],
  ]);
}

/**
 * dlib's face chip of 150 px with a padding of 1/4: the middles of the eyes, the tip of the nose and the corners of the
 * mouth of its mean face (`get_face_chip_details`), which spans [0, 1] from brow to brow.
 */
export const dlibTemplate: FivePoints = [
  [47.55, 46.6],
  [100.48, 46.6],
  [74.01, 76.56],
  [50.42, 103.02],
  [97.61, 103.02],
];

/**
 * LightCNN's crop of 128 px (Wu et al. 2018): the middle between the eyes lies 40 px below the upper edge, and the
 * middle between the corners of the mouth 48 px below that. The authors say no more; the other proportions are
 * ArcFace's.
 */
export function lightCnnTemplate(size = 128): FivePoints {
  const face = arcFaceTemplate();
  const middle = (a: number, b: number, axis: 0 | 1) => (face[a][axis] + face[b][axis]) / 2;
  const factor = 48 / (middle(3, 4, 1) - middle(0, 1, 1));
  const place = ([x, y]: Point): Point => [
    64 + factor * (x - middle(0, 1, 0)),
    40 + factor * (y - middle(0, 1, 1)),
  ];
  return scaled(size / 128, face.map(place) as unknown as FivePoints);
}

/**
 * Crops the face as the network expects it.
 *
 * @param photo encoded sRGB
 * @param points 68 points, or five as in `FivePoints`, in px of the photo
 * @returns a crop of `imageSize` px
 */
export function cropForEmbedding(
  photo: RgbImage,
  points: readonly Point[],
  { template, imageSize }: Pick<FaceEmbedding, "template" | "imageSize">,
): WarpedImage {
  const five = points.length === 5 ? points : fivePoints(points);
  return warpImage(photo, fitSimilarity(five, template), imageSize, imageSize);
}

function scaled(factor: number, points: FivePoints): FivePoints {
  return points.map(([x, y]) => [factor * x, factor * y]) as unknown as FivePoints;
}
