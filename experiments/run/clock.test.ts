/**
 * Tests that results do not depend on the time of day, which may jump: a steady clock measures the seconds that passed.
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** The files that may ask for the time of day, and why. */
const askers: Readonly<Record<string, string>> = {
  "experiments/run/run-environment.ts": "says when a run began, for people",
  "datasets/prepare/photo-store.ts": "takes half-written files for abandoned after ten minutes",
  "experiments/run/write-folder.ts": "does so with half-written folders",
};

describe("the time of day", () => {
  it("is asked for by nobody whose results could depend on it", async () => {
    const found: string[] = [];
    for (const folder of ["lib", "datasets", "experiments"]) {
      for (const name of await readdir(folder, { recursive: true })) {
        if (!/(?<!\.test)\.ts$/.test(name) || name.includes("node_modules")) continue;
        const file = path.join(folder, name);
        if (/Date\.now|new Date\b|Date\(\)/.test(await readFile(file, "utf8"))) found.push(file);
      }
    }
    assert.deepEqual(found.sort(), Object.keys(askers).sort());
  });
});
