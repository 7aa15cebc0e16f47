"use strict";
/**
 * All checks, `npm test`: types, lint and format, the mocha suite. Types (three times) and lint count as one test each; the last
 * line says how many passed and failed, and the exit code is 1 if any did.
 *
 *     npm test [-- options of mocha, e.g. -g "a title"]
 */
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { spawnSync } = require("node:child_process");

const root = path.join(__dirname, "../..");

/** Where tests stand; not in .mocharc.json, where they would join the one file that somebody runs. */
const specs = ["lib", "datasets", "experiments", "scripts", "benchmarks"].map(
  (folder) => `${folder}/**/*.test.ts`,
);

/** Files of tests at once: each may take 2 GB. */
const MOST_JOBS = 4;

function main(mochaArguments) {
  const results = [
    // Not node_modules/.bin/tsc: that may be the older compiler that tslab brings.
    runPart("types", "typescript/bin/tsc", ["-p", "."]),
    // The one that notebooks are checked with, and the library with them.
    runPart("types under tslab's TypeScript", "@tslab/typescript-for-tslab/bin/tsc", [
      "-p",
      "scripts/jupyter/tslab-tsconfig.json",
    ]),
    runPart("types of the explorer's page", "typescript/bin/tsc", ["-p", "experiments/explorer/page"]),
    runPart("lint and format", "@biomejs/biome/bin/biome", ["check", "."]),
    runMocha(mochaArguments),
  ];
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const failing = results.filter(({ failed }) => failed > 0).map(({ title }) => title);
  if (failing.length > 0) process.stdout.write(`Failed: ${failing.join(", ")}\n`);
  const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
  process.stdout.write(`${sum("passed")} passed, ${sum("failed")} failed${skipped}\n`);
  return failing.length > 0 ? 1 : 0;
}

/** One test: a program that ends with 0. What it printed is shown where it fails. */
function runPart(title, program, args) {
  const { status, stdout, stderr, error } = spawnSync(...node(program, args), {
    cwd: root,
    encoding: "utf8",
  });
  const passed = status === 0;
  process.stdout.write(`${passed ? "ok    " : "FAILED"} ${title}\n`);
  if (!passed) process.stdout.write(`${stdout ?? ""}${stderr ?? ""}${error ? `${error.message}\n` : ""}\n`);
  return { title, passed: Number(passed), failed: Number(!passed), skipped: 0 };
}

/** The suite, a file on each core, printing each when it ends. */
function runMocha(mochaArguments) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "rerenderable-test-"));
  const counts = path.join(folder, "counts.json");
  const reporter = [
    "--reporter",
    path.join(__dirname, "count-reporter.cjs"),
    "--reporter-option",
    `counts=${counts}`,
  ];
  try {
    const jobs = String(Math.min(os.availableParallelism(), MOST_JOBS));
    const args = ["--parallel", "--jobs", jobs, ...reporter, ...mochaArguments, ...specs];
    const run = spawnSync(...node("mocha/bin/mocha.js", args), {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
    });
    const counted = readCounts(counts);
    // A run that broke off, or ended badly though each test passed, must not look like a success.
    if (run.status !== 0 && counted.failed === 0) {
      process.stdout.write(`mocha ended with ${run.signal ?? `exit code ${run.status}`}\n`);
      counted.failed = 1;
    }
    return { title: "mocha", ...counted };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function readCounts(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

function node(program, args) {
  return [process.execPath, [path.join(root, "node_modules", program), ...args]];
}

process.exitCode = main(process.argv.slice(2));
