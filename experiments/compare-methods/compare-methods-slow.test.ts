import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { meanEmbedding } from "rerenderable/testing";
import sharp from "sharp";
import { runProgram } from "../run/run-program.js";
import { benchRows, skinTones } from "../truth-bench/run.js";
import type { Judged } from "./judged.js";

describe("experiments: comparison of methods", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "compare-"));
  });
  after(() => rm(folder, { recursive: true }));

  const run = (name: string, ...settings: string[]) => runAs("a", name, ...settings);
  const runAs = (called: string, name: string, ...settings: string[]) =>
    runProgram("experiment.ts", [
      ...[name, "--results", folder, "--run", called],
      ...settings.flatMap((set) => ["--set", set]),
    ]);
  const summary = async (name: string) =>
    JSON.parse(await readFile(path.join(folder, name, "a", "summary.json"), "utf8"));

  it("has Table 3 with the paper's rows, ours nearer to the photo than the coarse picture", async () => {
    await writeFile(path.join(folder, "light.onnx"), meanEmbedding(128, 1));
    await writeFile(path.join(folder, "light.json"), '{ "kind": "lightcnn" }');
    const { code, errors } = await run(
      "table-3",
      `judges=${JSON.stringify(["dlib", `LightCNN=${path.join(folder, "light.onnx")}`])}`,
      ...["weights=none", "facesOfEach=1", "firstSeed=0", 'subsets=["easy"]', "shown=1"],
      ...[
        'methods=["coarse","identity-regressor","vertex-refiner","first-guess","constant-share","ours-coarse-light","ours"]',
      ],
    );
    assert.equal(code, 0, errors.join("\n"));
    const files = await readdir(path.join(folder, "table-3", "a"));
    assert.deepEqual(files.sort(), [
      "config.json",
      "detail-shares.csv",
      "environment.json",
      "faces.jsonl",
      "figure-8.png",
      "identity.csv",
      "summary.json",
      "table.csv",
    ]);
    const { rows, faces, printed, rankOne } = await summary("table-3");
    assert.equal(faces, 1);
    // A user's judge that is called as the paper's has its printed numbers in one column with ours.
    const { psnr, LightCNN, dlib } = printed.find(
      ({ method }: { method: string }) => method === "ours, R(A′, L′)",
    );
    assert.deepEqual([psnr, LightCNN, dlib], [28.9, 0.93, "evoLVe 0.86"]);
    assert.ok(rows.every((row: Record<string, number>) => row.LightCNN === 1 && row.dlib > 0.5));
    const of = (method: string, region: string) =>
      rows.find(
        (row: { method: string; region: string }) => row.method.includes(method) && row.region === region,
      );
    for (const region of ["masked", "whole"]) {
      assert.ok(of("R(A′, L′)", region).psnr > of("R(A, L)", region).psnr);
      assert.ok(of("R(A′, L′)", region).l1 < of("R(A, L)", region).l1);
    }
    // Here `ours` is the first guess itself, as it has no weights. Alone, each face is its own nearest.
    assert.deepEqual(of("first guess", "masked").psnr, of("R(A′, L′)", "masked").psnr);
    assert.deepEqual(rankOne["constant-share"].light, { faces: 1, dlib: 1, LightCNN: 1 });
    const shares = await readFile(path.join(folder, "table-3", "a", "detail-shares.csv"), "utf8");
    const albedoOf = (method: string) =>
      Number(shares.match(new RegExp(`^"?${method}.*,albedo,.*,(.*)$`, "m"))![1]);
    assert.equal(albedoOf("R\\(A, L\\)"), 0);
    assert.ok(albedoOf("constant share") > albedoOf("first guess") && albedoOf("first guess") > 0.1, shares);
    // What is the photo's own is no error.
    assert.ok(of("R(A, L)", "whole").psnr > of("R(A, L)", "masked").psnr);
  });

  it("judges against the truth: light stands in a pasted texture, not in a constant albedo", async () => {
    const { code, errors } = await run(
      "truth-bench",
      ...["weights=none", "facesOfEach=1", "firstSeed=0", 'subsets=["hard-light"]', "shown=0"],
      ...['methods=["constant","texture","coarse"]', "persons=0"],
    );
    assert.equal(code, 0, errors.join("\n"));
    const { rows, skinTones: tones, betterThanPrior } = await summary("truth-bench");
    const of = (method: string) => rows.find((row: { method: string }) => row.method.includes(method));
    assert.ok(of("texture").leakage > 0.5);
    assert.ok(Math.abs(of("constant").leakage) < 0.3);
    assert.ok(of("as [6]").albedo < of("constant").albedo && of("constant").albedo < of("texture").albedo);
    assert.equal(of("constant").brightnessSymmetry, 0);
    // One face, on which neither is as near to the true albedo as the prior.
    assert.deepEqual(betterThanPrior, {
      constant: { whole: [0, 1], seen: [0, 1], inPicture: [0, 1] },
      texture: { whole: [0, 1], seen: [0, 1], inPicture: [0, 1] },
    });
    assert.deepEqual([of("texture").rankOneLightDlib, of("texture").albedoBetterThanPrior], [1, 0]);
    assert.deepEqual(
      tones.coarse.groups.map(({ faces }: { faces: number }) => faces),
      [1],
    );
  });

  it("says once of which photo a face was not found", async () => {
    const photos = path.join(folder, "no-face");
    await mkdir(photos);
    const blank = { width: 256, height: 256, channels: 3, background: "grey" } as const;
    await sharp({ create: blank }).png().toFile(path.join(photos, "blank.png"));
    const { code, errors } = await run("figure-1", "dataset=folder", `path=${photos}`, "numbers=[0]");
    assert.equal(code, 1);
    assert.equal(errors.length, 1);
    assert.match(
      errors[0],
      /^--set numbers: expected a face that is found, got blank: expected a face.*, got no such face\.$/,
    );
  });

  it("refuses photos in the truth bench, in one line", async () => {
    const { code, errors } = await runAs(
      "photos",
      "truth-bench",
      "dataset=folder",
      "path=datasets/portraits",
    );
    assert.equal(code, 1);
    assert.deepEqual(errors, ["--set dataset: expected synthetic: of photos no truth is known, got folder."]);
  });

  it("gives each skin tone the same say in the error of the typology angle, by hand", () => {
    const judged = [
      [60, 50],
      [60, 70],
      [0, 30],
    ].map(([trueIta, ita], i): Judged => {
      return { id: `${i}`, group: "easy", method: "ours", figures: { trueIta: trueIta, ita: ita } };
    });
    // Very light: 10 away on either side; brown: 30 too fair.
    const tones = skinTones(judged).get("ours")!;
    assert.deepEqual([tones.error, tones.bias], [20, 10]);
    assert.deepEqual(
      tones.groups.map(({ group, signed }) => [group, signed]),
      [
        ["very light", 0],
        ["brown", 30],
      ],
    );
    const person: Judged = { id: "p", group: "persons", method: "ours", figures: { spread: 0.01 } };
    const judges = { names: ["faceres"], warnings: [] };
    const [row] = benchRows([...judged, person], { judges, identities: new Map() });
    assert.deepEqual([row.itaError, row.spreadOverLights], [20, 0.01]);
    assert.ok("swappedFaceres" in row && "rankOneLightFaceres" in row);
  });
});
