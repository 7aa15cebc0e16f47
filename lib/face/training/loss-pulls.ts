/**
 * How hard each loss pulls: the norm of its weighted gradient with respect to the maps. A weight alone does not tell,
 * as a sum over 65,536 texels pulls otherwise than a mean.
 */
import { createRandom } from "../../base/tensor/random.js";
import { lightSize } from "../../graphics/scene/spherical-harmonics.js";
import { detailBatch, disposeDetailBatch } from "../detail/detail-batch.js";
import { detailMaps } from "../detail/detail-maps.js";
import type { DetailSample } from "../detail/detail-sample.js";
import type { LossTerm } from "../losses/loss-weights.js";
import type { IdentityLoss } from "./identity-loss.js";
import { type DetailLossOptions, mapGradients } from "./map-gradients.js";

export interface LossPull {
  readonly term: LossTerm;
  /** Of the loss, without its weight. */
  readonly value: number;
  readonly weight: number;
  /** Norms of the weighted gradients with respect to `A′` and to `L′`, over all faces. */
  readonly toAlbedo: number;
  readonly toLight: number;
}

export interface LossPullsInput {
  /** Two or more if the cross perceptual loss has a weight. */
  readonly samples: readonly DetailSample[];
  readonly losses: DetailLossOptions;
  /** May be left out if the cross perceptual weight is 0. Its network takes all samples at once. */
  readonly identity?: Pick<IdentityLoss, "compare">;
  /** `M_uv`, where the maps' losses count, [U * U]. */
  readonly uvMask: Float32Array;
}

/**
 * The pull of each loss that has a weight, at the first guess of `splitTexture`: there a part of the photo's detail lies in
 * each map, so that no loss is at its minimum. The adversarial loss (12) is left out, as its pull depends on a discriminator.
 */
export async function lossPulls({ samples, losses, identity, uvMask }: LossPullsInput): Promise<LossPull[]> {
  const noise = samples.map((_, n) => createRandom(n));
  const batch = detailBatch(samples, noise, { base: "texture", openings: losses.openings });
  const [count, u] = [samples.length, samples[0].uvSize];
  const unchanged = {
    albedo: { shape: [count, u, u, 3], values: new Float32Array(count * u * u * 3).fill(0.5) },
    light: { shape: [count, u, u, lightSize], values: new Float32Array(count * u * u * lightSize) },
  };
  const maps = detailMaps(unchanged, batch.prior, "texture");
  const none = Object.fromEntries(Object.keys(losses.weights).map((term) => [term, 0]));
  const pulls: LossPull[] = [];
  for (const [name, weight] of Object.entries(losses.weights)) {
    const term = name as LossTerm;
    if (!weight || term === "adversarial" || term === "style") continue;
    const weights = { ...none, [term]: weight } as unknown as DetailLossOptions["weights"];
    const { terms, gradients } = await mapGradients({ losses, identity, uvMask, maps, batch, weights });
    pulls.push({
      term,
      value: terms[term],
      weight,
      toAlbedo: norm(gradients.albedo.values),
      toLight: norm(gradients.light.values),
    });
  }
  disposeDetailBatch(batch);
  return pulls;
}

function norm(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return Math.sqrt(sum);
}
