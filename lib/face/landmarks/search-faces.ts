/**
 * Looks for faces until some are found: in the whole photo, turned, and part by part. A face counts if its points are those
 * of a face, and if face and points are found again once it is cut out upright by them.
 */

import { resizeToFit } from "../../base/image/resize.js";
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
import { roundedDown } from "./assess-face.js";
import type { FaceDetector } from "./detect-faces.js";
import { boxInputSide } from "./face-nets.js";
import { type Box, type FaceBox, overlap } from "./find-boxes.js";
import { fivePoints } from "./landmarks.js";
import { whyNoFace } from "./plausible-points.js";

export interface SoughtFace extends FaceBox {
  /** The 68 points in px of the photo, where they had to be found to believe in the face. */
  readonly points?: readonly Point[];
  /** How it was found, where the whole upright photo did not show it: "turned by 90°". */
  readonly how?: string;
}

export interface FaceSearch {
  /** The best first; empty if there is none. */
  readonly faces: readonly SoughtFace[];
  /** Where they were looked for and what spoke against the best candidate, in words. */
  readonly tried: string;
}

type Detector = Pick<FaceDetector, "findBoxes" | "locatePoints">;

/** At this score a face of the whole photo is taken even where nothing confirms it, if no turned face is found. */
export const sureScore = 0.8;
/** Candidates below this score are not looked at again. */
const lowestScore = 0.3;
/** Least score of a doubtful face once it is cut out upright: faces have nearly 1 there, whatever they had before. */
const leastAgain = 0.8;
/**
 * The most that points may move when they are found once more in that picture, as a part of the eyes' distance. Right ones
 * move by 0.00 to 0.02, those of a face upside down by 0.4 and more. Points that move by less than `stays` are kept.
 */
const mostMove = 0.1;
const stays = 0.02;
/** How often they are found anew until they stay. */
const mostRounds = 3;

const turns = [90, -90, 180, 45, -45, 135, -135] as const;

/** Longer side of the photo that is turned, px: more than the detector looks at. */
const turnedSide = 1024;

/** Parts are this much of the longer side; smaller ones than the detector's input show nothing more. */
const partShares = [1 / 2, 1 / 4, 1 / 8] as const;
/** Parts overlap by a quarter, so that a face on an edge is whole in the next. */
const partStep = 0.75;

/**
 * @param minimumScore takes each face of the whole photo with this score as it is, and no other; by default faces are
 *   looked for and checked
 */
export async function searchFaces(
  detector: Detector,
  photo: RgbImage,
  minimumScore?: number,
): Promise<FaceSearch> {
  const boxes = await detector.findBoxes(photo, Math.min(lowestScore, minimumScore ?? 1));
  const sure = boxes.filter(({ score }) => score >= (minimumScore ?? sureScore));
  const rest = boxes.filter((face) => !sure.includes(face));
  const search = new Search(detector, photo);
  search.doubted = Math.max(0, ...rest.map(({ score }) => score));
  const tried = ["the whole photo"];
  const end = (faces: readonly SoughtFace[], flaw = ", but is no face when cut out upright"): FaceSearch => {
    const best = roundedDown(search.doubted, 2);
    const doubt = search.doubted > 0 ? `; the best candidate scored ${best}${flaw}` : "";
    return { faces, tried: `${tried.join(", ")}${doubt}` };
  };
  if (minimumScore !== undefined) return end(sure, "");
  // The detector may be sure of a face that is turned, whose points are then wrong. If the largest is right, all are.
  const [largest] = [...sure].sort((a, b) => areaOf(b) - areaOf(a));
  const right = largest && (await search.confirm(photo, largest.box));
  const faces: SoughtFace[] = [];
  for (const face of boxes) {
    const again =
      face === largest ? right : right && sure.includes(face) ? face : await search.confirm(photo, face.box);
    if (again && isNew(again, faces)) faces.push({ ...again, box: face.box, score: face.score });
  }
  if (faces.length > 0) return end([...faces, ...sure.filter((face) => isNew(face, faces))]);

  tried.push("turned by 45° to 315°");
  const { image, scale } = resizeToFit(photo, Math.min(turnedSide, Math.max(photo.width, photo.height)));
  for (const turn of turns) {
    const found = await search.look(turnedView(image, scale, turn));
    if (found.length > 0) return end(found.map((face) => ({ ...face, how: `turned by ${turn}°` })));
  }
  for (const share of partShares) {
    const side = share * Math.max(photo.width, photo.height);
    if (side < boxInputSide) break;
    const views = partViews(photo, side);
    tried.push(`${views.length} parts of ${Math.round(side)} px`);
    const found: SoughtFace[] = [];
    for (const view of views) {
      const how = `in a part of ${Math.round(side)} px`;
      for (const face of await search.look(view)) {
        if (isNew(face, found)) found.push({ ...face, how });
      }
    }
    if (found.length > 0) return end(found);
  }
  return end(sure);
}

/** A picture that the detector looks at, and where the photo's pixels are in it. */
interface View {
  readonly image: RgbImage;
  readonly toView: Similarity;
}

class Search {
  doubted = 0;
  constructor(
    private readonly detector: Detector,
    private readonly photo: RgbImage,
  ) {}

