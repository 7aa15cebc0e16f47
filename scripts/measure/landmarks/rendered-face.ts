/** Faces of the embedded model with their true points, turned by a given angle, under light of real surroundings. */
import * as tf from "@tensorflow/tfjs";
import {
  coefficientTensors,
  createRandom,
  defaultCamera,
  type MorphableModel,
  neutralCoefficients,
  type Point,
  poseFace,
  projectToImage,
  type RgbImage,
  sampleFace,
  sampleLight,
} from "rerenderable";
import type { Box } from "rerenderable/face";
import { facePicture } from "../model/face-picture.js";
import { outerEyeDistance } from "./landmark-error.js";

export interface RenderedFace {
  readonly image: RgbImage;
  /** Pitch, yaw, roll in radians. */
  readonly angles: readonly number[];
  /** The places of the 68 points, and the places where this detector is known to see them, px. */
  readonly truth: readonly Point[];
  readonly seen: readonly Point[];
  /** The distance between the outer corners of the eyes in space, in px, as if the face looked into the camera. */
  readonly eyeDistance: number;
  /** A box like the detector's, moved and enlarged by up to 5 %. */
  readonly box: Box;
}

const size = 320;

/** @param yaw radians; pitch and roll are random, small */
export function renderFace(model: MorphableModel, seed: number, yaw: number): RenderedFace {
  const random = createRandom(seed).fork("pose");
  const angles = [0.12 * random.normal(), yaw, 0.1 * random.normal()];
  const parts = {
    ...sampleFace(model.data, seed),
    angles: Float32Array.from(angles),
    light: Float32Array.from(sampleLight(seed)),
  };
  const image = facePicture(model, parts, size, 0.3 + 0.5 * random.uniform());
  const [pixels, vertices] = tf.tidy(() => {
    const { vertices } = poseFace(model, coefficientTensors([neutralCoefficients(parts)]));
    return [projectToImage(vertices, defaultCamera, size), vertices].map((t) => t.dataSync<"float32">());
  }) as [Float32Array, Float32Array];
  const placeOf = (v: number): Point => [pixels[2 * v], pixels[2 * v + 1]];
  const { landmarks, detectedLandmarks } = model.data;
  return {
    image,
    angles,
    truth: Array.from(landmarks, placeOf),
    seen: Array.from(detectedLandmarks ?? landmarks, placeOf),
    eyeDistance: outerEyeDistance(model.data, vertices, size),
    box: boxAround(
      Array.from({ length: pixels.length / 2 }, (_, v) => placeOf(v)),
      () => 0.1 * random.uniform() - 0.05,
    ),
  };
}

/** A box around the face without the top of its forehead. */
function boxAround(points: readonly Point[], jitter: () => number): Box {
  const span = (axis: 0 | 1) => {
    const values = points.map((point) => point[axis]);
    return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] as const;
  };
  const [[left, right], [crown, bottom]] = [span(0), span(1)];
  const top = crown + 0.12 * (bottom - crown);
  const [width, height] = [right - left, bottom - top];
  return {
    x: left + jitter() * width,
    y: top + jitter() * height,
    width: (1 + jitter()) * width,
    height: (1 + jitter()) * height,
  };
}
