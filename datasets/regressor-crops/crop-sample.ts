/** Cuts crops out of a synthetic sample, each aligned by points with other errors, and moves its truth with them. */

import {
  alignmentTemplate,
  applySimilarity,
  createRandom,
  fitSimilarity,
  fivePoints,
  type Point,
  warpImage,
} from "rerenderable";
import { composeSimilarities, invertSimilarity, type Similarity } from "rerenderable/base";
import { alignedSide, type PointProjector } from "rerenderable/face";
import type { SyntheticSample } from "../synthetic/synthetic-sample.js";
import type { RegressorCrop } from "./crop.js";
import { jitterPoints } from "./detector-jitter.js";
import { moveFace } from "./move-pose.js";

/** A crop is left out if the best pose still leaves its face this far from its picture; px at 224. */
const mostResidual = 0.5;

/**
 * @param sample a sample of 224 px
 * @param projector projects the 68 points as a detector sees them
 * @param seed decides the errors of the points
 */
export function cropSample(
  sample: SyntheticSample,
  projector: PointProjector,
  side: number,
  seed: number,
): RegressorCrop | undefined {
  const face = faceOf(sample);
  const seen = pairs(projector.place(projector.shape(face), face));
  const found = jitterPoints(seen, createRandom(seed).fork("detector"));
  const move = fitSimilarity(fivePoints(found), alignmentTemplate);
  const moved = moveFace(face, projector, move);
  if (moved.residual > mostResidual) return undefined;
  const { size } = sample;
  const toCrop = composeSimilarities(move, scaling(side / alignedSide));
  const photo = { width: size, height: size, data: Float32Array.from(sample.photo, (value) => value / 255) };
  const { image } = warpImage(photo, toCrop, side, side);
  return {
    image: Uint8Array.from(image.data, (value) => Math.round(255 * value)),
    mask: moveMask(sample.maps.skin, size, toCrop, side),
    face: moved.face,
  };
}

/** The 257 true numbers of a sample. */
export function faceOf({ scene, light }: SyntheticSample): Float32Array {
  const { identity, expression, albedo, angles, translation } = scene.coefficients;
  return Float32Array.from([...identity, ...expression, ...albedo, ...angles, ...light, ...translation]);
}

export function scaling(scale: number): Similarity {
  return { scale, rotation: 0, translation: [0, 0] };
}

export function pairs(flat: ArrayLike<number>): Point[] {
  return Array.from({ length: flat.length / 2 }, (_, i): Point => [flat[2 * i], flat[2 * i + 1]]);
}

/** Moves a mask by nearest pixels; pixels from outside are 0. */
function moveMask(mask: ArrayLike<number>, size: number, toCrop: Similarity, side: number): Uint8Array {
  const back = invertSimilarity(toCrop);
  return Uint8Array.from({ length: side * side }, (_, i) => {
    const [x, y] = applySimilarity(back, [(i % side) + 0.5, Math.floor(i / side) + 0.5]).map(Math.floor);
    return x >= 0 && y >= 0 && x < size && y < size ? Number(mask[y * size + x] > 0) : 0;
  });
}