  /** The faces of a view that are believed, in px of the photo. */
  async look({ image, toView }: View): Promise<SoughtFace[]> {
    const found: SoughtFace[] = [];
    const back = invertSimilarity(toView);
    for (const { box, score } of await this.detector.findBoxes(image, lowestScore)) {
      this.doubted = Math.max(this.doubted, score);
      const close = closeView(this.photo, back, box);
      const face = await this.confirm(close.image, close.box, close.toView);
      if (face && isNew(face, found)) found.push(face);
    }
    return found;
  }

  /**
   * Finds the points in a box, cuts the face out by them, upright, and finds face and points there again, until they stay.
   * @param toView from the photo to `image`
   */
  async confirm(image: RgbImage, box: Box, toView: Similarity = unmoved): Promise<SoughtFace | undefined> {
    let points = await this.pointsIn(image, box, toView);
    for (let round = 0; round < mostRounds && !whyNoFace(points); round++) {
      const toUpright = fitSimilarity(fivePoints(points), uprightTemplate);
      const upright = warpImage(this.photo, toUpright, uprightSide, uprightSide).image;
      const boxes = await this.detector.findBoxes(upright, leastAgain);
      const best = boxes.find((face) => overlap(face.box, uprightBox) > 0.4);
      if (!best) return undefined;
      const again = await this.pointsIn(upright, best.box, toUpright);
      const moved = meanDistance(fivePoints(again), fivePoints(points)) * toUpright.scale;
      if (!(moved < stays * uprightEyes)) points = again;
      if (moved < mostMove * uprightEyes && !whyNoFace(points))
        return { box: boxAround(points), score: best.score, points };
    }
    return undefined;
  }

  private async pointsIn(image: RgbImage, box: Box, toView: Similarity): Promise<Point[]> {
    const back = invertSimilarity(toView);
    return (await this.detector.locatePoints(image, box)).map((point) => applySimilarity(back, point));
  }
}

const unmoved: Similarity = { scale: 1, rotation: 0, translation: [0, 0] };

/** Side of the picture of an upright face, px: it shows some surroundings. */
const uprightSide = 320;
/** How far its eyes are apart there, px. */
const uprightEyes = 60;
const uprightTemplate = alignmentTemplate.map(([x, y]): Point => [x + 48, y + 48]);
/** About where the detector's box is then. */
const uprightBox: Box = { x: 95, y: 85, width: 130, height: 165 };

/** Side of the picture that a face found in a view is cut out to, px, and of its box in it. */
const close = { side: 448, box: 280 } as const;

function closeView(photo: RgbImage, back: Similarity, box: Box): View & { box: Box } {
  const centre = applySimilarity(back, [box.x + box.width / 2, box.y + box.height / 2]);
  const scale = close.box / (Math.max(box.width, box.height) * back.scale);
  const toView = turnAbout(centre, scale, -back.rotation, [close.side / 2, close.side / 2]);
  const { image } = warpImage(photo, toView, close.side, close.side);
  const [width, height] = [box.width, box.height].map((side) => side * back.scale * scale);
  return { image, toView, box: { x: (close.side - width) / 2, y: (close.side - height) / 2, width, height } };
}

/** @param image the photo, `scale` times as large */
function turnedView(image: RgbImage, scale: number, degrees: number): View {
  const rotation = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(rotation)), Math.abs(Math.sin(rotation))];
  const [width, height] = [cos * image.width + sin * image.height, sin * image.width + cos * image.height];
  const zoom = boxInputSide / Math.max(width, height);
  const [w, h] = [width, height].map((side) => Math.round(zoom * side));
  const turn = turnAbout([image.width / 2, image.height / 2], zoom, rotation, [w / 2, h / 2]);
  const toView = composeSimilarities({ scale, rotation: 0, translation: [0, 0] }, turn);
  return { image: warpImage(image, turn, w, h).image, toView };
}

function partViews(photo: RgbImage, side: number): View[] {
  const starts = (length: number) => {
    const steps = Math.ceil(Math.max(0, length - side) / (partStep * side));
    return Array.from({ length: steps + 1 }, (_, i) => (steps === 0 ? 0 : (i * (length - side)) / steps));
  };
  const scale = boxInputSide / side;
  return starts(photo.height).flatMap((y) =>
    starts(photo.width).map((x): View => {
      const toView = { scale, rotation: 0, translation: [-x * scale, -y * scale] as const };
      const [w, h] = [photo.width - x, photo.height - y].map((rest) =>
        Math.max(1, Math.round(scale * Math.min(side, rest))),
      );
      return {
        toView,
        get image() {
          return warpImage(photo, toView, w, h).image;
        },
      };
    }),
  );
}

function turnAbout(centre: Point, scale: number, rotation: number, to: Point): Similarity {
  const [x, y] = applySimilarity({ scale, rotation, translation: [0, 0] }, centre);
  return { scale, rotation, translation: [to[0] - x, to[1] - y] };
}

const areaOf = ({ box }: FaceBox) => box.width * box.height;

/** Whether it is none of the known faces, which a second box around one of them would be. */
function isNew({ box }: FaceBox, known: readonly FaceBox[]): boolean {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return known.every(
    ({ box: other }) =>
      Math.abs(other.x + other.width / 2 - x) > other.width / 2 ||
      Math.abs(other.y + other.height / 2 - y) > other.height / 2,
  );
}

function meanDistance(a: readonly Point[], b: readonly Point[]): number {
  return a.reduce((sum, [x, y], i) => sum + Math.hypot(x - b[i][0], y - b[i][1]) / a.length, 0);
}

function boxAround(points: readonly Point[]): Box {
  const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
