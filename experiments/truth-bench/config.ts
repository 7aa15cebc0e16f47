/**
 * Measures how well each method separates albedo from light, on faces whose truth is known: photos cannot tell this.
 */
import type { CompareMethodsSettings } from "../compare-methods/settings.js";
import type { ExperimentConfig } from "../run/experiment-config.js";
import { table3 } from "../table-3/config.js";

export const truthBench = {
  name: "truth-bench",
  about: "measures how well each method tells albedo from light, on synthetic faces with their truth",
  expected: {
    time: "10 minutes for 32 faces and a person under 16 lights",
    result:
      "table.csv, identity.csv and detail-shares.csv by method, and the figure of fidelity against leakage",
  },
  settings: {
    ...table3.settings,
    /** All methods except "texture-gan", whose fit takes 20 s a face. */
    methods: [
      "constant",
      "texture",
      "coarse",
      "identity-regressor",
      "vertex-refiner",
      "first-guess",
      "full-share",
      "constant-share",
      "all-detail",
      "ours-coarse-light",
      "ours",
    ],
    facesOfEach: 8,
    persons: 1,
  },
} as const satisfies ExperimentConfig<CompareMethodsSettings>;
