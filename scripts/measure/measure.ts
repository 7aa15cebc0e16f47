/**
 * Measures parts against what is known of them, and writes the figures to `results/`:
 *
 *     npm run measure -- <name> [arguments of the program]
 */
import { runByName } from "../run-by-name.js";

await runByName("measure", "Measures parts against what is known of them, and writes to results/.", [
  {
    name: "masks",
    about: "face masks on renders with things before them, and a user's [network.onnx]; a minute",
    run: () => import("./masks/measure.js"),
  },
  {
    name: "synthetic",
    about: "points and masks on [125] synthetic faces of each subset; 20 minutes",
    run: () => import("./synthetic/measure.js"),
  },
  {
    name: "landmarks",
    about: "points and pose on renders of [40] faces at each turn of the head; 5 minutes",
    run: () => import("./landmarks/measure.js"),
  },
  {
    name: "embeddings",
    about: "how well recognition networks know synthetic people, and a user's [network.onnx]; 10 minutes",
    run: () => import("./embeddings/compare.js"),
  },
  {
    name: "engines",
    about: "one scene on every engine of this machine, and the differences",
    run: () => import("./engines/compare.js"),
  },
  {
    name: "model",
    about: "the face model's contact sheet and figures, or the sheet of another [model]; 3 minutes",
    run: () => import("./model/report.js"),
  },
  {
    name: "hard-cases",
    about: "faces of six hard kinds, reconstructed; 2 minutes",
    run: () => import("./hard-cases/draw.js"),
  },
  {
    name: "regressor-errors",
    about: "how far the shipped regressor errs, written beside its weights; 3 minutes",
    run: () => import("./regressor-errors/measure.js"),
  },
]);
