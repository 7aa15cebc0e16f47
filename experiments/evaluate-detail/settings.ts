import { z } from "zod";
import { subsetNames } from "../../datasets/synthetic/scene/subset-names.js";
import { judgesSetting } from "../compare-methods/identity-judges.js";
import { priorNames } from "../evaluate-prior/prior-methods.js";
import { detailLossSettings } from "../train-detail/settings.js";

export const evaluateDetailSettings = z.strictObject({
  weights: z.string().min(1),
  refine: z.strictObject({
    steps: z.int().min(0),
    learningRate: z.number().positive(),
    losses: detailLossSettings,
  }),
  prior: z.enum(priorNames),
  subsets: z.array(z.enum(subsetNames)),
  firstSeed: z.int().min(0),
  facesOfEach: z.int().min(1),
  persons: z.int().min(0),
  photos: z.string(),
  lastPhotos: z.int().min(1),
  mask: z.string().min(1),
  model: z.string().min(1),
  uvSize: z.int().min(16).multipleOf(16),
  judges: judgesSetting,
  shown: z.int().min(0),
});

export type EvaluateDetailSettings = z.infer<typeof evaluateDetailSettings>;
