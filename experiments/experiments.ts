/**
 * Lists all experiments. An experiment is a config (named settings, with their expected time and result) and the
 * function that runs it; `npm run experiment -- <name>` starts one.
 */
import path from "node:path";
import type { z } from "zod";
import { type CompareMethodsSettings, compareMethodsSettings } from "./compare-methods/settings.js";
import { detailSamples } from "./detail-samples/config.js";
import { evaluateDetail } from "./evaluate-detail/config.js";
import { evaluateDetailSettings } from "./evaluate-detail/settings.js";
import { evaluatePrior } from "./evaluate-prior/config.js";
import { evaluatePriorSettings } from "./evaluate-prior/settings.js";
import { exposureTraining } from "./exposure/config.js";
import { exposureSettings } from "./exposure/settings.js";
import { faceParserTraining } from "./face-parser/config.js";
import { faceParserSettings } from "./face-parser/settings.js";
import { figures } from "./figures/config.js";
import { figureSettings } from "./figures/settings.js";
import { freeMaps } from "./free-maps/config.js";
import { freeMapsSettings } from "./free-maps/settings.js";
import { lossBalance } from "./loss-balance/config.js";
import { lossBalanceSettings } from "./loss-balance/settings.js";
import { prepare } from "./prepare/config.js";
import { prepareSettings } from "./prepare/settings.js";
import { regressor } from "./regressor/config.js";
import { type RegressorSettings, regressorSettings } from "./regressor/settings.js";
import { regressorIdentity, regressorPaper, regressorPhotos, regressorSmoke } from "./regressor/variants.js";
import type { ExperimentConfig } from "./run/experiment-config.js";
import type { Run } from "./run/experiment-run.js";
import { scannedHeads } from "./scanned-heads/config.js";
import { scannedHeadsSettings } from "./scanned-heads/settings.js";
import { sweep } from "./sweep/config.js";
import { sweepSettings } from "./sweep/settings.js";
import { table3 } from "./table-3/config.js";
import { textureGanTraining } from "./texture-gan/config.js";
import { textureGanSettings } from "./texture-gan/settings.js";
import { ablations } from "./train-detail/ablations.js";
import { decide } from "./train-detail/decide.js";
import type { DetailTrainingConfig } from "./train-detail/detail-variant.js";
import { highResolution } from "./train-detail/high-resolution.js";
import { paper } from "./train-detail/paper.js";
import { paperReleased } from "./train-detail/paper-released.js";
import { photos } from "./train-detail/photos.js";
import { quick } from "./train-detail/quick.js";
import { detailSampleSettings, detailTrainingSettings, freeDetailSettings } from "./train-detail/settings.js";
import { smoke } from "./train-detail/smoke.js";
import { truthBench } from "./truth-bench/config.js";
import { vertexRefinerTraining } from "./vertex-refiner/config.js";
import { vertexRefinerSettings } from "./vertex-refiner/settings.js";

/** A config and the function that runs it. */
export interface Experiment<S = never> {
  readonly config: ExperimentConfig<S>;
  readonly schema: z.ZodType<S>;
  /** Settings that change nothing in the result. */
  readonly free: readonly string[];
  /** Name of the run if `--run` gives none. */
  runName(settings: S): string;
  /** Loads the function that runs the experiment; loading takes seconds. */
  load(): Promise<Runner<S>>;
}

/**
 * Runs an experiment.
 * @returns the exit code
 */
export type Runner<S> = (settings: S, run: Run) => Promise<number>;

function experiment<S>(parts: Experiment<S>): Experiment<S> {
  return parts;
}

function regressorTraining(config: ExperimentConfig<RegressorSettings>): Experiment<RegressorSettings> {
  return {
    config,
    schema: regressorSettings,
    free: ["checkpointEvery"],
    runName: ({ photos, seed }) =>
      photos === "" ? `seed-${seed}` : photos.split(/[\\/]/).filter(Boolean).pop()!,
    load: async () => (await import("./regressor/run.js")).runRegressor,
  };
}

/** A preset of the detail refinement's training. */
function detailTraining(config: DetailTrainingConfig) {
  return experiment({
    config,
    schema: detailTrainingSettings,
    free: freeDetailSettings,
    runName: ({ samples }) => (samples.from === "synthetic" ? "synthetic" : path.basename(samples.folder)),
    load: async () => (await import("./train-detail/run.js")).runDetailTraining,
  });
}

