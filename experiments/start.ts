/**
 * The main job, `npm start`: reconstructs the portrait that comes with the install, computes Table 3 on a few faces, executes
 * the notebooks and writes `results/index.html`.
 *
 *     npm start [-- --smoke] [--no-notebooks]
 */
import { rm } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { Listr, type ListrTask } from "listr2";
import { parseReconstructArguments } from "./reconstruct/reconstruct-options.js";
import { openSession, reconstructPhoto, type Session } from "./reconstruct/reconstruct-photo.js";
import type { ReconstructionSummary } from "./reconstruct/reconstruction-summary.js";
import { writeOverviewPicture } from "./report/overview-picture.js";
import { writeReport } from "./report/report.js";
import { listNotebooks, notebookPages, runNotebooks } from "./report/run-notebooks.js";
import { claimFolder } from "./run/claim-folder.js";
import { CommandError, runCommand } from "./run/command.js";
import { describeStage } from "./run/progress.js";
import { root, runChild } from "./run/run-child.js";
import { checkWritable } from "./run/write-folder.js";
import { table3 } from "./table-3/config.js";

// Relative where it can be, because paths are printed and end in the summary.
const here = (...parts: string[]) => path.relative(process.cwd(), path.join(root, ...parts)) || ".";
const results = here("results");
const portrait = here("datasets", "portraits", "astronaut.png");
const folder = path.join(results, "reconstructions", "astronaut");

interface StartOptions {
  readonly smoke: boolean;
  readonly notebooks: boolean;
}

/** What the tasks hand on. */
interface Job {
  session?: Session;
  summary?: ReconstructionSummary;
  notebooksMissing?: string;
  notebooksFailed?: boolean;
  page?: string;
}

await runCommand("start", async () => {
  const options = startOptions(process.argv.slice(2));
  const start = performance.now();
  await checkWritable(results);
  await claimFolder(folder); // a second start would remove what this one is at
  const job: Job = {};
  const tasks = new Listr<Job>(
    [engineTask(options), portraitTask(), tableTask(options), notebooksTask(options), reportTask()],
    {
      concurrent: false,
      fallbackRenderer: "simple",
      rendererOptions: { collapseSubtasks: false, showErrorMessage: false },
      registerSignalListeners: false,
    },
  );
  await tasks.run(job);
  process.stdout.write(`\n${shortSummary(job, (performance.now() - start) / 1000)}\n`);
  if (job.notebooksFailed) throw new CommandError(`start: ${job.notebooksMissing}`);
  return 0;
});

function startOptions(args: readonly string[]): StartOptions {
  const program = new Command("start")
    .description(
      "Reconstructs the bundled portrait, computes Table 3, executes the notebooks, writes results/index.html.",
    )
    .option("--smoke", "a quick run: few steps, small maps, no table", false)
    .option("--no-notebooks", "leave the notebooks out")
    .showSuggestionAfterError(false)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return program.parse(args, { from: "user" }).opts<StartOptions>();
}

function engineTask({ smoke }: StartOptions): ListrTask<Job> {
  return {
    title: "Engine",
    task: async (job, task) => {
      const { settings } = parseReconstructArguments([
        portrait,
        ...(smoke ? ["--steps", "5", "--uv", "128"] : []),
      ]);
      job.session = await openSession(settings);
      task.title = `Engine: ${job.session.engine.reason}`;
    },
  };
}

function portraitTask(): ListrTask<Job> {
  return {
    title: `Reconstruct ${portrait}`,
    task: async (job, task) => {
      let shown = "";
      job.summary = await reconstructPhoto(job.session!, portrait, folder, undefined, (stage, share) => {
        // Without a terminal each output is a line: once a stage is enough.
        const text = describeStage(stage, process.stdout.isTTY ? share : 0);
        if (text !== shown) task.output = text;
        shown = text;
      });
      task.title = `Reconstructed ${portrait} in ${job.summary.seconds.total.toFixed(1)} s`;
    },
  };
}

/** Table 3 from the shipped weights, on one face of each subset; the kept run has ten times as many. */
function tableTask({ smoke }: StartOptions): ListrTask<Job> {
  return {
    title: "Table 3",
    skip: () => smoke && "Table 3 was left out of this run (--smoke).",
    task: async (_, task) => {
      const run = path.join(results, "table-3", "start");
      await rm(run, { recursive: true, force: true });
      const args = ["--import", "tsx", "experiments/experiment.ts", "table-3", "--run", "start"];
      // The fit of the texture GAN takes 20 s a face.
      const methods = table3.settings.methods.filter((name) => name !== "texture-gan");
      const set = [`methods=${JSON.stringify(methods)}`, "facesOfEach=1", "shown=1"];
      const where = ["--results", path.resolve(results), ...set.flatMap((one) => ["--set", one])];
      await runChild([...args, ...where], (line) => {
        task.output = line;
      });
      task.title = `Table 3 on four faces: ${run}`;
    },
  };
}

function notebooksTask({ notebooks }: StartOptions): ListrTask<Job> {
  return {
    title: "Notebooks",
    task: async (job, task) => {
      const count = listNotebooks().length;
      if (!notebooks || count === 0) {
        job.notebooksMissing = notebooks
          ? "There is no notebook (notebooks/NN-name.nb.ts) in this version yet."
          : "The notebooks were left out of this run (--no-notebooks).";
        return task.skip(job.notebooksMissing);
      }
      try {
        await runNotebooks(results, (line) => {
          task.output = line;
        });
        task.title = `Notebooks: ${count} executed`;
      } catch (error) {
        // The page is still worth writing; the run ends with 1.
        job.notebooksFailed = true;
        job.notebooksMissing = `A notebook failed: ${(error as Error).message}`;
        task.title = `Notebooks: ${job.notebooksMissing}`;
      }
    },
  };
}

function reportTask(): ListrTask<Job> {
  return {
    title: "Report",
    task: async (job, task) => {
      const { notebooksMissing } = job;
      const notebooks = notebookPages(results);
      job.page = await writeReport({ results, reconstruction: folder, notebooks, notebooksMissing });
      await writeOverviewPicture(folder, path.join(results, "overview.png"));
      task.title = `Report: ${job.page}`;
    },
  };
}

function shortSummary({ summary, page }: Job, seconds: number): string {
  const { metrics, landmarkError, maskShare, peakMemoryMb } = summary!;
  const rows = [
    ["coarse picture, skin mask", `L1 ${metrics.coarse.l1.toFixed(4)}`],
    ["", `PSNR ${metrics.coarse.psnr.toFixed(2)} dB`],
    ["", `SSIM ${metrics.coarse.ssim.toFixed(3)}`],
    ["skin mask, of projected skin", `${(100 * maskShare).toFixed(1)} %`],
    ["landmarks, mean distance", `${landmarkError.toFixed(2)} px at 224`],
    ["memory, at most", `${peakMemoryMb} MB`],
    ["time in all", `${seconds.toFixed(1)} s`],
    ["page", page!],
  ] as const;
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join("\n");
}
