import { z } from "zod";
import { detailSampleSettings } from "../train-detail/settings.js";

const weight = z.number().min(0);
const count = z.int().min(1);

export const rateSettings = z.strictObject({
  rate: z.number().positive(),
  warmUp: z.int().min(0),
  decay: z.enum(["constant", "cosine"]),
});

export const vertexRefinerSettings = z.strictObject({
  seed: z.int().min(0),
  samples: detailSampleSettings,
  network: z.strictObject({ channels: count, blocks: z.int().min(0), order: count }),
  weights: z.strictObject({ pixel: weight, identity: weight, prior: weight }),
  batchSize: count,
  steps: count,
  rate: rateSettings,
  checkpointEvery: count,
  validateEvery: z.int().min(0),
  threads: z.int().min(1).max(64),
});

export type VertexRefinerSettings = z.infer<typeof vertexRefinerSettings>;
