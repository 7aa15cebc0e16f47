"use strict";
/**
 * All checks, `npm test`, side by side: types, lint and format, the mocha suite. `npm run test:quick` leaves out the slow tests,
 * whose files are named `…-slow.test.ts`: more than about a second, a process, a browser, a training. Types and lint count as
 * one test each; the last line says how many passed and failed, and the exit code is 1 if any did.
 *
 *     npm test [-- options of mocha, e.g. -g "a title"]
 *     npm run test:quick [-- options of mocha]
 */
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { spawn } = require("node:child_process");

const root = path.join(__dirname, "../..");

/** Where tests stand, those first that take longest, so that no core waits for another at the end. */
const folders = ["experiments", "scripts", "datasets", "benchmarks", "lib"];

/** Files of tests at once: each may take 2 GB. */
const MOST_JOBS = 4;

async function main(args) {
  const quick = args.includes("--quick");
  const mochaArguments = args.filter((one) => one !== "--quick");
  const results = await Promise.all([
    runSuite(quick, mochaArguments),
    // Not node_modules/.bin/tsc: that may be the older compiler that tslab brings.
    runPart("types", "typescript/bin/tsc", ["-p", "."]),
    runPart("types of the explorer's page", "typescript/bin/tsc", ["-p", "experiments/explorer/page"]),
    runPart("lint and format", "@biomejs/biome/bin/biome", ["check", "."]),
    // The one that notebooks are checked with, and the library with them.
    ...(quick
      ? []
      : [
          runPart("types under tslab's TypeScript", "@tslab/typescript-for-tslab/bin/tsc", [
            "-p",
            "scripts/jupyter/tslab-tsconfig.json",
          ]),
        ]),
  ]).then((parts) => parts.flat());
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const failing = results.filter(({ failed }) => failed > 0);
  for (const { title, said } of failing) process.stdout.write(`${said}\nFailed: ${title}\n`);
  const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
  process.stdout.write(`${sum("passed")} passed, ${sum("failed")} failed${skipped}\n`);
  return failing.length > 0 ? 1 : 0;
}

/**
 * The slow tests, unless a quick run is asked for, then the fast ones in processes of their own: in those that had run the slow
 * ones they took four times as long.
 */
async function runSuite(quick, mochaArguments) {
  const files = testFiles();
  const isSlow = (file) => file.endsWith("-slow.test.ts");
  const slow = quick ? [] : [await runMocha("slow tests", files.filter(isSlow), mochaArguments)];
  const fast = await runMocha(
    "fast tests",
    files.filter((file) => !isSlow(file)),
    mochaArguments,
  );
  return [...slow, fast];
}

/** @returns {string[]} paths of all test files */
function testFiles() {
  return folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true })
      .filter((name) => name.endsWith(".test.ts") && !name.split(path.sep).includes("node_modules"))
      .sort()
      .map((name) => path.join(folder, name)),
  );
}

/** One test: a program that ends with 0. What it printed is shown at the end, where it fails. */
async function runPart(title, program, args) {
  let said = "";
  const { code, problem } = await run(program, args, ["ignore", "pipe", "pipe"], (text) => {
    said += text;
  });
  const passed = code === 0;
  process.stdout.write(`${passed ? "ok    " : "FAILED"} ${title}\n`);
  return { title, said: said + problem, passed: Number(passed), failed: Number(!passed), skipped: 0 };
}

/** A part of the suite, a file on each core, printing each when it ends. */
async function runMocha(title, files, mochaArguments) {
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
    const args = ["--parallel", "--jobs", jobs, ...reporter, ...mochaArguments, ...files];
    const { code, problem } = await run("mocha/bin/mocha.js", args, ["ignore", "inherit", "inherit"]);
    const counted = readCounts(counts);
    // A run that broke off, or ended badly though each test passed, must not look like a success.
    const broken = code !== 0 && counted.failed === 0;
    if (broken) counted.failed = 1;
    const said = broken ? `mocha ended with ${problem || `exit code ${code}`}` : "";
    return { title, said, ...counted };
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

/** @returns {Promise<{ code: number | null, problem: string }>} how a program of node_modules ended */
function run(program, args, stdio, onText) {
  const child = spawn(process.execPath, [path.join(root, "node_modules", program), ...args], {
    cwd: root,
    stdio,
  });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", onText);
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: null, problem: error.message }));
    child.on("close", (code, signal) => resolve({ code, problem: signal ?? "" }));
  });
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
