import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../../base/engine/prepare-engine.js";
import { InputError } from "../../../base/tensor/input-error.js";
import { createRandom } from "../../../base/tensor/random.js";
import { type FaceGrid, faceGrid } from "../../../testing/face-grid-fixture.js";
import { mirrorOrder } from "../../landmarks/landmarks.js";
import { loadEmbeddedModel } from "../embedded-model.js";
import { uvArea } from "../flat-map/flat-map.js";
import { mirrorPartners } from "../flat-map/mirror-partners.js";
import { type ReferenceFace, referenceFace } from "../flat-map/reference-face.js";
import { loadMorphableModel } from "../load-model.js";
import { boundaryLoops } from "../mesh/mesh-topology.js";
import { createMorphableModel } from "../morphable-model.js";
import { type IctModel, ictModelFrom } from "./ict-facekit.js";
import { type IctFiles, readIctFolder } from "./ict-files.js";

/** The real model, where a developer has it; it does not come with the project. */
const realFolder = fileURLToPath(new URL("../../../../../shared/data/ict-facekit", import.meta.url));

/** @returns the largest difference between decoded shapes and neutral + Σ c (shape − neutral), units of 10 cm */
function decodingError(
  files: IctFiles,
  { data, objVertices, origin }: IctModel,
  expressions: number,
): number {
  const random = createRandom(2);
  const identity = random.normalArray(80);
  const expression = Float32Array.from({ length: 64 }, (_, m) => (m < expressions ? random.uniform() : 0.5));
  const model = createMorphableModel(data);
  const decoded = tf.tidy(() =>
    model.decodeShape(tf.tensor2d(identity, [1, 80]), tf.tensor2d(expression, [1, 64])).dataSync<"float32">(),
  );
  model.dispose();
  const [rows] = data.shapeSubdivision;
  const onFace = new Set(files.neutral.polygons.flatMap((p) => (p.material === "M_Face" ? p.corners : [])));
  let [worst, checked] = [0, 0];
  for (let v = 0; v < rows.rows; v++) {
    const obj = objVertices[rows.column[rows.rowStart[v]]];
    if (rows.rowStart[v + 1] - rows.rowStart[v] > 1 || !onFace.has(obj)) continue;
    checked++;
    for (let k = 0; k < 3; k++) {
      let cm = files.neutral.positions[3 * obj + k] - origin[k];
      for (let m = 0; m < 80; m++) cm += identity[m] * files.identity[m][3 * obj + k];
      for (let m = 0; m < expressions; m++) cm += expression[m] * files.expression[m][3 * obj + k];
      worst = Math.max(worst, Math.abs(cm / 10 - decoded[3 * v + k]));
    }
  }
  assert.ok(checked > 500, `${checked} vertices`);
  return worst;
}

