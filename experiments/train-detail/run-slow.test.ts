import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { lossReadings, readCurves } from "rerenderable/face";
import { readNetworkFile } from "rerenderable/networks";
import { interruptProgram, runProgram, shareProcess } from "../run/run-program.js";
import { ablations } from "./ablations.js";
import { decide } from "./decide.js";
import { paper } from "./paper.js";
import { photos } from "./photos.js";
import { quick } from "./quick.js";
import { detailTrainingSettings } from "./settings.js";
import { smoke } from "./smoke.js";

/** Settings for a quarter of the `smoke` training. */
const small = [
  "samples.training.first=0",
  "samples.training.count=4",
  "samples.heldOut.count=1",
  "network.baseChannels=4",
  "network.threads=1",
  "steps=4",
  "validateEvery=2",
  "checkpointEvery=1",
  "shown=1",
].flatMap((setting) => ["--set", setting]);

describe("experiments: training of the detail refinement", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "smoke-"));
  });
  after(() => rm(folder, { recursive: true }));

  const args = (run: string, ...more: string[]) => [
    "smoke",
    "--results",
    folder,
    "--run",
    run,
    ...small,
    ...more,
  ];
  const file = (run: string, name: string) => readFile(path.join(folder, "smoke", run, name));

  it("goes from faces to weights, curves and previews", async () => {
    const { code, errors } = await runProgram("experiment.ts", args("whole"));
    assert.equal(code, 0, errors.join("\n"));
    const names = (await readdir(path.join(folder, "smoke", "whole"))).sort();
    assert.deepEqual(names, [
      "checkpoint.safetensors",
      "config.json",
      "curves.html",
      "curves.jsonl",
      "environment.json",
      "faces.csv",
      "preview-000000.png",
      "preview-000002.png",
      "preview-000004.png",
      "summary.json",
      "weights.safetensors",
    ]);
    const lines = await readCurves(path.join(folder, "smoke", "whole", "curves.jsonl"));
    assert.equal(lines.filter(({ kind }) => kind === "training").length, 4);
    const summary = JSON.parse((await file("whole", "summary.json")).toString());
    assert.ok(summary.validation["coarse.psnr"] > 20);
    assert.ok(summary.millisecondsAFace.rendering > 0);
  });

  it("saves at Ctrl-C, ends with 130, and goes on to the bits of a run that was left alone", async () => {
    const curves = path.join(folder, "smoke", "broken", "curves.jsonl");
    // The two lines are a validation and the first step.
    let ended = await interruptProgram("experiment.ts", args("broken"), curves, 2);
    while (ended.code === 0) {
      // The run ended before the interruption.
      await rm(path.join(folder, "smoke", "broken"), { recursive: true });
      ended = await interruptProgram("experiment.ts", args("broken"), curves, 2);
    }
    assert.equal(ended.code, 130);
    const { code, errors } = await runProgram("experiment.ts", args("broken", "--resume"));
    assert.equal(code, 0, errors.join("\n"));
    for (const name of ["checkpoint.safetensors", "curves.jsonl", "weights.safetensors"]) {
      assert.deepEqual(await file("broken", name), await file("whole", name), name);
    }
  });

  it("refuses a setting that does not go with the others, in one line", async () => {
    const shared = shareProcess();
    const run = (set: string) => shared.runProgram("experiment.ts", args("odd", "--set", set));
    const { code, errors } = await run("network.base=prier");
    assert.equal(code, 1);
    assert.deepEqual(errors, [
      '--set network.base: expected one of direct, prior, texture, bands, got "prier".',
    ]);
    const skips = await run("network.skips=true");
    assert.deepEqual(skips.errors, ["--set network.skips: expected false with base texture, got true."]);
    const parts = await run("schedule.batchSize=6");
    shared.end();
    assert.deepEqual(parts.errors, ["--set microBatch: expected a divisor of schedule.batchSize=6, got 4."]);
  });

  it("learns from pairs under two lights, taken evenly from tones of skin", async () => {
    const pairs = [
      "samples.pairs=true",
      "samples.balance=tone",
      "losses.weights.albedoPair=3",
      "microBatch=2",
    ];
    const { code, errors } = await runProgram(
      "experiment.ts",
      args("pairs", ...pairs.flatMap((setting) => ["--set", setting])),
    );
    assert.equal(code, 0, errors.join("\n"));
    const lines = await readCurves(path.join(folder, "smoke", "pairs", "curves.jsonl"));
    const steps = lines.filter(({ kind }) => kind === "training");
    assert.ok(steps.every(({ terms }) => terms.albedoPair > 0));
    const drawn = (await file("pairs", "faces.csv")).toString().trim().split("\n").slice(1);
    // Four steps of two faces with their partners, of four faces.
    assert.equal(drawn.length, 4);
    assert.equal(
      drawn.reduce((sum, line) => sum + Number(line.split(",").at(-1)), 0),
      8,
    );
    const { code: alone, errors: lonely } = await runProgram(
      "experiment.ts",
      args("lonely", "--set", "losses.weights.albedoPair=3"),
    );
    assert.equal(alone, 1);
    assert.match(
      lonely.join("\n"),
      /losses\.weights\.albedoPair: expected 0 without samples\.pairs, got "?3"?/,
    );
  });

  it("mixes prepared photos with synthetic faces, each photo under a second light of its own fit", async () => {
    const prepare = ["prepare", "--results", folder, "--run", "portraits"];
    const { code: made, errors: unmade } = await runProgram("experiment.ts", [
      ...prepare,
      ...["dataset=folder", "path=datasets/portraits", `store=${folder}/store`].flatMap((set) => [
        "--set",
        set,
      ]),
    ]);
    assert.equal(made, 0, unmade.join("\n"));
    const photos = path.join(folder, "prepare", "portraits");
    const settings = [
      ...["samples.pairs=true", "losses.weights.albedoPair=3", "microBatch=2", "steps=1", "validateEvery=0"],
      ...[`samples.photos.folder=${photos}`, "samples.photos.training=1", `samples.store=${folder}/samples`],
      ...["samples.photos.publicDomain=true", "samples.training.count=1", "schedule.batchSize=4"],
    ].flatMap((set) => ["--set", set]);
    const { code, errors } = await runProgram("experiment.ts", args("mixed", ...settings));
    assert.equal(code, 0, errors.join("\n"));
    const faces = (await file("mixed", "faces.csv")).toString().trim().split("\n").slice(1);
    // Two faces with their partners are one step.
    assert.deepEqual(
      faces.map((line) => line.replace(/,[^,]*,/, ",")),
      ["synthetic/easy/0,1", "astronaut.png,1"],
    );
    const { licence } = (await readNetworkFile(path.join(folder, "smoke", "mixed", "weights.safetensors")))
      .metadata;
    assert.match(licence, /^CC0-1\.0: .*photos in the public domain/);
  });

  it("has presets that differ from the paper's in what they say, and are all within their ranges", () => {
    for (const { settings } of [paper, quick, decide, smoke, photos, ...ablations])
      detailTrainingSettings.parse(settings);
    assert.equal(quick.settings.losses.weights.symmetry, paper.settings.losses.weights.symmetry);
    assert.equal(smoke.settings.network.base, quick.settings.network.base);
    const { albedoPair, ...weights } = decide.settings.losses.weights;
    assert.deepEqual({ ...weights, albedoPair: 0 }, lossReadings.deciding.weights);
    assert.ok(albedoPair > 0);
    for (const { settings } of [paper, quick]) assert.equal(settings.losses.weights.albedoPair, 0);
    assert.equal(photos.settings.samples.uvSize, quick.settings.samples.uvSize);
  });
});
