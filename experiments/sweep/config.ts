/** Any experiment at many settings: `npm run experiment -- sweep --set experiment=… --set 'axes=[…]'`. */

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
    /** What all runs are given, each as `--set` takes it. */
    set: ["steps=20"],
    /** Either `values`, or, to draw from, `from` and `to`, evenly or, with `log`, in ratios. */
    axes: [
      { key: "losses.weights.symmetry", values: [0, 5, 20] },
      { key: "losses.weights.imageGradient", values: [0, 2] },
    ],
    /** Settings to draw; 0 for the whole grid. */
    draws: 0,
    seed: 1,
    /** Columns: numbers of a run's summary.json by their path, as `validation.albedo.error`; all of them if none is named. */
    figures: ["training.total", "validation.detailed.psnr", "validation.coarselyLit.psnr"],
  },
} as const satisfies ExperimentConfig<SweepSettings>;
