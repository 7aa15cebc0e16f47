import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runProgram } from "../run/run-program.js";

describe("experiments: figures", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "figures-"));
  });
  after(() => rm(folder, { recursive: true }));

  const run = (name: string, ...settings: string[]) => runAs("a", name, ...settings);
  const runAs = (called: string, name: string, ...settings: string[]) =>
    runProgram("experiment.ts", [
      ...[name, "--results", folder, "--run", called, "--set", "subset=easy", "--set", "numbers=[0,1]"],
      ...settings.flatMap((set) => ["--set", set]),
    ]);
  const read = (name: string, file: string) => readFile(path.join(folder, name, "a", file), "utf8");

  it("holds two trainings beside each other and says whether a loss keeps the person, Figure 3", async () => {
    const rules = ["none", "constant-share"].map((weights) => ({ name: weights, weights: weights }));
    const { code, errors, stdout } = await run(
      "figure-3",
      `variants=${JSON.stringify(rules)}`,
      'judges=["dlib"]',
    );
    assert.equal(code, 0, errors.join("\n"));
    assert.deepEqual((await readdir(path.join(folder, "figure-3", "a"))).sort(), [
      "config.json",
      "environment.json",
      "figure.png",
      "summary.json",
      "table.csv",
    ]);
    const { results, verdicts } = JSON.parse(await read("figure-3", "summary.json"));
    assert.equal(verdicts.length, 1);
    assert.ok(stdout.includes(verdicts[0].sentence));
    // The rule that gives the albedo all detail keeps more of the person.
    const { less, more } = verdicts[0].compared.dlib;
    assert.ok(more > less, verdicts[0].sentence);
    assert.equal(results[1]["identity-on-grey"]["onGrey.swapped.dlib"], more);
    const [columns, ...rows] = (await read("figure-3", "table.csv")).trim().split("\n");
    assert.equal(rows.length, 4);
    const at = columns.split(",").indexOf("identity-on-grey.onGrey.swapped.dlib");
    const [one, other] = rows.slice(2).map((row) => Number(row.split(",")[at]));
    assert.ok(Math.abs((one + other) / 2 - more) < 1e-9);
  });

  it("finds the colour lost where the prior is a white map, Figure 6", async () => {
    const { code, errors } = await run("figure-6", 'variants=[{"name":"","weights":"none"}]');
    assert.equal(code, 0, errors.join("\n"));
    const { verdicts } = JSON.parse(await read("figure-6", "summary.json"));
    const [picture, albedo, colour] = verdicts;
    assert.deepEqual(
      verdicts.map(({ faces }: { faces: number }) => faces),
      [2, 2, 2],
    );
    assert.ok(colour.shown, colour.sentence);
    // The picture has what A′ has and what L′ adds.
    assert.ok(picture.compared.detail.more > albedo.compared.detail.more);
  });

  it("wants two trainings for the verdict on a loss, in one line", async () => {
    const { code, errors } = await runAs("b", "figure-3", 'variants=[{"name":"","weights":"none"}]');
    assert.equal(code, 1);
    assert.deepEqual(errors, ["--set variants: expected 2 for the verdict cross-perceptual, got 1."]);
  });
});
