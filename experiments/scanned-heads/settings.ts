import { z } from "zod";
import { benchLightNames } from "./bench-lights.js";

const angle = z.number().min(-Math.PI).max(Math.PI);

const headSettings = z.strictObject({
  /** Its OBJ files with their textures (`datasets/scanned-heads/README.md`). */
  folder: z.string().min(1),
  /** Which of its OBJ files are drawn, each with its texture or with the one that is found; all. */
  parts: z
    .array(z.strictObject({ mesh: z.string().min(1), texture: z.string().min(1).optional() }))
    .min(1)
    .optional(),
  /** Which way v counts; found. */
  v: z.enum(["up", "down"]).optional(),
  /** Units of 10 cm a unit of the file; found. */
  scale: z.number().positive().optional(),
  /** Pitch, yaw and roll, in radians, that make the head look at the viewer; found. */
  turn: z.tuple([angle, angle, angle]).readonly().optional(),
});

export const scannedHeadsSettings = z.strictObject({
  heads: z.array(headSettings).min(1),
  lights: z.array(z.enum(benchLightNames)).min(1),
  /** Yaws at which each head is seen, radians; positive turns the nose to the viewer's right. */
  turns: z.array(angle).min(1),
  /** Side of the photos, px. */
  side: z.int().min(64).max(2048),
  /** `shipped`, or the file of a detail refiner. */
  weights: z.string().min(1),
  /** Side of the maps. */
  uvSize: z.int().min(16).multipleOf(16),
});

export type HeadSettings = z.infer<typeof headSettings>;
export type ScannedHeadsSettings = z.infer<typeof scannedHeadsSettings>;
