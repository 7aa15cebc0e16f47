import { z } from "zod";
import { layoutNames } from "../../datasets/photos/open-photos.js";
import { subsetNames } from "../../datasets/synthetic/scene/subset-names.js";
import { priorNames } from "../evaluate-prior/prior-methods.js";
import { judgesSetting } from "./identity-judges.js";
import { methodNames } from "./methods.js";

/** Settings of Table 3, the figures and the truth bench. */
export const compareMethodsSettings = z.strictObject({
  methods: z.array(z.enum(methodNames)).min(1),
  /** Weights of our method: `shipped`, a rule such as `all-detail`, or the file of a network. */
  weights: z.string().min(1),
  /** Weights of the rivals; needed only for the methods that are compared. */
  rivals: z.strictObject({
    identityRegressor: z.string(),
    textureGan: z.string(),
    vertexRefiner: z.string(),
  }),
  prior: z.enum(priorNames),
  mask: z.string().min(1),
  model: z.string().min(1),
  /** Side of the maps if `weights` is a rule. */
  uvSize: z.int().min(16).multipleOf(16),
  dataset: z.enum(["synthetic", ...layoutNames]),
  /** Path of a data set of photos. */
  path: z.string(),
  photos: z.strictObject({ part: z.enum(["last", "test"]), count: z.int().min(1) }),
  subsets: z.array(z.enum(subsetNames)),
  firstSeed: z.int().min(0),
  facesOfEach: z.int().min(1),
  persons: z.int().min(0),
  judges: judgesSetting,
  /** Faces of each group on a sheet. */
  shown: z.int().min(0),
});

export type CompareMethodsSettings = z.infer<typeof compareMethodsSettings>;