/** An experiment that compares all methods on the same faces. */
function comparison(
  config: ExperimentConfig<CompareMethodsSettings>,
  load: () => Promise<Runner<CompareMethodsSettings>>,
) {
  return experiment({
    config,
    schema: compareMethodsSettings,
    free: [],
    runName: ({ dataset, path: folder }) => (dataset === "synthetic" ? dataset : path.basename(folder)),
    load,
  });
}

export const experiments = [
  experiment({
    config: prepare,
    schema: prepareSettings,
    free: ["workers"],
    runName: ({ dataset, path }) => `${dataset}-${path.split(/[\\/]/).filter(Boolean).pop() ?? "root"}`,
    load: async () => (await import("./prepare/run.js")).runPrepare,
  }),
  experiment({
    config: evaluatePrior,
    schema: evaluatePriorSettings,
    free: [],
    runName: ({ priors }) => priors.join("-"),
    load: async () => (await import("./evaluate-prior/run.js")).runEvaluatePrior,
  }),
  experiment({
    config: exposureTraining,
    schema: exposureSettings,
    free: ["checkpointEvery", "folder"],
    runName: ({ seed }) => `seed-${seed}`,
    load: async () => (await import("./exposure/run.js")).runExposure,
  }),
  experiment({
    config: faceParserTraining,
    schema: faceParserSettings,
    free: ["checkpointEvery", "folder"],
    runName: ({ seed }) => `seed-${seed}`,
    load: async () => (await import("./face-parser/run.js")).runFaceParser,
  }),
  ...[regressor, regressorPaper, regressorPhotos, regressorIdentity, regressorSmoke].map(regressorTraining),
  experiment({
    config: detailSamples,
    schema: detailSampleSettings,
    free: ["store"],
    runName: ({ from, folder }) => (from === "synthetic" ? from : path.basename(folder)),
    load: async () => (await import("./detail-samples/run.js")).runDetailSamples,
  }),
  experiment({
    config: evaluateDetail,
    schema: evaluateDetailSettings,
    free: [],
    runName: ({ weights, refine }) =>
      `${path.parse(weights).name}${refine.steps > 0 ? `-refined-${refine.steps}` : ""}`,
    load: async () => (await import("./evaluate-detail/run.js")).runEvaluateDetail,
  }),
  experiment({
    config: freeMaps,
    schema: freeMapsSettings,
    free: [],
    runName: ({ photos }) => (photos === "" ? "synthetic" : path.basename(photos)),
    load: async () => (await import("./free-maps/run.js")).runFreeMaps,
  }),
  experiment({
    config: lossBalance,
    schema: lossBalanceSettings,
    free: [],
    runName: ({ photos }) => (photos === "" ? "synthetic" : path.basename(photos)),
    load: async () => (await import("./loss-balance/run.js")).runLossBalance,
  }),
  comparison(table3, async () => (await import("./table-3/run.js")).runTable3),
  comparison(truthBench, async () => (await import("./truth-bench/run.js")).runTruthBench),
  experiment({
    config: scannedHeads,
    schema: scannedHeadsSettings,
    free: [],
    runName: ({ heads }) => heads.map(({ folder }) => path.basename(path.resolve(folder))).join("-"),
    load: async () => (await import("./scanned-heads/run.js")).runScannedHeads,
  }),
  experiment({
    config: sweep,
    schema: sweepSettings,
    free: [],
    runName: ({ experiment }) => experiment,
    load: async () => (await import("./sweep/run.js")).runSweep,
  }),
  ...figures.map((config) =>
    experiment({
      config,
      schema: figureSettings,
      free: [],
      runName: (s) => (s.dataset === "synthetic" ? s.subset : path.basename(s.path)),
      load: async () => (await import("./figures/run.js")).runFigure,
    }),
  ),
  ...[smoke, quick, decide, photos, paper, paperReleased, highResolution, ...ablations].map(detailTraining),
  experiment({
    config: textureGanTraining,
    schema: textureGanSettings,
    free: ["samples.store", "checkpointEvery", "previewEvery", "threads"],
    runName: ({ seed }) => `seed-${seed}`,
    load: async () => (await import("./texture-gan/run.js")).runTextureGan,
  }),
  experiment({
    config: vertexRefinerTraining,
    schema: vertexRefinerSettings,
    free: ["samples.store", "checkpointEvery", "validateEvery", "threads"],
    runName: ({ seed }) => `seed-${seed}`,
    load: async () => (await import("./vertex-refiner/run.js")).runVertexRefiner,
  }),
] as const;
