/**
 * Batches for the face parser: synthetic faces as crops, which are changed each time they are seen, so that they are
 * more like photos.
 */
import type { Random } from "rerenderable";
import { faceParserClasses } from "rerenderable/face";
import { changeCamera, changeLight } from "./change-crop.js";
import { coverPart } from "./cover-crop.js";
import { cropFace, type ParsingCrop, type ParsingFace, type Placing } from "./parsing-face.js";
import { recolour } from "./recolour-crop.js";

export interface ParsingBatch {
  /** [B * S * S * 3] */
  readonly images: Float32Array;
  /** [B * S * S] */
  readonly classes: Uint8Array;
}

/** @param faces the faces from which each of the batch is drawn, with replacement */
export function drawBatch(
  faces: readonly ParsingFace[],
  count: number,
  side: number,
  random: Random,
): ParsingBatch {
  const pixels = side * side;
  const batch = { images: new Float32Array(3 * count * pixels), classes: new Uint8Array(count * pixels) };
  for (let b = 0; b < count; b++) {
    const { image, classes } = drawCrop(faces, side, random);
    batch.images.set(image, 3 * b * pixels);
    batch.classes.set(classes, b * pixels);
  }
  return batch;
}

function drawCrop(faces: readonly ParsingFace[], side: number, random: Random): ParsingCrop {
  const any = () => faces[random.integer(faces.length)];
  const crop = cropFace(any(), side, drawPlacing(random));
  if (random.uniform() < 0.35) wearHairOf(cropFace(any(), side, drawPlacing(random)), crop, random);
  recolour(crop, random);
  if (random.uniform() < 0.4) coverPart(crop, random);
  changeLight(crop, random);
  changeCamera(crop, random);
  return crop;
}

/** Draws how far a crop is off: as far as a detector's points are off, and somewhat more. */
function drawPlacing(random: Random): Placing {
  return {
    scale: Math.exp(0.07 * random.normal()),
    rotation: 0.07 * random.normal(),
    move: [0.03 * random.normal(), 0.03 * random.normal()],
    mirrored: random.uniform() < 0.5,
  };
}

const hair = faceParserClasses.indexOf("hair");

/** Puts the hair of one face on another one. As faces are aligned, it falls over the other as it did over its own. */
function wearHairOf(other: ParsingCrop, crop: ParsingCrop, random: Random): void {
  const gain = Math.exp(0.2 * random.normal());
  for (let p = 0; p < crop.classes.length; p++) {
    if (other.classes[p] !== hair) continue;
    crop.classes[p] = hair;
    for (let i = 3 * p; i < 3 * p + 3; i++) crop.image[i] = Math.min(gain * other.image[i], 1);
  }
}
