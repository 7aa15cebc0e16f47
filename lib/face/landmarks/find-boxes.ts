/** Finds faces in a photo with the SSD MobileNet: boxes and scores. Of boxes that overlap only the best is kept. */
import { resizeToFit } from "../../base/image/resize.js";
import type { RgbImage } from "../../base/image/rgb-image.js";
import { boxInputSide, type FaceNets } from "./face-nets.js";

/** Pixels of the photo; `x`, `y` is the top left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface FaceBox {
  readonly box: Box;
  /** How sure the detector is, 0 to 1. */
  readonly score: number;
}

/** Two boxes that share more than this part of their union are one face. */
const mostOverlap = 0.4;
const mostFaces = 50;

/**
 * @param nets the loaded networks
 * @param image the photo
 * @param minimumScore boxes below are dropped
 * @returns faces, highest score first, boxes inside the photo
 */
export async function findBoxes(nets: FaceNets, image: RgbImage, minimumScore: number): Promise<FaceBox[]> {
  const { image: fitted, scale } = resizeToFit(image, boxInputSide);
  const { corners, scores } = await nets.findBoxes(fitted);
  const side = boxInputSide / scale;
  const faces: FaceBox[] = [];
  for (let i = 0; i < scores.length; i++) {
    if (!(scores[i] >= minimumScore)) continue;
    const box = cornersToBox(corners, 4 * i, side, image);
    if (box.width > 0 && box.height > 0) faces.push({ box, score: scores[i] });
  }
  return keepBest(faces);
}

function cornersToBox(corners: ArrayLike<number>, at: number, side: number, image: RgbImage): Box {
  const clip = (value: number, limit: number) => Math.min(limit, Math.max(0, value * side));
  const y = clip(corners[at], image.height);
  const x = clip(corners[at + 1], image.width);
  return {
    x,
    y,
    width: clip(corners[at + 3], image.width) - x,
    height: clip(corners[at + 2], image.height) - y,
  };
}

/** Greedy non-maximum suppression. */
function keepBest(faces: readonly FaceBox[]): FaceBox[] {
  const kept: FaceBox[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score)) {
    if (kept.length === mostFaces) break;
    if (kept.every((better) => overlap(better.box, face.box) <= mostOverlap)) kept.push(face);
  }
  return kept;
}

/** What two boxes share, as a part of their union. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}
