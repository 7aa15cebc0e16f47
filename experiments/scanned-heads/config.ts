/**
 * What the refinement is worth on skin that no program of ours drew: heads with textures of others, lit by surroundings
 * that the light prior has not seen, in linear light.
 */
import type { ExperimentConfig } from "../run/experiment-config.js";
import type { ScannedHeadsSettings } from "./settings.js";

export const scannedHeads = {
  name: "scanned-heads",
  about: "measures the albedo on heads with textures of others: A′ beside the prior's and the photo's own",
  expected: {
    time: "2 to 3 minutes for two heads, six lights and two poses",
    result:
      "table.csv: errors of the albedo by head, light and pose; the sheets show scans, so do not publish them",
  },
  settings: {
    heads: [
      { folder: "../shared/data/scanned-heads/ffhq-uv-head" },
      { folder: "../shared/data/scanned-heads/lee-perry-smith" },
    ],
    lights: [
      "grace-cathedral",
      "eucalyptus-grove",
      "old-town-square",
      "st-peters-basilica",
      "campus-sunset",
      "lamp",
    ],
    turns: [0, 0.4],
    side: 512,
    weights: "shipped",
    uvSize: 256,
  },
} as const satisfies ExperimentConfig<ScannedHeadsSettings>;
