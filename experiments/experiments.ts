/** All experiments there are. Training (`smoke`, `quick`, `photos`, `paper`), tables and figures join them here. */
import type { z } from "zod";
import { evaluatePrior } from "./configs/evaluate-prior.js";
import type { ExperimentConfig } from "./configs/experiment-config.js";
import { prepare } from "./configs/prepare.js";
import type { Run } from "./experiment-run.js";
import { evaluatePriorSettings } from "./runners/evaluate-prior-settings.js";
import { prepareSettings } from "./runners/prepare-settings.js";

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
] as const;
