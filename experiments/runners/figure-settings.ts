import { z } from "zod";
import { layoutNames } from "../../datasets/photos/open-photos.js";
import { subsetNames } from "../../datasets/synthetic/scene/subsets.js";
import { columnNames } from "./figure-columns.js";
import { numberNames } from "./figure-numbers.js";
import { priorNames } from "./prior-methods.js";

export const figureSettings = z.strictObject({
  weights: z.string().min(1),
  prior: z.enum(priorNames),
  mask: z.string().min(1),
  model: z.string().min(1),
  /** Of weights `none`. */
  uvSize: z.int().min(16).multipleOf(16),
  /** Synthetic faces by their seeds, or photos of a data set by their numbers in it. */
  faces: z.discriminatedUnion("from", [
    z.strictObject({
      from: z.literal("synthetic"),
      subset: z.enum(subsetNames),
      seeds: z.array(z.int().min(0)).min(1),
    }),
    z.strictObject({
      from: z.enum(layoutNames),
      path: z.string().min(1),
      numbers: z.array(z.int().min(0)).min(1),
    }),
  ]),
  columns: z.array(z.enum(columnNames)).min(1),
  numbers: z.array(z.enum(numberNames)),
});

export type FigureSettings = z.infer<typeof figureSettings>;
