/** Executes the notebooks in their own process, and finds their pages. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import path from "node:path";
import { root, runChild } from "../run/run-child.js";

/** Greatest number of notebooks at once: each may take 2 GB. */
const mostJobs = 4;

const script = path.join(root, "scripts/jupyter/notebooks.cjs");

export interface NotebookPage {
  /** Name of the notebook, `NN-name`. */
  readonly name: string;
  readonly file: string;
}

/** Lists the names of all notebooks, in order. */
export function listNotebooks(): string[] {
  return createRequire(import.meta.url)(script).listNotebooks(path.join(root, "notebooks"));
}

/** Lists the pages of executed notebooks in `results`. */
export function notebookPages(results: string): NotebookPage[] {
  return listNotebooks()
    .map((name) => ({ name, file: path.join(results, "notebooks", `${name}.html`) }))
    .filter(({ file }) => existsSync(file));
}

/**
 * Runs all notebooks and writes their pages; the committed `.ipynb` files stay as they are.
 * @param onLine called with each line that the run prints
 * @throws an error with the last line of the run, if it failed
 */
export function runNotebooks(results: string, onLine: (line: string) => void): Promise<void> {
  const jobs = `${Math.min(availableParallelism(), mostJobs)}`;
  const args = [script, "--no-write", "--jobs", jobs, "--results", path.join(results, "notebooks")];
  return runChild(args, onLine);
}
