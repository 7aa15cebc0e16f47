import { z } from "zod";

const value = z.union([z.number(), z.string(), z.boolean()]);

const axis = z.union([
  z.strictObject({ key: z.string().min(1), values: z.array(value).min(1) }),
  z.strictObject({ key: z.string().min(1), from: z.number(), to: z.number(), log: z.boolean().optional() }),
]);

export type SweepAxis = z.infer<typeof axis>;
export type SweepValue = z.infer<typeof value>;

export const sweepSettings = z.strictObject({
  experiment: z.string().min(1),
  set: z.array(z.string()),
  axes: z.array(axis).min(1),
  draws: z.int().min(0).max(100_000),
  seed: z.int().min(0),
  figures: z.array(z.string().min(1)),
});

export type SweepSettings = z.infer<typeof sweepSettings>;
