import { z } from "zod";
import { subsetNames } from "../../datasets/synthetic/scene/subset-names.js";

export const exposureSettings = z.strictObject({
  subsets: z.array(z.enum(subsetNames)).min(1),
  folder: z.string().min(1),
  firstSeed: z.int().min(0),
  facesOfEach: z.int().min(1),
  validationFaces: z.int().min(1),
  /** Prepared photos in the public domain; none if "". */
  photos: z.string(),
  batchSize: z.int().min(1),
  steps: z.int().min(1),
  learningRate: z.number().positive(),
  seed: z.int().min(0),
  checkpointEvery: z.int().min(1),
  validateEvery: z.int().min(0),
  threads: z.int().min(1).max(64),
});

export type ExposureSettings = z.infer<typeof exposureSettings>;
