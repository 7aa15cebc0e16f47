/**
 * A face to practise on, of which everything is known: a random person of the model, with freckles, moles and lines
 * that the model does not have, under a light with a shadow that 27 numbers cannot show, seen by a camera with a little
 * noise.
 */
import * as tf from "@tensorflow/tfjs";
import type { Point, RgbImage } from "../base/image/rgb-image.js";
import { createRandom, type Random } from "../base/tensor/random.js";
import { type DetailSample, makeDetailSample } from "../face/detail/detail-sample.js";
import { coefficientTensors, poseFace } from "../face/fitting/face-geometry.js";
import { projectedSkin } from "../face/models/face-mask.js";
import { type Coefficients, neutralCoefficients } from "../face/morphable-model/coefficients.js";
import type { MorphableModel } from "../face/morphable-model/morphable-model.js";
import { sampleFace } from "../face/morphable-model/sample-face.js";
import { renderTextured } from "../graphics/renderer/render.js";
import { projectToImage } from "../graphics/scene/camera.js";
import { sampleLight } from "../graphics/scene/light-prior.js";
import type { UvSpace } from "../graphics/uv/uv-space.js";

export interface PracticeFace {
  /** The face as a sample of the detail refinement's training. Its coefficients are the true ones. */
  readonly sample: DetailSample;
  /** The picture, S px. */
  readonly image: RgbImage;
  /** `A`, the model's albedo, and the true one with its details; U texels. */
  readonly priorAlbedo: RgbImage;
  readonly albedo: RgbImage;
  /** The true light of each texel, colour-major, [U * U * 27]. */
  readonly lightMap: Float32Array;
  readonly coefficients: Coefficients;
  /** The 68 points where a detector would see them, without its errors, px of the picture. */
  readonly points: readonly Point[];
}

export interface PracticeOptions {
  /** Side of the picture, px; 112 by default. */
  readonly size?: number;
  /** Turn of the head to the viewer's right, radians; by default random, up to 0.3 to either side. */
  readonly yaw?: number;
  /** Part of the light that is left in the shadow; 0.55 by default, 1 for no shadow. */
  readonly shadow?: number;
  /** Noise of the picture, encoded sRGB; 0.01 by default. */
  readonly noise?: number;
  /** How strong the details are; 1 by default. */
  readonly detail?: number;
}

/** The same seed gives the same face. */
export async function practiceFace(
  model: MorphableModel,
  uvSpace: UvSpace,
  seed: number,
  { size = 112, yaw, shadow = 0.55, noise = 0.01, detail = 1 }: PracticeOptions = {},
): Promise<PracticeFace> {
  const random = createRandom(seed).fork("practice");
  const coefficients = neutralCoefficients({
    ...sampleFace(model.data, seed),
    angles: Float32Array.of(0.05 * random.normal(), yaw ?? 0.6 * (random.uniform() - 0.5), 0),
    light: Float32Array.from(sampleLight(seed)),
  });
  const u = uvSpace.size;
  const seenAt = model.data.detectedLandmarks ?? model.data.landmarks;
  const painted = paintDetail(u, random.fork("detail"), detail);
  const gain = shadowGain(u, random.fork("shadow"), shadow);
  const lightMap = Float32Array.from(
    { length: 27 * u * u },
    (_, i) => coefficients.light[i % 27] * gain[Math.floor(i / 27)],
  );
  const tensors = tf.tidy(() => {
    const c = coefficientTensors([coefficients]);
    const { vertices, normals } = poseFace(model, c);
    const prior = tf.clipByValue(uvSpace.vertexToUv(model.decodeAlbedo(c.albedo)), 0, 1) as tf.Tensor4D;
    const albedo = tf.clipByValue(tf.mul(prior, tf.tensor4d(painted, [1, u, u, 1])), 0, 1) as tf.Tensor4D;
    const { triangles, uvs } = model;
    const scene = { vertices, normals, triangles, uvs, size };
    const { image, fragments } = renderTextured(scene, albedo, tf.tensor4d(lightMap, [1, u, u, 27]));
    const landmarks = tf.gather(projectToImage(vertices, undefined, size), tf.tensor1d(seenAt, "int32"), 1);
    return { prior, albedo, image, fragments, landmarks };
  });
  const mask = await projectedSkin(tensors.fragments, model.data.skinTriangle);
  const places = await tensors.landmarks.data<"float32">();
  const points = Array.from(seenAt, (_, k): Point => [places[2 * k], places[2 * k + 1]]);
  const [prior, albedo, clean] = await Promise.all(
    [tensors.prior, tensors.albedo, tensors.image].map(async (tensor) =>
      (await tensor.data<"float32">()).slice(),
    ),
  );
  tf.dispose(tensors);
  const camera = random.fork("camera");
  const seen = clean.map((value) => Math.min(Math.max(value + noise * camera.normal(), 0), 1));
  const image = { width: size, height: size, data: seen };
  const map = (data: Float32Array): RgbImage => ({ width: u, height: u, data });
  const trueAlbedo = map(albedo);
  const input = { id: `practice ${seed}`, image, mask, points, coefficients, trueAlbedo };
  const sample = await makeDetailSample(model, uvSpace, input);
  return { sample, image, priorAlbedo: map(prior), albedo: trueAlbedo, lightMap, coefficients, points };
}

/** The factor on the albedo of each texel: blotches, freckles, two moles, lines across the forehead. */
function paintDetail(side: number, random: Random, strength: number): Float32Array {
  const spots = Array.from({ length: 60 }, (_, i) => ({
    x: 0.15 + 0.7 * random.uniform(),
    y: 0.2 + 0.7 * random.uniform(),
    radius: i < 2 ? 0.02 : 0.006 + 0.01 * random.uniform(),
    depth: i < 2 ? 0.5 : 0.08 + 0.2 * random.uniform(),
  }));
  const lines = Array.from({ length: 3 }, (_, i) => ({ y: 0.12 + 0.035 * i, bend: 0.04 * random.normal() }));
  return Float32Array.from({ length: side * side }, (_, p) => {
    const [x, y] = [((p % side) + 0.5) / side, (Math.floor(p / side) + 0.5) / side];
    let darker = 0;
    for (const spot of spots) {
      const square = ((x - spot.x) ** 2 + (y - spot.y) ** 2) / spot.radius ** 2;
      if (square < 9) darker += spot.depth * Math.exp(-square);
    }
    for (const line of lines) {
      const off = (y - line.y - line.bend * (x - 0.5) ** 2) / 0.006;
      if (Math.abs(x - 0.5) < 0.2) darker += 0.2 * Math.exp(-off * off);
    }
    return 1 - strength * Math.min(darker, 0.7);
  });
}

/** The factor on the light of each texel: smaller on one side of a slanting edge. */
function shadowGain(side: number, random: Random, shadow: number): Float32Array {
  const angle = 2 * Math.PI * random.uniform();
  const [dx, dy, at] = [Math.cos(angle), Math.sin(angle), 0.12 + 0.1 * random.uniform()];
  return Float32Array.from({ length: side * side }, (_, p) => {
    const [x, y] = [(p % side) / side - 0.5, Math.floor(p / side) / side - 0.5];
    const inShade = 1 / (1 + Math.exp(-(dx * x + dy * y - at) * 50));
    return 1 - (1 - shadow) * inShade;
  });
}
