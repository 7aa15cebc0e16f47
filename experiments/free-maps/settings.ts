import { z } from "zod";
import { subsetNames } from "../../datasets/synthetic/scene/subset-names.js";
import { judgesSetting } from "../compare-methods/identity-judges.js";
import { priorNames } from "../evaluate-prior/prior-methods.js";
import { detailLossSettings } from "../train-detail/settings.js";
import { variantNames } from "./variants.js";

/** The faces on which losses are looked at without a training. */
export const lossFaceSettings = z.strictObject({
  prior: z.enum(priorNames),
  mask: z.string().min(1),
  model: z.string().min(1),
  uvSize: z.int().min(16).multipleOf(16),
  subsets: z.array(z.enum(subsetNames)),
  firstSeed: z.int().min(0),
  facesOfEach: z.int().min(1),
  photos: z.string(),
  lastPhotos: z.int().min(1),
});

export const freeMapsSettings = lossFaceSettings.extend({
  seed: z.int().min(0),
  losses: detailLossSettings.omit({ recognition: true }).extend({
    /** One recognition network, or several whose losses are averaged. */
    recognition: z.array(z.string().min(1)).min(1),
  }),
  variants: z.array(z.enum(variantNames)).min(1),
  steps: z.int().min(1),
  albedoL1Share: z.number().min(0).max(1),
  learningRate: z.strictObject({ albedo: z.number().positive(), light: z.number().positive() }),
  group: z.int().min(1),
  batch: z.int().min(1),
  judges: judgesSetting,
  shown: z.int().min(0),
});

export type LossFaceSettings = z.infer<typeof lossFaceSettings>;
export type FreeMapsSettings = z.infer<typeof freeMapsSettings>;
