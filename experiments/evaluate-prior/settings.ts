import { z } from "zod";
import { subsetNames } from "../../datasets/synthetic/scene/subset-names.js";
import { priorNames } from "./prior-methods.js";

export const evaluatePriorSettings = z.strictObject({
  priors: z.array(z.enum(priorNames)).min(1),
  /** `shipped`, or the file of a coefficient regressor. */
  regressor: z.string().min(1),
  subsets: z.array(z.enum(subsetNames)),
  facesOfEach: z.int().min(1),
  photos: z.string(),
  lastPhotos: z.int().min(1),
  mask: z.string().min(1),
  model: z.string().min(1),
});

export type EvaluatePriorSettings = z.infer<typeof evaluatePriorSettings>;
