/**
 * Random faces of the model before random grounds, rendered by the library's own renderer: without pores, hair or cast shadows,
 * but with any number of people, poses and lights, in a twentieth of the time of a synthetic sample.
 */
import * as tf from "@tensorflow/tfjs";
import {
  alignmentTemplate,
  coefficientTensors,
  createRandom,
  directionalLight,
  fitSimilarity,
  fivePoints,
  type MorphableModel,
  type Random,
  sampleFace,
  sampleLight,
  splitCoefficients,
} from "rerenderable";
import { halveImage } from "rerenderable/base";
import { alignedSide, type PointProjector, partStart, renderCoarse } from "rerenderable/face";
import { addLights } from "rerenderable/graphics";
import { backgroundKinds, paintBackground } from "../synthetic/render/background.js";
import { takePhoto } from "../synthetic/render/camera-effects.js";
import type { RegressorCrop } from "./crop.js";
import { pairs } from "./crop-sample.js";
import { jitterPoints } from "./detector-jitter.js";
import { moveFace } from "./move-pose.js";
import { occlude } from "./occluders.js";
import { type FaceFrame, paintSurround } from "./surround.js";

type Colour = readonly [number, number, number];

/**
 * @param projector projects the 68 points as a detector sees them
 * @param side side of the crop; it is rendered at twice this size
 */
export async function renderFaceCrop(
  model: MorphableModel,
  projector: PointProjector,
  side: number,
  seed: number,
): Promise<RegressorCrop> {
  const random = createRandom(seed).fork("regressor crop");
  const face = placeFace(sampleCoefficients(model, random), projector, random.fork("detector"));
  const { colours, coverage, skin } = await render(model, face, side);
  const ground = random.fork("ground");
  const tone = () => {
    const bright = ground.uniform();
    return [0, 1, 2].map(() => 0.65 * bright + 0.35 * ground.uniform()) as unknown as Colour;
  };
  const kind = backgroundKinds[ground.integer(backgroundKinds.length)];
  const image = paintBackground({ kind, seed: ground.integer(2 ** 31), colours: [tone(), tone()] }, side);
  paintSurround(image, side, frameOf(face, projector), meanColour(colours, skin), random.fork("surround"));
  for (let i = 0; i < image.length; i++) {
    const share = coverage[Math.floor(i / 3)];
    image[i] = image[i] * (1 - share) + Math.min(Math.max(colours[i], 0), 1) * share;
  }
  const mask = Uint8Array.from(skin, (value) => Number(value > 0.99));
  occlude(image, mask, side, random.fork("occluders"));
  const camera = random.fork("camera");
  const photo = await takePhoto(image, side, {
    blur: 2.2 * camera.uniform() ** 3,
    noise: 0.004 + 0.02 * camera.uniform() ** 2,
    jpegQuality: 60 + camera.integer(38),
    seed: camera.integer(2 ** 31),
  });
  return { image: photo, mask, face };
}

/** The mean colour of the lit skin. */
function meanColour(colours: Float32Array, skin: Float32Array): number[] {
  const sum = [0, 0, 0, 1e-6];
  skin.forEach((value, p) => {
    if (value < 0.99) return;
    for (let k = 0; k < 3; k++) sum[k] += Math.min(Math.max(colours[3 * p + k], 0), 1);
    sum[3]++;
  });
  return sum.slice(0, 3).map((value) => value / sum[3]);
}

/** The place of the jaw in the picture. */
function frameOf(face: Float32Array, projector: PointProjector): FaceFrame {
  const jaw = pairs(projector.place(projector.shape(face), face)).slice(0, 17);
  const xs = jaw.map(([x]) => x / alignedSide);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const yaw = face[partStart.angles + 1];
  const width = Math.max((right - left) / Math.max(Math.cos(yaw), 0.6), 0.3);
  return { x: (left + right) / 2, chin: Math.max(...jaw.map(([, y]) => y / alignedSide)), width, yaw };
}

