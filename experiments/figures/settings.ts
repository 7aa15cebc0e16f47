import { z } from "zod";
import { layoutNames } from "../../datasets/photos/open-photos.js";
import { subsetNames } from "../../datasets/synthetic/scene/subset-names.js";
import { priorNames } from "../evaluate-prior/prior-methods.js";
import { columnNames } from "./figure-columns.js";
import { countNames } from "./figure-counts.js";

export const figureSettings = z.strictObject({
  /** Trained networks by what they are called in captions; each has the columns of its own. */
  variants: z.array(z.strictObject({ name: z.string(), weights: z.string().min(1) })).min(1),
  prior: z.enum(priorNames),
  mask: z.string().min(1),
  model: z.string().min(1),
  /** Of weights `none`. */
  uvSize: z.int().min(16).multipleOf(16),
  dataset: z.enum(["synthetic", ...layoutNames]),
  /** Of a data set of photos. */
  path: z.string(),
  /** Of synthetic faces. */
  subset: z.enum(subsetNames),
  /** Seeds of synthetic faces, or places in the listing of photos, from 0. */
  numbers: z.array(z.int().min(0)).min(1),
  /** Rows of the sheet, the first of the faces; what is counted is counted over all. */
  shown: z.int().min(1),
  columns: z.array(z.enum(columnNames)).min(1),
  counts: z.array(z.enum(countNames)),
});

export type FigureSettings = z.infer<typeof figureSettings>;
