import { lossReadings } from "rerenderable/face";
import { z } from "zod";
import { lossFaceSettings } from "../free-maps/settings.js";

const names = Object.keys(lossReadings) as [keyof typeof lossReadings, ...(keyof typeof lossReadings)[]];

export const lossBalanceSettings = lossFaceSettings.extend({
  readings: z.array(z.enum(names)).min(1),
  recognition: z.string().min(1),
  uvMask: z.enum(["face", "skin"]),
});

export type LossBalanceSettings = z.infer<typeof lossBalanceSettings>;
