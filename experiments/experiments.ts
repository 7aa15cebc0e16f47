/** All experiments there are.  */
import path from "node:path";
import type { z } from "zod";
import { ablations } from "./configs/ablations.js";
import { detailSamples } from "./configs/detail-samples.js";
import type { DetailTrainingConfig } from "./configs/detail-variant.js";
import { evaluateDetail } from "./configs/evaluate-detail.js";
import { evaluatePrior } from "./configs/evaluate-prior.js";
import type { ExperimentConfig } from "./configs/experiment-config.js";
import { faceParserTraining } from "./configs/face-parser.js";
import { figures } from "./configs/figures.js";
import { highResolution } from "./configs/high-resolution.js";
import { paper } from "./configs/paper.js";
import { photos } from "./configs/photos.js";
import { prepare } from "./configs/prepare.js";
import { quick } from "./configs/quick.js";
import { regressor } from "./configs/regressor.js";
import {
  regressorIdentity,
  regressorPaper,
  regressorPhotos,
  regressorSmoke,
} from "./configs/regressor-variants.js";
import { smoke } from "./configs/smoke.js";
import { sweep } from "./configs/sweep.js";
import { table3 } from "./configs/table-3.js";
import { textureGanTraining } from "./configs/texture-gan.js";
import { truthBench } from "./configs/truth-bench.js";
import { vertexRefinerTraining } from "./configs/vertex-refiner.js";
import type { Run } from "./experiment-run.js";
import { type CompareMethodsSettings, compareMethodsSettings } from "./runners/compare-methods-settings.js";
import {
  detailSampleSettings,
  detailTrainingSettings,
  freeDetailSettings,
} from "./runners/detail-settings.js";
import { evaluateDetailSettings } from "./runners/evaluate-detail-settings.js";
import { evaluatePriorSettings } from "./runners/evaluate-prior-settings.js";
import { faceParserSettings } from "./runners/face-parser-settings.js";
import { figureSettings } from "./runners/figure-settings.js";
import { prepareSettings } from "./runners/prepare-settings.js";
import { type RegressorSettings, regressorSettings } from "./runners/regressor-settings.js";
import { sweepSettings } from "./runners/sweep-settings.js";
import { textureGanSettings } from "./runners/texture-gan-settings.js";
import { vertexRefinerSettings } from "./runners/vertex-refiner-settings.js";

/** A config and what runs it. */
export interface Experiment<S = never> {
  readonly config: ExperimentConfig<S>;
  readonly schema: z.ZodType<S>;
  /** Settings that change nothing in the result. */
  readonly free: readonly string[];
  /** What the run is called where `--run` does not say. */
  runName(settings: S): string;
  /** Loads what runs it, which takes seconds. */
  load(): Promise<Runner<S>>;
}

/** @returns the exit code */
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
    load: async () => (await import("./runners/regressor.js")).runRegressor,
  };
}

/** A preset of the detail refinement's training. */
function detailTraining(config: DetailTrainingConfig) {
  return experiment({
    config,
    schema: detailTrainingSettings,
    free: freeDetailSettings,
    runName: ({ samples }) => (samples.from === "synthetic" ? "synthetic" : path.basename(samples.folder)),
    load: async () => (await import("./runners/train-detail.js")).runDetailTraining,
  });
}

/** Of all methods, on the same faces. */
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
    load: async () => (await import("./runners/prepare.js")).runPrepare,
  }),
  experiment({
    config: evaluatePrior,
    schema: evaluatePriorSettings,
    free: [],
    runName: ({ priors }) => priors.join("-"),
    load: async () => (await import("./runners/evaluate-prior.js")).runEvaluatePrior,
  }),
  experiment({
    config: faceParserTraining,
    schema: faceParserSettings,
    free: ["checkpointEvery", "folder"],
    runName: ({ seed }) => `seed-${seed}`,
    load: async () => (await import("./runners/face-parser.js")).runFaceParser,
  }),
  ...[regressor, regressorPaper, regressorPhotos, regressorIdentity, regressorSmoke].map(regressorTraining),
  experiment({
    config: detailSamples,
    schema: detailSampleSettings,
    free: ["store"],
    runName: ({ from, folder }) => (from === "synthetic" ? from : path.basename(folder)),
    load: async () => (await import("./runners/detail-samples-runner.js")).runDetailSamples,
  }),
  experiment({
    config: evaluateDetail,
    schema: evaluateDetailSettings,
    free: [],
    runName: ({ weights, refine }) =>
      `${path.parse(weights).name}${refine.steps > 0 ? `-refined-${refine.steps}` : ""}`,
    load: async () => (await import("./runners/evaluate-detail.js")).runEvaluateDetail,
  }),
  comparison(table3, async () => (await import("./runners/table-3.js")).runTable3),
  comparison(truthBench, async () => (await import("./runners/truth-bench.js")).runTruthBench),
  experiment({
    config: sweep,
    schema: sweepSettings,
    free: [],
    runName: ({ experiment }) => experiment,
    load: async () => (await import("./runners/sweep.js")).runSweep,
  }),
  ...figures.map((config) =>
    experiment({
      config,
      schema: figureSettings,
      free: [],
      runName: (s) => (s.dataset === "synthetic" ? s.subset : path.basename(s.path)),
      load: async () => (await import("./runners/figure.js")).runFigure,
    }),
  ),
  ...[smoke, quick, photos, paper, highResolution, ...ablations].map(detailTraining),
  experiment({
    config: textureGanTraining,
    schema: textureGanSettings,
    free: ["samples.store", "checkpointEvery", "previewEvery", "threads"],
    runName: ({ seed }) => `seed-${seed}`,
    load: async () => (await import("./runners/texture-gan.js")).runTextureGan,
  }),
  experiment({
    config: vertexRefinerTraining,
    schema: vertexRefinerSettings,
    free: ["samples.store", "checkpointEvery", "validateEvery", "threads"],
    runName: ({ seed }) => `seed-${seed}`,
    load: async () => (await import("./runners/vertex-refiner.js")).runVertexRefiner,
  }),
] as const;
