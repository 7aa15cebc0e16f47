/**
 * From maps to losses and back: the three pictures, the losses of pictures and maps (Eq. 4 to 10, 15, 16), the cross
 * perceptual loss (5), and the gradients of their weighted sum with respect to `A′` and `L′`. The rest of Eq. 18, the
 * adversarial loss, is in `adversary.ts`.
 *
 * With pairs, two photos of one skin under two lights (ours, not in the paper), `A′` of the one photo under `L` of the other
 * must look like the other (Eq. 15 on `R(A′₁, L₂)` and `I₂`). What both photos show is albedo; a shadow that only one has
 * cannot be foretold from the other. And both `A′` must agree (`albedo-pair.ts`). As `A′ S′` is the photo, the known ratio of
 * the two lights then stands in `L′`.
 */
import * as tf from "@tensorflow/tfjs";
import { lookUpAlbedo } from "../../graphics/renderer/surface/look-up-albedo.js";
import { surfaceTensors } from "../../graphics/renderer/surface/surface-tensors.js";
import type { DetailMaps } from "../detail/base-maps.js";
import type { DetailBatch } from "../detail/detail-batch.js";
import { type DetailScene, detailGradients, drawDetail } from "../detail/detail-pictures.js";
import type { DetailSample } from "../detail/detail-sample.js";
import type { adversarialLosses } from "../losses/adversarial.js";
import type { LossSet } from "../losses/loss-readings.js";
import type { LossWeights } from "../losses/loss-weights.js";
import {
  mapTermInputs,
  mapTerms,
  pictureTermInputs,
  pictureTerms,
  type TermValues,
  termsAndGradients,
} from "./detail-losses.js";
import type { IdentityLoss } from "./identity-loss.js";

/** The stages of a step, whose time is measured. */
const stepStages = [
  "samples",
  "generator",
  "rendering",
  "losses",
  "embedding",
  "discriminator",
  "generator backward",
  "update",
] as const;
export type StepStage = (typeof stepStages)[number];

export interface DetailLossOptions {
  readonly set: LossSet;
  readonly weights: LossWeights;
  readonly adversarial: keyof typeof adversarialLosses;
  /** Whether the pictures' losses count eyes and inner mouth too. */
  readonly openings: boolean;
  /** Whether the face mask falls off towards its rim. */
  readonly edgeAware: boolean;
}

/** A face that is lit by the light of another face. */
export interface LitFace {
  readonly sample: DetailSample;
  /** `A′`, [U * U * 3]. */
  readonly albedo: Float32Array;
}

export interface MapGradientInput {
  readonly losses: DetailLossOptions;
  /** May be left out if the cross perceptual weight is 0. */
  readonly identity?: Pick<IdentityLoss, "compare">;
  /** `M_uv`, where the maps' losses count, [U * U]. */
  readonly uvMask: Float32Array;
  /** Called when a stage starts, so that a runner can take the time. */
  readonly onStage?: (stage: StepStage) => void;
  readonly maps: DetailMaps;
  readonly batch: DetailBatch;
  readonly weights: LossWeights;
  readonly previous?: LitFace;
}

