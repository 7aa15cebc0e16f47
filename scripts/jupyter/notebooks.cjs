"use strict";
/**
 * Executes the notebooks, each from a fresh process, without Jupyter and without Python:
 *
 *     npm run notebooks [-- NN …] [--no-write] [--adopt] [--timeout seconds] [--jobs n]
 *
 * `notebooks/NN-name.nb.ts` becomes `notebooks/NN-name.ipynb` with its outputs, and
 * `results/notebooks/NN-name.html`, a page that needs nothing else. Both are written only when every cell ran;
 * at the first notebook that fails the run ends with 1.
 */
const fs = require("node:fs");
const path = require("node:path");
const { spawn } = require("node:child_process");
const { parseArgs } = require("node:util");
const { callerFolder } = require("../../experiments/run/caller-folder.cjs");
const { notebookPage } = require("./notebook-html.cjs");
const {
  formatSource,
  notebookCells,
  readNotebook,
  serializeNotebook,
  parseSource,
  toNotebook,
} = require("./notebook-source.cjs");
const { owner, removeAbandoned, writeWhole } = require("./whole-file.cjs");

const root = path.join(__dirname, "../..");

const LOADING_SECONDS = 60;

const USAGE = `npm run notebooks [-- NN …] [options]

  NN                 numbers (or names) of the notebooks to run; all of them if none is given
  --no-write         run, write the pages, leave the .ipynb files as they are (for CI)
  --adopt            do not run: write the cells of NN's .ipynb, edited in Jupyter, back to its source
  --timeout SECONDS  time limit for the cells of one notebook (default 900)
  --jobs N           so many at once (default 1: the times that notebooks tell are of a machine of their own)
  --folder DIR       where the sources are (default notebooks)
  --results DIR      where the pages go (default results/notebooks)
`;

const OPTIONS = {
  "no-write": { type: "boolean", default: false },
  adopt: { type: "boolean", default: false },
  timeout: { type: "string", default: "900" },
  jobs: { type: "string", default: "1" },
  folder: { type: "string", default: path.join(root, "notebooks") },
  results: { type: "string", default: path.join(root, "results", "notebooks") },
  help: { type: "boolean", default: false },
};

/** @param {string[]} args @throws {Error} with one line for the user */
async function main(args) {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (values.help) return void process.stdout.write(USAGE);
  for (const name of ["folder", "results"])
    values[name] = path.resolve(callerFolder("notebooks"), values[name]);
  const timeout = Number(values.timeout);
  if (!(timeout > 0)) throw new Error(`--timeout expects a number of seconds, got "${values.timeout}".`);
  const jobs = Number(values.jobs);
  if (!(Number.isInteger(jobs) && jobs > 0))
    throw new Error(`--jobs expects a number from 1, got "${values.jobs}".`);
  const names = selectNotebooks(values.folder, positionals);
  if (values.adopt) return adopt(values.folder, names, positionals);
  const start = performance.now();
  await runAll(names, jobs, { ...values, timeout });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(
    `${names.length} ${names.length === 1 ? "notebook" : "notebooks"} ok in ${seconds} s\n`,
  );
}

/** @returns {string[]} names (`NN-name`) of the sources in `folder`, in order */
function listNotebooks(folder) {
  if (!fs.existsSync(folder)) return [];
  const files = fs.readdirSync(folder).filter((file) => file.endsWith(".nb.ts"));
  return files.map((file) => file.slice(0, -".nb.ts".length)).sort();
}

function selectNotebooks(folder, wanted) {
  const names = listNotebooks(folder);
  const where = path.relative(root, folder) || folder;
  if (names.length === 0) throw new Error(`no notebook source (NN-name.nb.ts) in ${where}.`);
  const known = (selector) => (name) =>
    name === selector || (/^\d+$/.test(selector) && Number.parseInt(name, 10) === Number(selector));
  for (const selector of wanted) {
    if (names.some(known(selector))) continue;
    throw new Error(`no notebook "${selector}" in ${where}; there are ${names.join(", ")}.`);
  }
  return wanted.length === 0
    ? names
    : names.filter((name) => wanted.some((selector) => known(selector)(name)));
}

