import { z } from "zod";
import { detailSampleSettings } from "../train-detail/settings.js";

const count = z.int().min(1);
const positive = z.number().positive();

export const textureGanSettings = z.strictObject({
  seed: z.int().min(0),
  /** The samples from whose true albedos the network learns. */
  samples: detailSampleSettings,
  network: z.strictObject({ baseChannels: count, latentSize: count }),
  /** One stage for each side of the map: 8, 16, … U. */
  stages: z.array(z.strictObject({ steps: count, batchSize: count })).min(1),
  learningRate: positive,
  slopePenalty: z.number().min(0),
  averaging: z.number().min(0).max(1),
  checkpointEvery: count,
  previewEvery: z.int().min(0),
  threads: z.int().min(1).max(64),
});

export type TextureGanSettings = z.infer<typeof textureGanSettings>;
