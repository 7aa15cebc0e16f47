/**
 * GANFIT [9]: finds by gradient descent the latent code and the light with which the face is most like the photo, by
 * pixels and by a recognition network. Shape and pose are taken from the sample's fit; GANFIT finds them together with
 * the texture. Its generator has learnt scanned textures with light in them, ours has learnt true albedos.
 */
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../base/tensor/random.js";
import { drawPixels, gatherPixels } from "../../graphics/renderer/surface/draw-pixels.js";
import { lookUpAlbedo, lookUpAlbedoGradient } from "../../graphics/renderer/surface/look-up-albedo.js";
import { bandCount, lightSize } from "../../graphics/scene/spherical-harmonics.js";
import { adamStep, paperAdam } from "../../networks/adam.js";
import type { TrainableNetwork } from "../../networks/trainable-network.js";
import { type DetailBatch, detailBatch, disposeDetailBatch } from "../detail/detail-batch.js";
import type { DetailSample } from "../detail/detail-sample.js";
import { imageLoss } from "../losses/image.js";
import type { IdentityLoss } from "../training/identity-loss.js";

export interface TextureFitSettings {
  readonly steps: number;
  /** Adam's rates for the latent code and for the light. Both fall to 0 along half a cosine. */
  readonly rates: { readonly latent: number; readonly light: number };
  /** Weights of the mean square difference from the photo on `M_face`, and of `1 − cos` of the embeddings. */
  readonly weights: { readonly pixel: number; readonly identity: number };
  /** How many latent codes are drawn. The search starts at the one whose texture is nearest to the prior albedo. */
  readonly starts: number;
}

export interface FittedTexture {
  /** [U * U * 3] */
  readonly albedo: Float32Array;
  /** [27] */
  readonly light: Float32Array;
  /** The two terms after each step. */
  readonly losses: readonly { readonly pixel: number; readonly identity: number }[];
}

/** @param generator a texture generator of the sample's uv size */
export async function fitTexture(
  generator: TrainableNetwork,
  identity: IdentityLoss,
  sample: DetailSample,
  { steps, rates, weights, starts }: TextureFitSettings,
): Promise<FittedTexture> {
  const latent = await nearestLatent(generator, sample, starts);
  const light = Float32Array.from(sample.coefficients.light);
  const moves = [descent(latent), descent(light)];
  const batch = detailBatch([sample], [createRandom(0)], { openings: false, base: "prior" });
  const losses: { pixel: number; identity: number }[] = [];
  const code = () => ({ latent: { shape: [1, latent.length], values: latent } });
  for (let step = 0; step < steps; step++) {
    const { albedo } = await generator.forward(code(), { parameters: false });
    const found = await compare(albedo.values, light, batch, identity, weights);
    const back = await generator.backward(
      { albedo: { shape: albedo.shape, values: found.toAlbedo } },
      { parameters: false, inputs: ["latent"] },
    );
    const share = (1 + Math.cos((Math.PI * step) / steps)) / 2;
    moves[0](back.latent.values, share * rates.latent);
    moves[1](found.toLight, share * rates.light);
    losses.push({ pixel: found.pixel, identity: found.identity });
  }
  disposeDetailBatch(batch);
  const { albedo } = await generator.predict(code());
  return { albedo: albedo.values.slice(), light, losses };
}

/** The best of some random codes, which are the same for every face. */
async function nearestLatent(
  generator: TrainableNetwork,
  { priorAlbedo }: DetailSample,
  count: number,
): Promise<Float32Array> {
  const random = createRandom(0).fork("latents");
  const [{ layer }] = generator.network.nodes;
  const size = layer.kind === "input" ? layer.shape[0]! : 0;
  let best: Float32Array = new Float32Array(size);
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < Math.max(count, 1); i++) {
    const values = random.normalArray(size);
    const { albedo } = await generator.predict({ latent: { shape: [1, size], values } });
    const apart = albedo.values.reduce((sum, value, t) => sum + (value - priorAlbedo[t]) ** 2, 0);
    if (apart < least) [best, least] = [values, apart];
  }
  return best;
}

/** The losses of an albedo under a light, and the gradients of their weighted sum with respect to both. */
async function compare(
  albedo: Float32Array,
  light: Float32Array,
  { samples, tensors }: DetailBatch,
  identity: IdentityLoss,
  weights: TextureFitSettings["weights"],
) {
  const [{ uvSize: side, surface: picture }] = samples;
  const { surface, photo, faceMask } = tensors;
  const drawn = tf.tidy(() => {
    const lights = tf.tensor2d(light, [3, bandCount]);
    const colours = lookUpAlbedo(tf.tensor4d(albedo, [1, side, side, 3]), surface);
    const shades = tf.matMul(surface.basis, lights, false, true) as tf.Tensor2D;
    return { colours, shades, picture: drawPixels(tf.mul(colours, shades), surface, 1, picture.size) };
  });
  const pixels = tf.tidy(() =>
    tf.valueAndGrad((x) => imageLoss(x as tf.Tensor4D, photo, faceMask))(drawn.picture),
  );
  const likeness = weights.identity > 0 ? await identity.compare(drawn.picture, samples) : undefined;
  const gradients = tf.tidy(() => {
    const own = tf.mul<tf.Tensor4D>(pixels.grad, weights.pixel);
    const toPicture = likeness ? tf.add<tf.Tensor4D>(own, tf.mul(likeness.gradient, weights.identity)) : own;
    const toPixels = gatherPixels(toPicture, surface);
    const toColours = tf.mul<tf.Tensor2D>(toPixels, drawn.shades);
    return {
      albedo: lookUpAlbedoGradient(toColours, surface, { batch: 1, side }),
      light: tf.matMul(tf.mul<tf.Tensor2D>(toPixels, drawn.colours), surface.basis, true),
    };
  });
  const [[pixel], toAlbedo, toLight] = await Promise.all(
    [pixels.value, gradients.albedo, gradients.light].map((tensor) => tensor.data<"float32">()),
  );
  tf.dispose([
    { ...drawn },
    pixels.value,
    pixels.grad,
    { ...gradients },
    ...(likeness ? [likeness.gradient] : []),
  ]);
  return {
    pixel,
    identity: likeness?.loss ?? 0,
    toAlbedo: toAlbedo.slice(),
    toLight: toLight.slice(0, lightSize),
  };
}

/** Adam on an array, in place. */
function descent(w: Float32Array) {
  const [m, v] = [new Float32Array(w.length), new Float32Array(w.length)];
  let step = 0;
  return (g: Float32Array, rate: number) => adamStep({ w, m, v, g }, paperAdam, rate, ++step);
}
