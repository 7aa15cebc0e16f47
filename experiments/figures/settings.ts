import { z } from "zod";
import { layoutNames } from "../../datasets/photos/open-photos.js";
import { subsetNames } from "../../datasets/synthetic/scene/subset-names.js";
import { judgesSetting } from "../compare-methods/identity-judges.js";
import { priorNames } from "../evaluate-prior/prior-methods.js";
import { columnNames } from "./figure-columns.js";
import { countNames } from "./figure-counts.js";
import { verdictNames } from "./figure-verdicts.js";

export const figureSettings = z.strictObject({
  /** Trained networks with their names in captions; each network has its own columns. */
  variants: z.array(z.strictObject({ name: z.string(), weights: z.string().min(1) })).min(1),
  prior: z.enum(priorNames),
  mask: z.string().min(1),
  model: z.string().min(1),
  /** Side of the uv maps for weights that are a rule, as `none`; other weights have a side of their own. */
  uvSize: z.int().min(16).multipleOf(16),
  dataset: z.enum(["synthetic", ...layoutNames]),
  /** Folder of a data set of photos. */
  path: z.string(),
  /** Subset of the synthetic faces. */
  subset: z.enum(subsetNames),
  /** Seeds of synthetic faces, or indices in the list of photos, from 0. */
  numbers: z.array(z.int().min(0)).min(1),
  /** Number of rows of the sheet: it shows the first faces, but the measures use all. */
  shown: z.int().min(1),
  columns: z.array(z.enum(columnNames)).min(1),
  counts: z.array(z.enum(countNames)),
  /** What the paper says of the figure and the counts can tell; each needs counts and variants of its own. */
  verdicts: z.array(z.enum(verdictNames)),
  /** Who measures identity in the counts. */
  judges: judgesSetting,
});

export type FigureSettings = z.infer<typeof figureSettings>;
