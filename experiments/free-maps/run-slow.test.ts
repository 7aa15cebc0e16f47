import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runProgram } from "../run/run-program.js";

describe("experiments: free maps, and how hard each loss pulls", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "free-"));
  });
  after(() => rm(folder, { recursive: true }));

  const settings = (...list: string[]) => list.flatMap((setting) => ["--set", setting]);
  const faces = settings("firstSeed=0", 'subsets=["easy"]', "facesOfEach=2", "uvSize=64");
  const run = (experiment: string, name: string, ...more: string[]) =>
    runProgram("experiment.ts", [experiment, "--results", folder, "--run", name, ...faces, ...more]);
  const read = async (...file: string[]) => readFile(path.join(folder, ...file), "utf8");

  it("moves the maps of two faces, with all losses and without Eq. 15", async () => {
    const { code, errors } = await run(
      "free-maps",
      "a",
      ...settings("steps=8", "batch=2", "group=2", "shown=1", 'judges=["dlib"]'),
      ...settings('variants=["all","no-image-gradient"]'),
    );
    assert.equal(code, 0, errors.join("\n"));
    assert.deepEqual((await readdir(path.join(folder, "free-maps", "a"))).sort(), [
      "claims.json",
      "config.json",
      "differences.csv",
      "environment.json",
      "faces.jsonl",
      "maps.png",
      "summary.json",
      "table.csv",
    ]);
    const lines = (await read("free-maps", "a", "faces.jsonl")).trim().split("\n");
    assert.equal(lines.length, 4);
    const { means, claims, rankOne } = JSON.parse(await read("free-maps", "a", "summary.json"));
    const [all, without] = means;
    assert.ok(all["albedoDetail.below4"] > without["albedoDetail.below4"], JSON.stringify(means));
    assert.ok(all["detailed.psnr"] > 20 && all.leakage < 1 && all["prior.scaled"] > 0);
    assert.match(claims[0], /^Without Eq\. 15, /);
    assert.equal(rankOne.all.detailed.faces, 2);
  });

  it("measures the pulls of two readings", async () => {
    const readings = settings('readings=["printedSums","printedMeans"]');
    const { code, errors } = await run("loss-balance", "a", ...readings);
    assert.equal(code, 0, errors.join("\n"));
    const { rows } = JSON.parse(await read("loss-balance", "a", "summary.json"));
    const of = (reading: string, loss: string) =>
      rows.find((row: { reading: string; loss: string }) => row.reading === reading && row.loss === loss);
    // A sum over thousands of texels pulls thousands of times as hard, but for Eq. 5, which is no sum.
    assert.ok(of("printedSums", "image").toAlbedo > 1000 * of("printedMeans", "image").toAlbedo);
    const [one, other] = [of("printedSums", "crossPerceptual"), of("printedMeans", "crossPerceptual")];
    assert.equal(one.toAlbedo, other.toAlbedo);
    // The weight that a mean needs to pull as hard is its own weight.
    assert.equal(of("printedMeans", "symmetry").weightOfMean, 5);
  });

  it("refuses groups that the batch does not divide, and too few faces, in one line", async () => {
    const wrong = await run("free-maps", "b", ...settings("group=3", "batch=2"));
    assert.equal(wrong.code, 1);
    assert.deepEqual(wrong.errors, ["--set group: expected a multiple of batch=2, got 3."]);
    const few = await run("free-maps", "c", ...settings("group=4", "batch=4"));
    assert.equal(few.code, 1);
    assert.deepEqual(few.errors, ["the faces asked for: expected 4 or more that are found, got 2."]);
  });
});
