import { z } from "zod";
import { subsetNames } from "../../datasets/synthetic/scene/subset-names.js";
import { type CameraName, cameras } from "./cameras.js";
import { priorNames } from "./prior-methods.js";

export const evaluatePriorSettings = z.strictObject({
  priors: z.array(z.enum(priorNames)).min(1),
  /** `shipped`, or the file of a coefficient regressor. */
  /** Each photo is also judged as these cameras would have taken it; "as it is" comes first. */
  cameras: z.array(z.enum(Object.keys(cameras) as CameraName[])).min(1),
  regressor: z.string().min(1),
  subsets: z.array(z.enum(subsetNames)),
  facesOfEach: z.int().min(1),
  photos: z.string(),
  lastPhotos: z.int().min(1),
  mask: z.string().min(1),
  model: z.string().min(1),
});

export type EvaluatePriorSettings = z.infer<typeof evaluatePriorSettings>;
