import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runProgram } from "../run/run-program.js";

describe("experiments: evaluation of the detail refinement", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "detail-"));
  });
  after(() => rm(folder, { recursive: true }));

  const args = (run: string, ...settings: string[]) => [
    "evaluate-detail",
    "--results",
    folder,
    "--run",
    run,
    ...["facesOfEach=2", "firstSeed=0", "persons=0", 'subsets=["easy"]', "shown=1", ...settings].flatMap(
      (set) => ["--set", set],
    ),
  ];

  it("judges pictures, albedo, and the person under another's light", async () => {
    const { code, errors } = await runProgram("experiment.ts", args("shipped"));
    assert.equal(code, 0, errors.join("\n"));
    const at = path.join(folder, "evaluate-detail", "shipped");
    assert.deepEqual((await readdir(at)).sort(), [
      "config.json",
      "environment.json",
      "faces-easy.png",
      "faces.jsonl",
      "identity.csv",
      "summary.json",
      "table.csv",
    ]);
    const { groups, weights } = JSON.parse(await readFile(path.join(at, "summary.json"), "utf8"));
    assert.match(weights, /^detail-refiner/);
    const { easy, synthetic } = groups;
    assert.equal(easy.faces, 2);
    assert.deepEqual(synthetic, easy);
    // Detail and its light bring the picture nearer to the photo; the texture itself is no albedo.
    assert.ok(easy["coarse.psnr"] > 20 && easy["detailed.psnr"] > easy["coarse.psnr"]);
    assert.ok(easy["detailed.whole.psnr"] > easy["detailed.psnr"]);
    assert.ok(easy["albedo.error"] < easy["texture.errorWhereSeen"]);
    assert.ok(easy["swapped.dlib"] > 0.5 && easy["swapped.dlib"] <= 1);
    // On grey both are known under their own light; the light of another face there is for the second only.
    const { rankOne } = easy;
    assert.deepEqual(rankOne.detailed, { faces: 2, faceres: 2, dlib: 2 });
    assert.equal(rankOne.swapped.faces, 1);
    assert.deepEqual(
      ["ambient", "studio", "window", "sunset", "overhead", "light", "coarseLight"].filter(
        (rendering) => rankOne[rendering].faces !== 2,
      ),
      [],
    );
    assert.ok(easy["onGrey.detailed.faceres"] > easy["onGrey.overhead.faceres"]);
    assert.ok(easy["onGrey.detailed.faceres"] > easy["onGrey.coarseLight.faceres"]);
    // The maps multiply to the photo, nearly.
    const both = easy["albedoDetail.below4"] + easy["lightDetail.below4"];
    assert.ok(easy["albedoDetail.below4"] > 0.05 && both > 0.2 && both < 1.1, `${both}`);
    const { whole, seen } = easy.betterThanPrior;
    assert.deepEqual([whole[1], seen[1]], [2, 2]);
  });

  it("refuses weights that are none, in one line", async () => {
    const { code, errors } = await runProgram("experiment.ts", args("wrong", "weights=nowhere.safetensors"));
    assert.equal(code, 1);
    assert.deepEqual(errors, [
      "--set weights: expected shipped, none, full-share, constant-share, all-detail, or the file of a detail refiner, got no such file.",
    ]);
  });
});
