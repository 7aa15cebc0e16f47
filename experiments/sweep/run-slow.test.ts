import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runProgram } from "../run/run-program.js";
import { parallelCoordinates } from "./parallel-coordinates.js";
import { figuresOf } from "./run.js";
import { sweepPoints } from "./sweep-points.js";

const two = { key: "a", values: [1, 2] };
/** Settings of a training that is as short as possible. */
const small = [
  ...["steps=1", "samples.training.count=2", "samples.heldOut.count=1", 'samples.subsets=["easy"]'],
  ...["network.baseChannels=4", "schedule.batchSize=2", "microBatch=2", "shown=1"],
];
const words = { key: "b", values: ["x", "y", "z"] };

describe("experiments: sweep", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "sweep-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("lists a grid with the last axis fastest", () => {
    const points = sweepPoints({ axes: [two, words], draws: 0, seed: 1 });
    assert.deepEqual(
      points.map(({ a, b }) => `${a}${b}`),
      ["1x", "1y", "1z", "2x", "2y", "2z"],
    );
  });

  it("draws from lists and ranges, the same for a seed, more of them without a change of the first", () => {
    const axes = [words, { key: "even", from: -1, to: 1 }, { key: "ratio", from: 1e-4, to: 1, log: true }];
    const few = sweepPoints({ axes, draws: 40, seed: 2 });
    assert.deepEqual(sweepPoints({ axes, draws: 80, seed: 2 }).slice(0, 40), few);
    assert.notDeepEqual(sweepPoints({ axes, draws: 40, seed: 3 }), few);
    assert.equal(new Set(few.map(({ b }) => b)).size, 3);
    const ratios = few.map(({ ratio }) => ratio as number);
    assert.ok(ratios.every((value) => value >= 1e-4 && value < 1));
    // The draws are even in the logarithm, so half of them lie below the geometric mean.
    const below = ratios.filter((value) => value < 1e-2).length;
    assert.ok(below > 10 && below < 30, `${below}`);
  });

  it("refuses a range without draws, and one in ratios that passes 0, in one line", () => {
    const range = { key: "even", from: 0, to: 1 };
    assert.throws(() => sweepPoints({ axes: [range], draws: 0, seed: 1 }), /even: expected values, or draws/);
    const log = { ...range, log: true };
    assert.throws(
      () => sweepPoints({ axes: [log], draws: 1, seed: 1 }),
      /even: expected from and to above 0/,
    );
  });

  it("takes numbers of a summary by their paths", () => {
    const summary = { a: 1, b: { c: 2, d: "no number", e: [3] }, f: null };
    assert.deepEqual(figuresOf(summary, []), { a: 1, "b.c": 2, "b.e.0": 3 });
    assert.deepEqual(figuresOf(summary, ["b.c", "x"]), { "b.c": 2, x: Number.NaN });
  });

  it("draws a line a row, from the smallest of a column below to the largest above", () => {
    const { data } = parallelCoordinates([
      { w: 2, name: "x", loss: 5 },
      { w: 4, name: "y", loss: 5 },
    ]);
    assert.deepEqual(
      data.map(({ y }) => y),
      [
        [0, 0, 0.5],
        [1, 1, 0.5],
      ],
    );
  });

  it("runs an experiment at each point, takes what is there, and puts shards together", async () => {
    const args = (...more: string[]) => [
      ...["sweep", "--results", folder, "--run", "two"],
      ...["--set", `set=${JSON.stringify(small)}`],
      ...["--set", 'axes=[{"key":"losses.weights.symmetry","values":[0,5]}]'],
      ...["--set", 'figures=["step","training.total"]', ...more],
    ];
    const first = await runProgram("experiment.ts", args("--shard", "0/2"));
    assert.equal(first.code, 0, first.errors.join("\n"));
    assert.match(first.stdout, /1 of 2 runs are there/);
    const second = await runProgram("experiment.ts", args("--shard", "1/2"));
    assert.equal(second.code, 0, second.errors.join("\n"));
    const { rows } = JSON.parse(await readFile(path.join(folder, "sweep/two/summary.json"), "utf8"));
    assert.deepEqual(
      rows.map((row: Record<string, number>) => [row["losses.weights.symmetry"], row.step]),
      [
        [0, 1],
        [5, 1],
      ],
    );
    // Faces and first weights are the same, so a higher weight of symmetry gives a higher loss.
    assert.ok(rows[1]["training.total"] > rows[0]["training.total"]);
  });

  it("says in one line what the first run was refused for", async () => {
    const { code, errors } = await runProgram("experiment.ts", [
      ...["sweep", "--results", folder, "--run", "wrong"],
      ...["--set", 'axes=[{"key":"losses.weights.beauty","values":[1]}]'],
    ]);
    assert.equal(code, 1);
    assert.equal(errors.length, 1);
    assert.match(errors[0], /^sweep: losses\.weights\.beauty=1: expected a run that ends well, got --set/);
  });
});
