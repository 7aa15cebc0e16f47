/** The settings of `prepare`, with the ranges that `--set` may use. */
import { z } from "zod";
import { layoutNames } from "../../datasets/photos/open-photos.js";
import type { PreparationSettings } from "../../datasets/prepare/preparation.js";

const share = z.number().min(0).max(1);

const preparation = z.strictObject({
  size: z.int().min(32).max(1024),
  landmarks: z.enum(["found", "given"]),
  leastScore: share,
  leastEyes: z.number().min(0),
  leastInside: share,
  mostYaw: z.number().min(0).max(90),
  leastSharpness: share,
  mostRival: share,
  mostFitError: z.number().min(0),
  leastSkin: share,
  mask: z.string().min(1),
  model: z.string().min(1),
  engine: z.enum(["wasm", "tensorflow", "cpu"]),
}) satisfies z.ZodType<PreparationSettings>;

export const prepareSettings = z.strictObject({
  dataset: z.enum(layoutNames),
  path: z.string().min(1),
  store: z.string().min(1),
  workers: z.int().min(1).max(256),
  first: z.int().min(0),
  seed: z.int().min(0),
  split: z.strictObject({ by: z.enum(["seeded", "released"]), testShare: share }),
  preparation,
});

export type PrepareSettings = z.infer<typeof prepareSettings>;