describe("face/morphable-model/ict/ict-facekit, a folder of OBJ files", () => {
  let folder: string;
  let reference: ReferenceFace;
  let grid: FaceGrid;
  const expressionNames = ["browDown_L", "jawOpen", "mouthSmile_R"];

  before(async () => {
    await prepareEngine("wasm");
    reference = referenceFace(await loadEmbeddedModel());
    grid = faceGrid(reference, 32);
    folder = await mkdtemp(join(tmpdir(), "ict-"));
    const random = createRandom(6);
    const polygons = grid.polygons.map((p) => `f ${p.map((v) => `${v + 1}/1/1`).join(" ")}`).join("\n");
    const obj = (spread: number) =>
      [
        "# a small face",
        ...Array.from({ length: grid.positions.length / 3 }, (_, v) =>
          [
            "v",
            ...[0, 1, 2].map((k) => (10 * grid.positions[3 * v + k] + spread * random.normal()).toFixed(6)),
          ].join(" "),
        ),
        "vt 0 0",
        "usemtl M_Face",
        polygons,
        "",
      ].join("\n");
    await writeFile(join(folder, "generic_neutral_mesh.obj"), obj(0));
    for (let m = 0; m < 100; m++)
      await writeFile(join(folder, `identity${String(m).padStart(3, "0")}.obj`), obj(0.05));
    for (const name of expressionNames) await writeFile(join(folder, `${name}.obj`), obj(0.05));
  });
  after(() => rm(folder, { recursive: true }));

  it("decodes to neutral + Σ c (identity_i − neutral) + Σ c (expression_j − neutral) within 1e-5", async () => {
    const files = await readIctFolder(folder);
    const model = ictModelFrom(files, reference, grid.landmarks);
    const { data } = model;
    assert.deepEqual([files.identity.length, files.expressionNames], [100, expressionNames]);
    assert.deepEqual(data.expressionNames.slice(0, 5), [...expressionNames, "unused-1", "unused-2"]);
    assert.deepEqual(
      [data.identityPrior.size, data.expressionPrior.size, data.albedoPrior.size],
      [80, 64, 80],
    );
    const worst = decodingError(files, model, expressionNames.length);
    assert.ok(worst < 1e-5, `${worst}`);
  });

  it("refuses a folder with a file missing, cut short or of another mesh, in one line", async () => {
    const place = join(folder, "identity042.obj");
    const whole = await readFile(place, "utf8");
    const refused = async (pattern: RegExp) =>
      assert.rejects(
        readIctFolder(folder),
        (error: unknown) =>
          error instanceof InputError && pattern.test(error.message) && !error.message.includes("\n"),
        `${pattern}`,
      );
    await rm(place);
    await refused(/expected 100 files identity000\.obj to identity099\.obj, got 99\.$/);
    await writeFile(place, whole.slice(0, 3000));
    await refused(
      /identity042\.obj: expected (the \d+ vertices that .* has first|vertices of three numbers), got/,
    );
    await writeFile(place, whole.replace("v ", "v x"));
    await refused(/identity042\.obj: expected vertices of three numbers, got `v x/);
    await writeFile(place, whole);
    const elsewhere = { [join(folder, "none")]: "no such file or folder", [place]: "a file" };
    for (const [path, got] of Object.entries(elsewhere)) {
      const expected = (error: Error) => error instanceof InputError && error.message.endsWith(`got ${got}.`);
      await assert.rejects(readIctFolder(path), expected, path);
    }
    await mkdir(join(folder, "empty"));
    await assert.rejects(
      loadMorphableModel(join(folder, "empty")),
      /empty: expected a folder of ICT-FaceKit/,
    );
    await assert.rejects(
      loadMorphableModel(folder),
      /expected a mesh with vertex \d+, a landmark of ICT-FaceKit, got/,
    );
  });
});

describe("face/morphable-model/ict/ict-facekit, the real model", () => {
  let files: IctFiles;
  let model: IctModel;

  before(async function () {
    if (!existsSync(realFolder)) {
      this.test!.parent!.title += " (../shared/data/ict-facekit is not here)";
      this.skip();
    }
    await prepareEngine("wasm");
    files = await readIctFolder(realFolder);
    model = ictModelFrom(files, referenceFace(await loadEmbeddedModel()));
  });

  it("decodes to the arithmetic of its OBJ files within 1e-5", () => {
    const worst = decodingError(files, model, files.expressionNames.length);
    console.log(`      largest difference ${worst.toExponential(1)} units of 10 cm`);
    assert.ok(worst < 1e-5, `${worst}`);
  });

  it("lies flat without a fold: every skin triangle the same way round, more than half of the map covered", () => {
    const { data, folds } = model;
    const skin = Array.from(data.skinTriangle.keys()).filter((t) => data.skinTriangle[t]);
    const flipped = skin.filter((t) => uvArea(data.uvs, data.triangles, t) >= 0).length;
    const covered = skin.reduce((sum, t) => sum - uvArea(data.uvs, data.triangles, t) / 2, 0);
    console.log(
      `      ${skin.length} skin triangles: ${folds.before} folded before the ironing, ${flipped} after; ` +
        `${folds.after} too small to be skin; ${(100 * covered).toFixed(1)} % of the map`,
    );
    assert.equal(flipped, 0);
    assert.ok(folds.after <= 4, `${folds.after} triangles of skin were given up`);
    assert.ok(covered > 0.5, `${covered}`);
    assert.ok(data.uvs.every((value) => value >= 0 && value <= 1));
  });

  it("is closed but for its outline: no background shows through nostrils, eyes or mouth", () => {
    const { triangles } = model.data;
    const polygons = Array.from({ length: triangles.length / 3 }, (_, t) => [
      ...triangles.subarray(3 * t, 3 * t + 3),
    ]);
    assert.equal(boundaryLoops(polygons).length, 1);
  });

  it("mirrors: uvs of mirror images by u ↔ 1 − u exactly, landmarks onto landmarks", () => {
    const { data, objVertices } = model;
    const [rows] = data.shapeSubdivision;
    const mean = Float64Array.from({ length: 3 * rows.rows }, (_, i) => {
      const v = Math.floor(i / 3);
      let sum = 0;
      for (let j = rows.rowStart[v]; j < rows.rowStart[v + 1]; j++)
        sum += rows.value[j] * data.meanShape[3 * rows.column[j] + (i % 3)];
      return sum;
    });
    assert.equal(data.meanShape.length, 3 * objVertices.length);
    const skin = new Set(data.triangles.filter((_, i) => data.skinTriangle[Math.floor(i / 3)]));
    const partners = mirrorPartners(mean, skin);
    let [paired, worst] = [0, 0];
    for (const v of skin) {
      const w = partners[v];
      if (w < 0) continue;
      paired++;
      worst = Math.max(
        worst,
        Math.abs(data.uvs[2 * w] - (1 - data.uvs[2 * v])),
        Math.abs(data.uvs[2 * w + 1] - data.uvs[2 * v + 1]),
      );
    }
    console.log(`      ${paired} of ${skin.size} vertices of skin have a mirror image; uvs off by ${worst}`);
    assert.ok(paired > 0.98 * skin.size);
    assert.equal(worst, 0);
    mirrorOrder.forEach((other, j) => {
      const [a, b] = [data.landmarks[j], data.landmarks[other]];
      const offset = Math.hypot(...[0, 1, 2].map((k) => mean[3 * a + k] - (k ? 1 : -1) * mean[3 * b + k]));
      assert.ok(offset < 2e-3, `landmark ${j} off by ${offset}`);
    });
  });

  it("moves its eyeballs with the lids as people differ: within 3 mm at one standard deviation", () => {
    const { data, objVertices } = model;
    const [rows] = data.shapeSubdivision;
    const ball = new Set(
      files.neutral.polygons.flatMap((p) => (p.material === "M_ScleraLeft" ? p.corners : [])),
    );
    const eye = Array.from(objVertices.keys()).filter((i) => ball.has(objVertices[i]));
    const lids = Array.from(data.landmarks.slice(42, 48), (v) => rows.column[rows.rowStart[v]]);
    const shift = (vertices: readonly number[], m: number, k: number) =>
      vertices.reduce((sum, v) => sum + data.identityModes[m * data.meanShape.length + 3 * v + k], 0) /
      vertices.length;
    assert.equal(eye.length, ball.size);
    for (let m = 0; m < 80; m++) {
      const apart = Math.hypot(...[0, 1, 2].map((k) => shift(lids, m, k) - shift(eye, m, k)));
      assert.ok(apart < 0.03, `mode ${m}: ${apart}`);
    }
  });
});
