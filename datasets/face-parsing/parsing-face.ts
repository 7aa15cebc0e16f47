/** A synthetic face as the face parser learns it: the photo in bytes, what each pixel shows, and where the aligned crop lies. */
import { alignmentTemplate, fitSimilarity, fivePoints, type Point } from "rerenderable";
import { composeSimilarities, invertSimilarity, type Similarity } from "rerenderable/base";
import { alignedSide } from "rerenderable/face";
import type { SyntheticSample } from "../synthetic/synthetic-sample.js";
import { classMap } from "./class-map.js";

/** What is kept of a sample while training; 0.2 MB at 224 px. */
export interface ParsingFace {
  readonly side: number;
  /** Encoded sRGB in bytes, [S * S * 3]. */
  readonly photo: Uint8Array;
  /** Numbers of `faceParserClasses`, [S * S]. */
  readonly classes: Uint8Array;
  /** From px of the photo to px of an aligned face of 224. */
  readonly toCrop: Similarity;
}

/** A face as the network sees it. */
export interface ParsingCrop {
  readonly side: number;
  /** Encoded sRGB in [0, 1], [S * S * 3]. */
  readonly image: Float32Array;
  /** Numbers of `faceParserClasses`, [S * S]. */
  readonly classes: Uint8Array;
}

export function parsingFace({ size, photo, maps, landmarks }: SyntheticSample): ParsingFace {
  const points = Array.from({ length: 68 }, (_, k): Point => [landmarks[2 * k], landmarks[2 * k + 1]]);
  const toCrop = fitSimilarity(fivePoints(points), alignmentTemplate);
  return { side: size, photo, classes: classMap(maps), toCrop };
}

/** How far a crop is off the aligned one; `mirrored` comes last. */
export interface Placing {
  readonly scale: number;
  /** Radians, about the middle. */
  readonly rotation: number;
  /** The shift, in parts of the side. */
  readonly move: Point;
  readonly mirrored: boolean;
}

const asAligned: Placing = { scale: 1, rotation: 0, move: [0, 0], mirrored: false };

/**
 * Makes a crop: a pixel's colour is the mean of four places, its class that of its centre. Beyond the photo its edge
 * is repeated, as `alignFace` does.
 */
export function cropFace(face: ParsingFace, side: number, placing: Placing = asAligned): ParsingCrop {
  const { side: from, photo, classes } = face;
  const { scale, rotation, translation } = invertSimilarity(toOutput(face, side, placing));
  const [cos, sin] = [scale * Math.cos(rotation), scale * Math.sin(rotation)];
  const crop = {
    side,
    image: new Float32Array(3 * side * side),
    classes: new Uint8Array(side * side),
  };
  const within = (value: number) => Math.min(Math.max(value, 0), from - 1);
  for (let p = 0; p < side * side; p++) {
    const [column, row] = [p % side, Math.floor(p / side)];
    const x = placing.mirrored ? side - 1 - column : column;
    for (let part = 0; part < 5; part++) {
      // Four places, then the middle.
      const dx = part < 4 ? 0.25 + 0.5 * (part & 1) : 0.5;
      const dy = part < 4 ? 0.25 + 0.5 * (part >> 1) : 0.5;
      const sx = cos * (x + dx) - sin * (row + dy) + translation[0];
      const sy = sin * (x + dx) + cos * (row + dy) + translation[1];
      if (part === 4) crop.classes[p] = classes[within(Math.floor(sy)) * from + within(Math.floor(sx))];
      else addSample(photo, from, within(sx - 0.5), within(sy - 0.5), crop.image, 3 * p);
    }
  }
  return crop;
}

/** Adds a quarter of the bilinear value between pixels. */
function addSample(
  photo: Uint8Array,
  side: number,
  x: number,
  y: number,
  out: Float32Array,
  to: number,
): void {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const dx = x - x0;
  const dy = y - y0;
  const right = x0 + 1 < side ? 3 : 0;
  const below = y0 + 1 < side ? 3 * side : 0;
  const at = 3 * (y0 * side + x0);
  for (let c = 0; c < 3; c++) {
    const top = photo[at + c] * (1 - dx) + photo[at + right + c] * dx;
    const bottom = photo[at + below + c] * (1 - dx) + photo[at + below + right + c] * dx;
    out[to + c] = out[to + c] + (top * (1 - dy) + bottom * dy) / 1020;
  }
}

function toOutput({ toCrop }: ParsingFace, side: number, { scale, rotation, move }: Placing): Similarity {
  const about = (by: number): Similarity => ({ scale: 1, rotation: 0, translation: [by, by] });
  const aligned = composeSimilarities(toCrop, {
    scale: side / alignedSide,
    rotation: 0,
    translation: [0, 0],
  });
  const moved: Similarity = { scale, rotation, translation: [side * move[0], side * move[1]] };
  return [about(-side / 2), moved, about(side / 2)].reduce(composeSimilarities, aligned);
}
