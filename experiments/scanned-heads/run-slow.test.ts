import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import {
  coefficientTensors,
  createMorphableModel,
  encodeObj,
  encodePng,
  loadMorphableModel,
  neutralCoefficients,
  prepareEngine,
  uvSpaceOf,
} from "rerenderable";
import { vertexNormals } from "rerenderable/graphics";
import { runProgram } from "../run/run-program.js";
import { scannedHeads } from "./config.js";

const root = path.join(import.meta.dirname, "..", "..");
/** Scans that do not come with the project. */
const scans = path.join(root, path.dirname(scannedHeads.settings.heads[0].folder));

/** The mean face of the embedded model, as OBJ in metres with its MTL and its albedo: a head that is always there. */
async function writeMeanFace(folder: string): Promise<void> {
  await prepareEngine("wasm");
  const model = createMorphableModel(await loadMorphableModel("embedded"));
  const side = 256;
  const uvSpace = uvSpaceOf(model, side);
  const [shape, normals, albedo] = tf.tidy(() => {
    const { identity, expression, albedo } = coefficientTensors([neutralCoefficients()]);
    const vertices = model.decodeShape(identity, expression);
    const map = tf.clipByValue(uvSpace.vertexToUv(model.decodeAlbedo(albedo)), 0, 1);
    return [vertices, vertexNormals(vertices, model.triangles), map];
  });
  const { triangles, uvs } = model.data;
  const { obj, mtl } = encodeObj({
    ...{ name: "skin", materialFile: "face.mtl", textureFile: "skin.png" },
    ...{ positions: await shape.data<"float32">(), normals: await normals.data<"float32">(), uvs },
    triangles: Uint32Array.from(triangles),
  });
  await mkdir(folder);
  await writeFile(path.join(folder, "face.obj"), obj);
  await writeFile(path.join(folder, "face.mtl"), mtl);
  const image = { width: side, height: side, data: await albedo.data<"float32">() };
  await writeFile(path.join(folder, "skin.png"), await encodePng(image));
  tf.dispose([shape, normals, albedo]);
  uvSpace.dispose();
  model.dispose();
}

describe("experiments: the bench with scanned heads", () => {
  let folder: string;
  let head: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "scans-"));
    head = path.join(folder, "mean-face");
    await writeMeanFace(head);
  });
  after(() => rm(folder, { recursive: true }));

  const bench = (run: string, heads: readonly object[], ...settings: string[]) =>
    runProgram("experiment.ts", [
      ...["scanned-heads", "--results", folder, "--run", run],
      ...[`heads=${JSON.stringify(heads)}`, "uvSize=64", ...settings].flatMap((set) => ["--set", set]),
    ]);

  it("finds the size of any OBJ with a texture, and judges A′, the prior and the photo against it", async () => {
    const small = ['lights=["old-town-square"]', "turns=[0]", "side=256"];
    const { code, errors } = await bench("mean-face", [{ folder: head, turn: [0, 0, 0] }], ...small);
    assert.equal(code, 0, errors.join("\n"));
    const at = path.join(folder, "scanned-heads", "mean-face");
    assert.deepEqual((await readdir(at)).sort(), [
      "config.json",
      "environment.json",
      "faces.jsonl",
      "sheet-mean-face.png",
      "summary.json",
      "table.csv",
    ]);
    const { heads, rows, failed } = JSON.parse(await readFile(path.join(at, "summary.json"), "utf8"));
    assert.deepEqual(failed, []);
    // The file is in metres, a model unit is 10 cm, and the face is where the model has it.
    assert.ok(Math.abs(heads[0].scale - 10) < 0.6, `${heads[0].scale}`);
    assert.ok(
      heads[0].translation.every((value: number) => Math.abs(value) < 0.1),
      `${heads[0].translation}`,
    );
    const [all] = rows;
    console.log(
      `      A′ ${all.detailed}, prior ${all.prior}, photo ${all.photo}; scale ${heads[0].scale.toFixed(2)}`,
    );
    assert.equal(all.photos, 1);
    // The prior is the model's own mean, in soft light.
    assert.ok(all.prior < 0.04 && all.detailed < 0.06 && all.photo > 0, JSON.stringify(all));
  });

  it("refuses a folder that is none, in one line", async () => {
    const nowhere = path.join(folder, "nowhere");
    const { code, errors } = await bench("none", [{ folder: nowhere }]);
    assert.equal(code, 1);
    assert.deepEqual(errors, [
      `${nowhere}: expected the folder of a head: OBJ files with their textures, got no such folder.`,
    ]);
  });

  it("finds the faces of real scans, and A′ nearer to their skin than the prior", async function () {
    if (!existsSync(scans)) {
      this.test!.title += `: no scans at ${path.relative(root, scans)}`;
      this.skip();
    }
    const heads = scannedHeads.settings.heads.map(({ folder: at }) => ({ folder: path.join(root, at) }));
    const { code, errors } = await bench(
      "scans",
      heads,
      'lights=["eucalyptus-grove","lamp"]',
      "turns=[0]",
      "uvSize=256",
    );
    assert.equal(code, 0, errors.join("\n"));
    const file = path.join(folder, "scanned-heads", "scans", "summary.json");
    const { rows, failed } = JSON.parse(await readFile(file, "utf8"));
    assert.deepEqual(failed, []);
    assert.equal(rows[0].photos, 4);
    assert.ok(rows[0].detailed < rows[0].prior && rows[0].detailed < 0.08, JSON.stringify(rows[0]));
  });
});
