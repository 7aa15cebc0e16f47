/** Tests what one whole run of the command writes and prints, for the portrait and for a file that is not a photo. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadImage } from "@napi-rs/canvas";
import { applySimilarity, coefficientSizes, namedLights } from "rerenderable";
import { decodeSafetensors } from "rerenderable/base";
import { fivePortraits, type ProgramEnd, portrait, runProgram } from "../run/run-program.js";
import type { ReconstructionSummary } from "./reconstruction-summary.js";

async function validateGlb(bytes: Uint8Array): Promise<GlbReport> {
  const name: string = "gltf-validator"; // the package has no types
  const validator = (await import(name)) as { validateBytes(bytes: Uint8Array): Promise<GlbReport> };
  return validator.validateBytes(bytes);
}

interface GlbReport {
  readonly issues: { readonly numErrors: number; readonly messages: readonly unknown[] };
  readonly info: { readonly totalVertexCount: number; readonly hasTextures: boolean };
}

describe("experiments/reconstruct", () => {
  let folder: string;
  let end: ProgramEnd;
  let summary: ReconstructionSummary;
  const text = () => path.join(folder, "notes.jpg");
  const result = (file: string) => readFile(path.join(folder, "out", "astronaut", file));
  const readSummary = async (name: string): Promise<ReconstructionSummary> =>
    JSON.parse(await readFile(path.join(folder, name, "summary.json"), "utf8"));

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "reconstruct-"));
    await writeFile(text(), "This is no photo.\n");
    end = await runProgram(
      "reconstruct.ts",
      [text(), portrait, ...["--out", path.join(folder, "out"), "--steps", "5", "--engine", "wasm"]],
      { RERENDERABLE_ENGINE: "none: the flag wins" },
    );
    summary = await readSummary(path.join("out", "astronaut"));
  });
  after(() => rm(folder, { recursive: true }));

  it("writes the good photo's folder, says in one line why the other has none, and ends with 1", async () => {
    assert.equal(end.code, 1);
    assert.equal(end.errors.length, 1, end.errors.join("\n"));
    assert.match(end.errors[0], /notes\.jpg: expected a photo .*, got another kind of file/);
    assert.match(end.stdout, /1 reconstructed, 1 failed/);
    assert.deepEqual(await readdir(path.join(folder, "out")), ["astronaut"], "nothing temporary is left");
  });

  it("writes the files that summary.json lists", async () => {
    assert.deepEqual((await readdir(path.join(folder, "out", "astronaut"))).sort(), summary.files);
    const expected = [
      "input",
      "mask",
      "prior",
      "coarse",
      "albedo-image",
      "light-image",
      "detailed",
      "detailed-coarse-light",
      "light",
      "confidence",
      "unwrapped",
      "albedo",
    ];
    for (const name of expected) assert.ok(summary.files.includes(`${name}.png`), name);
    for (const light of Object.keys(namedLights))
      assert.ok(
        ["relit", "in-photo"].every((kind) => summary.files.includes(`${kind}-${light}.png`)),
        light,
      );
    assert.ok(summary.files.includes("in-photo.png"));
  });

  it("writes PNGs: 224 px in the picture, 256 px in uv, the photo's own size", async () => {
    const maps = [
      "albedo.png",
      "prior-albedo.png",
      "unwrapped.png",
      "uv-mask.png",
      "light.png",
      "confidence.png",
    ];
    for (const file of summary.files.filter((name) => name.endsWith(".png"))) {
      const { width, height } = await loadImage(await result(file));
      const inPhoto = file.startsWith("in-photo"); // of the photo's own size
      const side = maps.includes(file) ? 256 : inPhoto ? 512 : file === "landmarks.png" ? 672 : 224;
      assert.deepEqual([width, height], [side, side], file);
    }
  });

  it("writes a valid GLB of an upright face that looks along +z, with its texture inside", async () => {
    const bytes = new Uint8Array(await result("face.glb"));
    const { issues, info } = await validateGlb(bytes);
    assert.equal(issues.numErrors, 0, JSON.stringify(issues.messages));
    assert.equal(info.totalVertexCount > 10_000 && info.hasTextures, true);
  });

  it("writes an OBJ whose faces, normals and texture belong together", async () => {
    const lines = (await result("face.obj")).toString("utf8").split("\n");
    const rows = (word: string) => lines.filter((line) => line.startsWith(`${word} `));
    const numbers = (line: string) => line.split(" ").slice(1).map(Number);
    const places = rows("v").map(numbers);
    const normals = rows("vn").map(numbers);
    assert.equal(rows("vt").length, places.length);
    assert.equal(normals.length, places.length);
    for (const line of rows("f")) {
      const corners = line
        .slice(2)
        .split(" ")
        .map((corner) => corner.split("/").map(Number));
      assert.ok(corners.length === 3 && corners.flat().every((i) => i >= 1 && i <= places.length), line);
    }
    assert.deepEqual(rows("mtllib"), ["mtllib face.mtl"]);
    assert.match((await result("face.mtl")).toString("utf8"), /^map_Kd albedo\.png$/m);
    // The tip of the nose is the vertex farthest in front. It lies between the ears, and its normal faces the viewer.
    const nose = places.reduce((best, place, i) => (place[2] > places[best][2] ? i : best), 0);
    assert.ok(Math.abs(places[nose][0]) < 0.01, `nose at x = ${places[nose][0]} m`);
    assert.ok(normals[nose][2] > 0.7, `normal ${normals[nose]}`);
    const wide = Math.max(...places.map(([x]) => x)) - Math.min(...places.map(([x]) => x));
    assert.ok(wide > 0.1 && wide < 0.4, `${wide} m wide`);
  });

  it("sees the vertices of the OBJ, by the camera in the photo, where the fit puts the 68 points", async () => {
    const { photo, landmarks } = JSON.parse((await result("coefficients.json")).toString("utf8"));
    const { focal, principalPoint, rotation, translation } = photo.camera;
    const lines = (await result("face.obj")).toString("utf8").split("\n");
    const seen = lines
      .filter((line) => line.startsWith("v "))
      .map((line) => line.split(" ").slice(1).map(Number))
      .map((vertex) =>
        rotation.map((row: number[], r: number) =>
          row.reduce((sum, value, c) => sum + value * vertex[c], translation[r]),
        ),
      )
      .map(([x, y, z]) => [(focal * x) / z + principalPoint[0], (focal * y) / z + principalPoint[1]]);
    const inCrop = seen.map(([x, y]) => applySimilarity(photo.toCrop, [x, y]));
    const distances = landmarks.projected.map(([x, y]: [number, number]) =>
      Math.min(...inCrop.map(([vx, vy]) => Math.hypot(vx - x, vy - y))),
    );
    assert.deepEqual([photo.width, photo.height, photo.cropSize], [512, 512, 224]);
    assert.ok(Math.max(...distances) < 0.01, `${Math.max(...distances)} px`);
  });

  it("writes the light and the coefficients by name", async () => {
    const { tensors } = decodeSafetensors(new Uint8Array(await result("light.safetensors")), "light");
    const coefficients = JSON.parse((await result("coefficients.json")).toString("utf8"));
    for (const [name, size] of Object.entries(coefficientSizes)) {
      assert.equal(coefficients[name].length, size, name);
      assert.ok(coefficients[name].every(Number.isFinite), name);
    }
    assert.deepEqual(tensors.coarseLight.shape, [27]);
    assert.deepEqual([...tensors.coarseLight.values], coefficients.light.map(Math.fround));
    assert.equal(coefficients.landmarks.projected.length, 68);
    assert.equal(coefficients.landmarks.detected.length, 68);
  });

  it("sums up: engine, face, errors, metrics, times, memory, versions", () => {
    const { engine, prior, model, face, metrics, seconds, versions, warnings, settings } = summary;
    assert.deepEqual(
      { engine, prior, model, warnings },
      { engine: "wasm", prior: "both", model: "embedded", warnings: [] },
    );
    assert.deepEqual(settings, { size: 224, uv: 256, steps: 5, refine: 0, seed: 1 });
    assert.ok(face.score! > 0.9 && Math.abs(face.yaw) < 20 && face.box.width > 50);
    assert.ok(summary.landmarkError > 0 && summary.landmarkError < 4, `${summary.landmarkError} px`);
    assert.ok(summary.maskShare > 0.5 && summary.maskShare <= 1 && summary.rmsIdentity > 0);
    for (const { l1, psnr, ssim } of Object.values(metrics)) {
      assert.ok(l1 > 0 && l1 < 0.2 && psnr > 12 && ssim > 0.2, JSON.stringify(metrics));
    }
    const stages = ["engine", "model", "reading", "detection", "landmarks", "appearance", "coefficients"];
    assert.deepEqual(Object.keys(seconds), [...stages, "detail", "maps", "pictures", "files", "total"]);
    assert.ok(Object.values(seconds).every((value) => value >= 0) && summary.peakMemoryMb > 50);
    assert.match(versions.tfjs, /^4\./);
  });

  const quick = ["--steps", "0", "--size", "96", "--uv", "64"];

  it("takes the largest of five faces with a warning, another where it is told to", async () => {
    const five = path.join(folder, "five.jpg");
    await writeFile(five, await fivePortraits());
    const runs: ReconstructionSummary[] = [];
    for (const [out, ...args] of [["largest"], ["second", "--face", "2"]] as const) {
      const { code, errors } = await runProgram("reconstruct.ts", [
        five,
        ...[...quick, ...args, "--out", path.join(folder, out)],
      ]);
      assert.deepEqual({ code, errors }, { code: 0, errors: [] });
      runs.push(await readSummary(path.join(out, "five")));
    }
    const [largest, second] = runs as [ReconstructionSummary, ReconstructionSummary];
    assert.match(largest.warnings.join(), /five\.jpg: 5 faces were found; the largest was taken/);
    assert.ok(!second.warnings.some((warning) => /faces were found/.test(warning)), `${second.warnings}`);
    assert.ok(largest.face.box.y < 500 && second.face.box.y > 560, "each is where it was drawn");
    assert.ok(largest.face.box.width > second.face.box.width);
    const { code, errors } = await runProgram("reconstruct.ts", [
      five,
      "--face",
      "9",
      "--out",
      path.join(folder, "ninth"),
    ]);
    assert.equal(code, 1);
    assert.equal(errors.length, 1, errors.join("\n"));
    assert.match(errors[0], /five\.jpg: expected a face number from 1 to 5 .*, got 9/);
    assert.ok(!(await readdir(folder)).includes("ninth"));
  });
});
