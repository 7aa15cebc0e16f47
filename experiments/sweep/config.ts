/** Runs any experiment with many settings: `npm run experiment -- sweep --set experiment=… --set 'axes=[…]'`. */

import type { ExperimentConfig } from "../run/experiment-config.js";
import type { SweepSettings } from "./settings.js";

export const sweep = {
  name: "sweep",
  about: "runs an experiment at many settings, on a grid or drawn, and puts their figures into one table",
  expected: {
    time: "that of its runs; --resume goes on after an interrupt, --shard i/n does a part",
    result: "table.csv with a row a run, parallel-coordinates.png",
  },
  settings: {
    experiment: "smoke",
    /** Settings of all runs, each in the form that `--set` takes. */
    set: ["steps=20"],
    /**
     * Each axis has `values`, or a range `from` … `to` for draws, which are even in the value or, with `log`, in its
     * logarithm.
     */
    axes: [
      { key: "losses.weights.symmetry", values: [0, 5, 20] },
      { key: "losses.weights.imageGradient", values: [0, 2] },
    ],
    /** Number of random draws; 0 runs the whole grid. */
    draws: 0,
    seed: 1,
    /**
     * Columns: numbers of a run's summary.json by their path, such as `validation.albedo.error`; an empty list takes
     * all numbers.
     */
    figures: ["training.total", "validation.detailed.psnr", "validation.coarselyLit.psnr"],
  },
} as const satisfies ExperimentConfig<SweepSettings>;
