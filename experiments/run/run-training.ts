/** Runs the training of one network: the loop, the page of curves, the weights, the summary and the exit code. */
import { type Trainee, train } from "rerenderable";
import { readCurves, type TrainingOptions } from "rerenderable/face";
import { writeCurvesPage } from "./curves-page.js";
import type { Run } from "./experiment-run.js";
import { interruptedExitCode } from "./interrupt.js";
import type { ProgressLine } from "./progress.js";
import { toJson } from "./to-json.js";
import { startTally } from "./training-tally.js";

export interface TrainingPlan
  extends Pick<
    TrainingOptions,
    "steps" | "seed" | "configHash" | "checkpointEvery" | "validateEvery" | "signal"
  > {
  /** Title of the page of curves. */
  readonly title: string;
  /** Makes the file of weights after so many steps. */
  weights(steps: number): Promise<Uint8Array>;
  /** Entries of the summary in addition to steps, seconds and the last terms. */
  remarks?(): Readonly<Record<string, unknown>>;
}

/** @returns the exit code */
export async function runTraining(
  trainee: Trainee,
  run: Run,
  { title, weights, remarks, ...options }: TrainingPlan,
  progress: ProgressLine,
): Promise<number> {
  const tally = startTally();
  const end = await train(trainee, {
    ...options,
    folder: run.folder,
    resume: true, // a new run has no checkpoint, so it starts at step 0
    onLine: (line) => tally.line(line, options.steps, progress),
  });
  progress.now("");
  await writeCurvesPage(run.folder, title);
  await run.write("weights.safetensors", await weights(end.step));
  const curves = await readCurves(`${run.folder}/curves.jsonl`);
  const last = (kind: string) => curves.filter((line) => line.kind === kind).at(-1)?.terms ?? null;
  const summary = { ...end, ...remarks?.(), seconds: tally.seconds(), training: last("training") };
  await run.write("summary.json", toJson({ ...summary, validation: last("validation") }));
  if (end.interrupted) progress.say(`stopped after step ${end.step}; --resume goes on`);
  return end.interrupted ? interruptedExitCode : 0;
}
