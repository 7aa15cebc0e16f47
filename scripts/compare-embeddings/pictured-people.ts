/** Random people of the embedded model, each in four pictures that differ in light, pose and expression. */
import * as tf from "@tensorflow/tfjs";
import { coefficientTensors, poseFace } from "../../lib/fitting/face-geometry.js";
import type { Point, RgbImage } from "../../lib/image/rgb-image.js";
import { type FivePoints, fivePoints } from "../../lib/landmarks/landmarks.js";
import type { MorphableModel } from "../../lib/morphable-model/morphable-model.js";
import { sampleFace } from "../../lib/morphable-model/sample-face.js";
import { defaultCamera, projectToImage } from "../../lib/scene/camera.js";
import { type Coefficients, neutralCoefficients } from "../../lib/scene/coefficients.js";
import { sampleLight } from "../../lib/scene/light-prior.js";
import { createRandom } from "../../lib/tensor/random.js";
import { facePicture } from "../report-model/face-picture.js";

export interface Picture {
  readonly person: number;
  readonly image: RgbImage;
  /** True places, px. */
  readonly five: FivePoints;
}

const size = 256;
const degree = Math.PI / 180;

/** Of each person: in a first light, in a second, turned in the first, turned to the other side and moved in the second. */
export const pictureKinds = ["first", "relit", "turned", "all"] as const;

export function picturesOf(model: MorphableModel, person: number): Picture[] {
  const random = createRandom(person).fork("pictures");
  const { identity, albedo, expression } = sampleFace(model.data, person);
  const turn = (20 + 20 * random.uniform()) * degree * (random.uniform() < 0.5 ? 1 : -1);
  const angles = (yaw: number) => Float32Array.of(0.08 * random.normal(), yaw, 0.05 * random.normal());
  const lights = [0, 1].map((i) => Float32Array.from(sampleLight(2 * person + i)));
  const rest = { identity, albedo };
  return [
    { ...rest, angles: angles(0), light: lights[0] },
    { ...rest, angles: angles(0), light: lights[1] },
    { ...rest, angles: angles(turn), light: lights[0] },
    { ...rest, angles: angles(-turn), light: lights[1], expression },
  ].map((parts) => ({ person, ...pictureOf(model, parts) }));
}

function pictureOf(model: MorphableModel, parts: Partial<Coefficients>): Pick<Picture, "image" | "five"> {
  const pixels = tf.tidy(() => {
    const { vertices } = poseFace(model, coefficientTensors([neutralCoefficients(parts)]));
    return projectToImage(vertices, defaultCamera, size).dataSync<"float32">();
  });
  const points = Array.from(model.data.landmarks, (v): Point => [pixels[2 * v], pixels[2 * v + 1]]);
  return { image: facePicture(model, parts, size, 0.5), five: fivePoints(points) };
}