/** Runs all notebooks. After the first failure no other one is begun; those that are running may end. */
async function runAll(names, jobs, values) {
  const waiting = [...names];
  const failures = [];
  const work = async () => {
    while (waiting.length > 0 && failures.length === 0) {
      await runOne(waiting.shift(), values).catch((error) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  if (failures.length > 0) throw failures[0];
}

async function runOne(name, { folder, results, timeout, "no-write": noWrite }) {
  const source = path.join(folder, `${name}.nb.ts`);
  removeAbandoned(cacheFolder(), "run-");
  removeAbandoned(folder, `${name}.ipynb.`);
  removeAbandoned(results, `${name}.html.`);
  const scratch = fs.mkdtempSync(path.join(cacheFolder(), `run-${owner()}-`));
  try {
    const executed = path.join(scratch, `${name}.ipynb`);
    await runInChild(source, executed, timeout);
    const notebook = JSON.parse(fs.readFileSync(executed, "utf8"));
    const page = await notebookPage(notebook, name);
    if (!noWrite) writeWhole(path.join(folder, `${name}.ipynb`), serializeNotebook(notebook));
    writeWhole(path.join(results, `${name}.html`), page);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

function cacheFolder() {
  const folder = path.join(root, ".cache", "notebooks");
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Runs a notebook in a child process, which prints its own lines, also about failures. This rejects with what the
 * child has not said, if anything.
 */
function runInChild(source, output, timeout) {
  const child = spawn(process.execPath, [path.join(__dirname, "run-notebook.cjs"), source, output], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let running = "before its first cell";
  let late = false;
  child.once("message", () => {
    clearTimeout(timer);
    timer = setTimeout(kill, timeout * 1000);
  });
  child.on("message", (message) => {
    running = message.running;
  });
  const kill = () => {
    late = true;
    child.kill("SIGKILL"); // no other signal reaches a cell in a synchronous loop
  };
  // The time limit counts from the first cell: loading the compiler takes seconds, more on a busy machine.
  let timer = setTimeout(kill, (timeout + LOADING_SECONDS) * 1000);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      const where = `${path.relative(root, source)}, ${running}`;
      if (late) reject(new Error(`${where}: stopped at the time limit of ${timeout} s.`));
      else if (signal) reject(new Error(`${where}: the process was killed by ${signal}.`));
      else if (code !== 0) reject(new AlreadyReported());
      else resolve();
    });
  });
}

class AlreadyReported extends Error {}

/** Writes the cells of notebooks that were edited in Jupyter back to their sources. */
function adopt(folder, names, wanted) {
  if (wanted.length === 0) throw new Error("--adopt expects the numbers of the notebooks to write back.");
  for (const name of names) {
    const file = path.join(folder, `${name}.ipynb`);
    const notebook = readNotebook(fs.readFileSync(file, "utf8"), path.relative(root, file));
    writeWhole(path.join(folder, `${name}.nb.ts`), formatSource(notebookCells(notebook)));
    process.stdout.write(`${name}.nb.ts now has the cells of ${name}.ipynb\n`);
  }
}

/** Writes the notebooks that are missing beside their sources, without outputs, for a front end to open. */
function generateMissing(folder) {
  const missing = listNotebooks(folder).filter((name) => !fs.existsSync(path.join(folder, `${name}.ipynb`)));
  for (const name of missing) {
    const source = path.join(folder, `${name}.nb.ts`);
    const cells = parseSource(fs.readFileSync(source, "utf8"), path.relative(root, source));
    writeWhole(path.join(folder, `${name}.ipynb`), serializeNotebook(toNotebook(cells)));
  }
  return missing;
}

module.exports = { listNotebooks, generateMissing };

if (require.main === module) {
  main(process.argv.slice(2)).catch((error) => {
    if (!(error instanceof AlreadyReported)) process.stderr.write(`notebooks: ${error.message}\n`);
    process.exit(1);
  });
}