/** Draws a person, a movement, a turn of the head and a light: 257 numbers. */
function sampleCoefficients({ data }: MorphableModel, random: Random): Float32Array {
  const seed = () => random.integer(2 ** 31);
  const { identity, expression, albedo } = sampleFace(data, seed(), { expression: random.uniform() < 0.75 });
  // The model's luminance fields and painted brows are made weaker: at full strength they look like shade and
  // stickers.
  const fields = 0.3 + 0.7 * random.uniform();
  const brows = 0.4 + 0.6 * random.uniform();
  data.albedoNames?.forEach((name, i) => {
    if (name.startsWith("luminance")) albedo[i] *= fields;
    if (name.startsWith("brows")) albedo[i] *= brows;
  });
  const yaw = random.uniform() < 0.6 ? 0.22 * random.normal() : 2.2 * random.uniform() - 1.1;
  const angles = [0.15 * random.normal(), yaw, 0.05 * random.normal()];
  const light = sampleSceneLight(seed(), random);
  return Float32Array.from([...identity, ...expression, ...albedo, ...angles, ...light, 0, -0.06, -0.15]);
}

/** Draws a light of the prior, made brighter or darker; one in four has a lamp beside it. */
function sampleSceneLight(seed: number, random: Random): number[] {
  const exposure = 0.45 + 0.65 * random.uniform();
  const light = sampleLight(seed, { exposure });
  if (random.uniform() > 0.25) return light;
  const share = 0.2 + 0.4 * random.uniform();
  const warmth = 0.15 * random.normal();
  const lamp = directionalLight(
    [random.normal(), 0.3 + 0.7 * random.normal(), 0.3 + Math.abs(random.normal())],
    [1 + warmth, 1, 1 - warmth].map((part) => 1.6 * exposure * share * part) as unknown as Colour,
  );
  return addLights(
    light.map((value) => (1 - share) * value),
    lamp,
  );
}

/** Puts the face where alignment by a detector's points would have it. */
function placeFace(face: Float32Array, projector: PointProjector, random: Random): Float32Array {
  const seen = pairs(projector.place(projector.shape(face), face));
  const move = fitSimilarity(fivePoints(jitterPoints(seen, random)), alignmentTemplate);
  return moveFace(face, projector, move).face;
}

async function render(model: MorphableModel, face: Float32Array, side: number) {
  const size = 2 * side;
  const tensors = coefficientTensors([splitCoefficients(face)]);
  const pictures = tf.tidy(() => {
    const { image, mask, fragments } = renderCoarse(model, tensors, size);
    return { image, mask, triangleId: fragments.triangleId };
  });
  const plain = async (tensor: tf.Tensor) => (await tensor.data()).slice();
  const [image, mask, triangleId] = [
    (await plain(pictures.image)) as Float32Array,
    (await plain(pictures.mask)) as Float32Array,
    await plain(pictures.triangleId),
  ];
  tf.dispose([...Object.values(tensors), ...Object.values(pictures)]);
  const { skinTriangle } = model.data;
  // Colours are halved together with their coverage and divided by it, so the outline has the colour of the face
  // alone.
  const halve = (data: Float32Array) => halveImage({ width: size, height: size, data }).data;
  const covered = new Float32Array(image.length);
  triangleId.forEach((id, p) => {
    covered[3 * p] = mask[p];
    covered[3 * p + 1] = id >= 0 ? skinTriangle[id] : 0;
  });
  const [small, cover] = [halve(image), halve(covered)];
  const coverage = Float32Array.from({ length: side * side }, (_, p) =>
    Math.min(Math.max(cover[3 * p], 0), 1),
  );
  const skin = Float32Array.from(coverage, (_, p) => cover[3 * p + 1]);
  const colours = small.map((value, i) => value / Math.max(coverage[Math.floor(i / 3)], 1e-3));
  return { colours, coverage, skin };
}