/** All losses but the adversarial, and the gradients of their weighted sum with respect to the maps. */
export async function mapGradients(
  input: MapGradientInput,
): Promise<{ terms: Record<string, number>; gradients: DetailMaps }> {
  const { maps, batch, weights, losses, identity, onStage = () => {} } = input;
  const [count, uvSize] = maps.albedo.shape;
  const { size } = batch.samples[0].surface;
  onStage("rendering");
  const albedo = tf.tensor4d(maps.albedo.values, [count, uvSize, uvSize, 3]);
  const light = tf.tensor4d(maps.light.values, [count, uvSize, uvSize, 27]);
  const crossed = weights.crossPerceptual > 0 ? crossing(batch, input.previous, uvSize) : undefined;
  const scene: DetailScene = { ...batch.tensors, size, ...(crossed && { crossing: crossed }) };
  const drawn = drawDetail(albedo, light, scene);

  onStage("losses");
  const { detailed, coarselyLit } = drawn.pictures;
  const ofPictures = termsAndGradients(
    (i, j) => pictureTerms(i, j, { ...batch.tensors, edgeAware: losses.edgeAware }, weights, losses.set),
    [detailed, coarselyLit],
    weights,
    pictureTermInputs,
  );
  const uvMask = tf.tensor4d(input.uvMask, [1, uvSize, uvSize, 1]);
  const ofMaps = termsAndGradients(
    (a, l) => mapTerms({ albedo: a, light: l }, { ...batch.tensors, uvMask }, weights, losses.set),
    [albedo, light],
    weights,
    mapTermInputs,
  );
  const terms = await values({ ...ofPictures.terms, ...ofMaps.terms });

  let toCrossed: tf.Tensor4D | undefined;
  if (crossed) {
    onStage("embedding");
    const faces = input.previous ? [input.previous.sample] : batch.samples;
    const { loss, gradient } = await identity!.compare(drawn.pictures.crossed!, faces);
    terms.crossPerceptual = loss;
    toCrossed = tf.mul(gradient, weights.crossPerceptual) as tf.Tensor4D;
    gradient.dispose();
  }

  onStage("rendering");
  const [toDetailed, toCoarselyLit] = ofPictures.gradients;
  const back = detailGradients(
    drawn,
    scene,
    { detailed: toDetailed, coarselyLit: toCoarselyLit, ...(toCrossed && { crossed: toCrossed }) },
    { batch: count, uvSize },
  );
  const sums = tf.tidy(() => [
    tf.add(back.albedo, ofMaps.gradients[0]),
    tf.add(back.light, ofMaps.gradients[1]),
  ]);
  const [dAlbedo, dLight] = await Promise.all(sums.map((sum) => sum.data<"float32">()));
  tf.dispose([albedo, light, uvMask, ...sums, back.albedo, back.light]);
  tf.dispose([...ofPictures.gradients, ...ofMaps.gradients, ...(toCrossed ? [toCrossed] : [])]);
  tf.dispose([{ ...drawn.pictures }, { ...drawn.kept }, ...(crossed ? ownTensors(crossed, batch) : [])]);
  const gradients = {
    albedo: { shape: maps.albedo.shape, values: dAlbedo },
    light: { shape: maps.light.shape, values: dLight },
  };
  return { terms, gradients };
}

/** Each face B with the light map of its A. */
function crossing(
  batch: DetailBatch,
  previous: LitFace | undefined,
  uvSize: number,
): DetailScene["crossing"] {
  if (previous) {
    const surface = surfaceTensors([previous.sample.surface], uvSize);
    const albedo = tf.tidy(() => lookUpAlbedo(tf.tensor4d(previous.albedo, [1, uvSize, uvSize, 3]), surface));
    return { surface, albedo, batch: 1 };
  }
  const count = batch.samples.length;
  // Not the partner's, as its person is the same.
  const apart = batch.tensors.seenInBoth && count > 2 ? 2 : 1;
  const lights = batch.samples.map((_, n) => (n + apart) % count);
  const texel = tf.tidy(() => {
    const shifts = batch.samples.flatMap(({ surface }, n) => {
      const shift = (lights[n] - n) * uvSize * uvSize;
      return tf.fill([surface.pixel.length], shift, "int32");
    });
    return tf.add(batch.tensors.surface.texel, tf.concat(shifts)) as tf.Tensor1D;
  });
  return { surface: { ...batch.tensors.surface, texel }, batch: count };
}

/** The tensors of a crossing that are not the batch's own. */
function ownTensors(
  { surface, albedo }: NonNullable<DetailScene["crossing"]>,
  batch: DetailBatch,
): tf.Tensor[] {
  const shared = Object.values(batch.tensors.surface);
  return [
    ...Object.values(surface).filter((tensor) => !shared.includes(tensor)),
    ...(albedo ? [albedo] : []),
  ];
}

async function values(terms: TermValues): Promise<Record<string, number>> {
  const named = Object.entries(terms);
  const numbers = await Promise.all(named.map(async ([, scalar]) => (await scalar.data())[0]));
  tf.dispose(named.map(([, scalar]) => scalar));
  return Object.fromEntries(named.map(([name], i) => [name, numbers[i]]));
}
