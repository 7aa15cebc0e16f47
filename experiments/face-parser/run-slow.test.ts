/**
 * Tests a small training of the parser, run as a user does: it repeats to the bit, and goes on from where it was
 * stopped.
 */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadFaceParser, readCurves } from "rerenderable/face";
import { interruptProgram, runProgram } from "../run/run-program.js";

describe("experiments/face-parser", () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), "face-parser-"));
  });
  after(() => rm(root, { recursive: true }));

  const small = {
    folder: () => path.join(root, "faces"),
    subsets: () => '["easy"]',
    facesOfEach: () => "1",
    validationFaces: () => "1",
    firstSeed: () => "0",
    batchSize: () => "2",
    steps: () => "8",
    validateEvery: () => "4",
    checkpointEvery: () => "3",
  };
  const args = (run: string) => [
    ...["face-parser", "--results", path.join(root, "results"), "--run", run],
    ...Object.entries(small).flatMap(([name, value]) => ["--set", `${name}=${value()}`]),
  ];
  const folder = (run: string) => path.join(root, "results", "face-parser", run);
  const read = (run: string, file: string) => readFile(path.join(folder(run), file));

  it("writes curves, a checkpoint and weights that load as a masker", async () => {
    const { code, errors } = await runProgram("experiment.ts", args("whole"));
    assert.deepEqual([code, errors], [0, []]);
    assert.deepEqual((await readdir(folder("whole"))).sort(), [
      "checkpoint.safetensors",
      "config.json",
      "curves.html",
      "curves.jsonl",
      "environment.json",
      "summary.json",
      "weights.safetensors",
    ]);
    const lines = await readCurves(path.join(folder("whole"), "curves.jsonl"));
    assert.equal(lines.filter(({ kind }) => kind === "training").length, 8);
    const validated = lines.filter(({ kind }) => kind === "validation");
    assert.deepEqual(
      validated.map(({ step }) => step),
      [0, 4, 8],
    );
    assert.deepEqual(Object.keys(validated[0].terms), ["total", "accuracy", "overlap"]);
    const parser = await loadFaceParser(path.join(folder("whole"), "weights.safetensors"));
    await parser.dispose();
  });

  it("gives the same bytes when it is interrupted, with exit code 130, and goes on", async () => {
    const curves = path.join(folder("parts"), "curves.jsonl");
    const { code } = await interruptProgram("experiment.ts", args("parts"), curves, 3);
    if (code === 130)
      assert.equal((await runProgram("experiment.ts", [...args("parts"), "--resume"])).code, 0);
    else assert.equal(code, 0); // the run ended before the interruption
    for (const file of ["curves.jsonl", "checkpoint.safetensors", "weights.safetensors"]) {
      const [whole, parts] = await Promise.all(["whole", "parts"].map((run) => read(run, file)));
      assert.ok(whole.equals(parts), file);
    }
  });
});
