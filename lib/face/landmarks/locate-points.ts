/**
 * Finds the 68 points of one face. The network sees a crop of 112 px and its answer moves with the crop, so it is
 * asked twice: on the detector's box, to learn where the face is and how it is turned, then on ten upright
 * crops around those points (five shifts, each also mirrored), whose answers are averaged.
 *
 * When the detector's box moves by 6 %, the points of one crop spread by 0.61 px, those found here by 0.16
 * (`results/decisions/crops-for-landmarks.md`). Near-profile faces stay wrong at any spread: the far half of the jaw
 * and the far lips are guesses.
 */
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import {
  applySimilarity,
  composeSimilarities,
  fitSimilarity,
  invertSimilarity,
  type Similarity,
} from "../../base/image/similarity.js";
import { warpImage } from "../../base/image/warp.js";
import { alignmentTemplate } from "./align-face.js";
import { type FaceNets, landmarkCropSide } from "./face-nets.js";
import type { Box } from "./find-boxes.js";
import { type FivePoints, fivePoints, landmarkCount, mirrorOrder } from "./landmarks.js";

/** A square crop: centre in px of the photo, side in px, turn of the face in radians. */
interface View {
  readonly centre: Point;
  readonly side: number;
  readonly roll: number;
}

/**
 * Side of the second crop, divided by the larger extent of the points. 1.15 to 1.25 were equally good, 1.05 and 1.4
 * worse.
 */
const margin = 1.2;

/** The second crop's square, in px at 224, for the mean face whose five points lie on the alignment template. */
const templateFace = { centre: [112, 135] as Point, side: 172 };

/** Shifts and growth as parts of the side, turns in radians. They are balanced, so that they add no bias. */
const jitters = [
  { x: 0, y: 0, growth: 0, turn: 0 },
  { x: 0.05, y: 0.03, growth: 0.08, turn: 0.06 },
  { x: -0.05, y: -0.03, growth: 0.04, turn: -0.06 },
  { x: 0.03, y: -0.05, growth: -0.04, turn: -0.03 },
  { x: -0.03, y: 0.05, growth: -0.08, turn: 0.03 },
] as const;

/**
 * @param nets the loaded networks
 * @param image the photo
 * @param box the face's box in px of the photo
 * @returns 68 points in px of the photo
 */
export async function locatePoints(nets: FaceNets, image: RgbImage, box: Box): Promise<Point[]> {
  const first: View = {
    centre: [box.x + box.width / 2, box.y + box.height / 2],
    side: Math.max(box.width, box.height),
    roll: 0,
  };
  return locateInView(nets, image, first);
}

/**
 * The same from five known points. They say better than a box where the face is and how it is turned.
 * @param five px of the photo
 */
export function locateFromFive(nets: FaceNets, image: RgbImage, five: FivePoints): Promise<Point[]> {
  const fromTemplate = invertSimilarity(fitSimilarity(five, alignmentTemplate));
  return locateInView(nets, image, {
    centre: applySimilarity(fromTemplate, templateFace.centre),
    side: fromTemplate.scale * templateFace.side,
    roll: fromTemplate.rotation,
  });
}

async function locateInView(nets: FaceNets, image: RgbImage, first: View): Promise<Point[]> {
  const rough = await meanOfViews(nets, image, [first]);
  const around = viewAround(rough);

  // All second views lie inside one upright crop of about twice their resolution, so the photo is filtered only once.
  const workSide = 3 * landmarkCropSide;
  const toWork = viewToCrop({ ...around, side: 1.5 * around.side }, workSide);
  const work = warpImage(image, toWork, workSide, workSide).image;
  const workView: View = { centre: [workSide / 2, workSide / 2], side: workSide / 1.5, roll: 0 };
  const points = await meanOfViews(
    nets,
    work,
    jitters.map(({ x, y, growth, turn }) => ({
      centre: [workView.centre[0] + x * workView.side, workView.centre[1] + y * workView.side],
      side: (1 + growth) * workView.side,
      roll: turn,
    })),
  );
  const back = invertSimilarity(toWork);
  return points.map((point) => applySimilarity(back, point));
}

/** The upright square around the points. */
function viewAround(points: readonly Point[]): View {
  const roll = rollOf(points);
  const upright: Similarity = { scale: 1, rotation: -roll, translation: [0, 0] };
  const turned = points.map((point) => applySimilarity(upright, point));
  const xs = turned.map(([x]) => x);
  const ys = turned.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return {
    centre: applySimilarity(invertSimilarity(upright), [(left + right) / 2, (top + bottom) / 2]),
    side: margin * Math.max(right - left, bottom - top),
    roll,
  };
}

/**
 * How far the face is turned in the picture: the sum of two directions, from eye to eye and from eyes to mouth (turned
 * upright).
 */
function rollOf(points: readonly Point[]): number {
  const [right, left, , mouthRight, mouthLeft] = fivePoints(points);
  const downX = (mouthRight[0] + mouthLeft[0] - right[0] - left[0]) / 2;
  const downY = (mouthRight[1] + mouthLeft[1] - right[1] - left[1]) / 2;
  return Math.atan2(left[1] - right[1] - downX, left[0] - right[0] + downY);
}

/** Asks the net about each view and its mirror image in one batch; the mean in px of `image`. */
async function meanOfViews(nets: FaceNets, image: RgbImage, views: readonly View[]): Promise<Point[]> {
  const toCrops = views.map((view) => viewToCrop(view, landmarkCropSide));
  const crops = toCrops.map((toCrop) => warpImage(image, toCrop, landmarkCropSide, landmarkCropSide).image);
  const fractions = await nets.findPoints([...crops, ...crops.map(mirrored)]);
  const sum = Array.from({ length: landmarkCount }, () => [0, 0] as [number, number]);
  for (const [i, toCrop] of toCrops.entries()) {
    const back = invertSimilarity(toCrop);
    const seen = cropPoints(fractions, i);
    const inMirror = cropPoints(fractions, views.length + i);
    for (let k = 0; k < landmarkCount; k++) {
      const [x, y] = seen[k];
      const [mirroredX, mirroredY] = inMirror[mirrorOrder[k]];
      const point = applySimilarity(back, [(x + landmarkCropSide - mirroredX) / 2, (y + mirroredY) / 2]);
      sum[k][0] += point[0] / views.length;
      sum[k][1] += point[1] / views.length;
    }
  }
  return sum;
}

function mirrored({ width, height, data }: RgbImage): RgbImage {
  const turned = new Float32Array(data.length);
  for (let p = 0; p < width * height; p++) {
    const from = 3 * (p + width - 1 - 2 * (p % width));
    for (let c = 0; c < 3; c++) turned[3 * p + c] = data[from + c];
  }
  return { width, height, data: turned };
}

/** Carries a view's square onto an upright crop. */
function viewToCrop(view: View, cropSide: number): Similarity {
  const centred: Similarity = {
    scale: 1,
    rotation: 0,
    translation: [-view.centre[0], -view.centre[1]],
  };
  const half = cropSide / 2;
  const scale = cropSide / view.side;
  return composeSimilarities(centred, { scale, rotation: -view.roll, translation: [half, half] });
}

function cropPoints(fractions: ArrayLike<number>, row: number): Point[] {
  return Array.from({ length: landmarkCount }, (_, k) => {
    const at = 2 * (row * landmarkCount + k);
    return [fractions[at] * landmarkCropSide, fractions[at + 1] * landmarkCropSide] as const;
  });
}
