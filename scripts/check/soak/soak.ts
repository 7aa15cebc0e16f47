/**
 * Trains for long and watches what must not grow:
 *
 *     npm run soak [-- --steps N]
 *
 * It runs the smoke training of the detail refinement in its smallest size, with checkpoints and validations as in a
 * long training; the size does not change what is left behind. It prints a row for each of 20 intervals, with the
 * smallest numbers of tensors, listeners and handles in it, as there are more in the middle of a step. It exits with
 * 1 if a figure grew.
 */
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { wholeRun } from "../../../datasets/prepare/photo-index.js";
import { runCommand } from "../../../experiments/run/command.js";
import { openRun } from "../../../experiments/run/experiment-run.js";
import { runDetailTraining } from "../../../experiments/train-detail/run.js";
import { smoke } from "../../../experiments/train-detail/smoke.js";
import { type Counts, type Figures, figureNames, leastCounts, takeCounts, takeFigures } from "./figures.js";
import { growth } from "./flat.js";

const intervals = 20;

await runCommand("soak", async () => {
  const command = new Command("soak")
    .option("--steps <n>", "training steps, 60 at least", stepCount, 2000)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parse();
  const { steps } = command.opts<{ steps: number }>();
  const folder = await mkdtemp(path.join(tmpdir(), "soak-"));
  try {
    return report(await train(folder, steps));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function train(results: string, steps: number): Promise<Figures[]> {
  const interval = Math.floor(steps / intervals);
  const { samples, network, schedule } = smoke.settings;
  const small = {
    samples: { ...samples, training: { ...samples.training, count: 4 } },
    network: { ...network, baseChannels: 4, discriminatorChannels: 4, threads: 1 },
    schedule: { ...schedule, batchSize: 2 },
    microBatch: 2,
  };
  const rare = { checkpointEvery: interval, validateEvery: 2 * interval, shown: 1 };
  const settings = { ...smoke.settings, ...small, ...rare, steps };
  const name = "soak";
  const request = {
    experiment: smoke.name,
    name,
    settings,
    free: [],
    results,
    resume: false,
    shard: wholeRun,
  };
  const run = await openRun(request);
  const series: Figures[] = [];
  process.stdout.write(`   step${figureNames.map((figure) => figure.padStart(12)).join("")}\n`);
  let least: Counts | undefined;
  const watch = setInterval(async () => {
    const step = await lastStep(path.join(run.folder, "curves.jsonl"));
    if (step === 0) return;
    least = least ? leastCounts(least, takeCounts()) : takeCounts();
    if (step < interval * (series.length + 1)) return;
    const figures = takeFigures(step, least);
    series.push(figures);
    least = undefined;
    const columns = figureNames.map((figure) => `${Math.round(figures[figure] ?? Number.NaN)}`.padStart(12));
    process.stdout.write(`${`${step}`.padStart(7)}${columns.join("")}\n`);
  }, 100);
  try {
    await runDetailTraining(settings, run);
  } finally {
    clearInterval(watch);
  }
  return series;
}

function report(series: readonly Figures[]): number {
  const grown = growth(series);
  for (const sentence of grown) process.stderr.write(`soak: ${sentence}.\n`);
  if (grown.length === 0) process.stdout.write("nothing grew\n");
  return grown.length === 0 ? 0 : 1;
}

/** The step of the curves' last whole line; 0 if there is none yet. */
async function lastStep(curves: string): Promise<number> {
  const file = await open(curves).catch(() => undefined);
  if (!file) return 0;
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, 8192));
    await file.read(tail, 0, tail.length, size - tail.length);
    const steps = [...tail.toString("utf8").matchAll(/\{"step":(\d+),/g)];
    return Number(steps.at(-1)?.[1] ?? 0);
  } finally {
    await file.close();
  }
}

function stepCount(text: string): number {
  if (/^\d{2,6}$/.test(text) && Number(text) >= 60) return Number(text);
  throw new InvalidArgumentError("expected a whole number from 60.");
}
