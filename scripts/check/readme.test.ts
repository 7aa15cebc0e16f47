/** Checks that the commands in README exist, and that a test or `.ci/run` runs them. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { experiments } from "../../experiments/experiments.js";
import { doors } from "./fuzz/doors.js";

/** The file that runs each command: it names the command or its program. */
const runBy: Readonly<Record<string, readonly [file: string, words: string]>> = {
  ci: [".ci/run", "npm ci"],
  test: [".ci/run", "npm test"],
  "test:quick": ["scripts/check/test.cjs", "--quick"],
  start: [".ci/run", "npm start"],
  reconstruct: ["experiments/reconstruct/reconstruct-slow.test.ts", '"reconstruct.ts"'],
  experiment: ["experiments/prepare/run-slow.test.ts", '"experiment.ts"'],
  notebooks: ["scripts/jupyter/run-notebook-slow.test.ts", "notebooks.cjs"],
  lab: ["scripts/jupyter/lab-slow.test.ts", "lab.cjs"],
  fuzz: ["scripts/check/fuzz/fuzz-slow.test.ts", "fuzzDoor"],
  "kill-test": ["scripts/check/kill-test/kill-test-slow.test.ts", "killJob"],
  site: ["scripts/jupyter/site.test.ts", "site.cjs"],
  explore: ["experiments/explorer/page-slow.test.ts", "startExplorer"],
};

/**
 * These take minutes, or a network. Their types are checked with everything else, and their parts have tests of their
 * own.
 */
const tooLong = ["bench", "bake", "measure"];

describe("README", () => {
  let readme: string;
  let scripts: Record<string, string>;
  before(async () => {
    readme = (await readFile("README.md", "utf8")).replace(/\n/g, " ");
    scripts = JSON.parse(await readFile("package.json", "utf8")).scripts;
  });
  const commands = () => {
    const run = [...readme.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1]);
    const plain = [...readme.matchAll(/npm (ci|start|test)\b/g)].map((match) => match[1]);
    return [...new Set([...run, ...plain])].sort();
  };

  it("names commands that package.json has, each with its program", () => {
    assert.ok(commands().length > 10, commands().join(" "));
    for (const name of commands()) {
      if (name === "ci") continue;
      assert.ok(scripts[name], `npm run ${name}`);
      const program = /\S+\.(ts|cjs)\b/.exec(scripts[name])?.[0];
      if (program) assert.ok(existsSync(program), program);
    }
  });

  it("names commands that a test or .ci/run runs, but for those that take minutes", async () => {
    const unaccounted = commands().filter((name) => !(name in runBy) && !tooLong.includes(name));
    assert.deepEqual(unaccounted, [], "say in this test what runs them");
    for (const [file, words] of Object.values(runBy)) {
      assert.ok((await readFile(file, "utf8")).includes(words), `${file} should run ${words}`);
    }
  });

  it("names experiments that there are", () => {
    const names: string[] = experiments.map(({ config }) => config.name);
    assert.equal(new Set(names).size, names.length, "each once");
    const asked = [...readme.matchAll(/npm run experiment -- ([a-z][\w-]*)/g)].map((match) => match[1]);
    assert.ok(asked.length > 2);
    assert.deepEqual(
      asked.filter((name) => !names.includes(name)),
      [],
    );
  });
});

describe("CONTRIBUTING, input doors", () => {
  it("has a row for each door that is fuzzed, and names tests that there are", async () => {
    const text = await readFile("CONTRIBUTING.md", "utf8");
    const section = /## Input doors\n([\s\S]*?)(\n## |$)/.exec(text)?.[1] ?? "";
    const files = [...section.matchAll(/`([\w/.-]+\.test\.ts)`/g)].map((match) => match[1]);
    assert.ok(files.length >= 14, `${files.length} tests`);
    assert.deepEqual(
      files.filter((file) => !existsSync(file)),
      [],
    );
    for (const { name } of doors) assert.match(section, new RegExp(`\`${name}\``), name);
  });
});
