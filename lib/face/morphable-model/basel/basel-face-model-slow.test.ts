import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../../base/engine/prepare-engine.js";
import { InputError } from "../../../base/tensor/input-error.js";
import { createRandom } from "../../../base/tensor/random.js";
import { multiplySparseDense } from "../../../base/tensor/sparse-matrix.js";
import { type FaceGrid, faceGrid } from "../../../testing/face-grid-fixture.js";
import { encodeMat, type MatVariable } from "../../../testing/mat-fixture.js";
import { loadEmbeddedModel } from "../embedded-model.js";
import { uvArea } from "../flat-map/flat-map.js";
import { type ReferenceFace, referenceFace } from "../flat-map/reference-face.js";
import { loadMorphableModel } from "../load-model.js";
import { createMorphableModel } from "../morphable-model.js";
import { baselModelFrom, loadBaselFaceModel, readBaselArrays } from "./basel-face-model.js";

/** A file in Deep3D's layout, of a coarse face and known bases, moved away from the origin. */
function baselVariables({ positions, polygons, landmarks }: FaceGrid): Record<string, MatVariable> {
  const random = createRandom(3);
  const size = positions.length;
  const triangles = polygons.flatMap(([a, b, c, d]) => [
    [a, b, c],
    [a, c, d],
  ]);
  const basis = (columns: number, scale: number) => ({
    dimensions: [size, columns],
    values: Float32Array.from({ length: size * columns }, () => scale * random.normal()),
  });
  return {
    meanshape: {
      dimensions: [1, size],
      values: Float64Array.from(positions, (x, i) => x + [0.1, 0.2, 0.3][i % 3]),
    },
    idBase: basis(80, 0.01),
    unread: { dimensions: [2, 2], values: Float64Array.of(1, 2, 3, 4) },
    exBase: basis(64, 0.01),
    meantex: {
      dimensions: [1, size],
      values: Float32Array.from({ length: size }, () => 255 * random.uniform()),
    },
    texBase: basis(80, 5),
    tri: {
      dimensions: [triangles.length, 3],
      values: Uint16Array.from([0, 1, 2].flatMap((c) => triangles.map((t) => t[c] + 1))),
      asClass: 6,
    },
    keypoints: { dimensions: [1, 68], values: Uint16Array.from(landmarks, (v) => v + 1), asClass: 6 },
  };
}

describe("face/morphable-model/basel/basel-face-model", () => {
  let reference: ReferenceFace;
  let grid: FaceGrid;
  let variables: Record<string, MatVariable>;
  let folder: string;

  before(async () => {
    await prepareEngine("wasm");
    reference = referenceFace(await loadEmbeddedModel());
    grid = faceGrid(reference, 48);
    variables = baselVariables(grid);
    folder = await mkdtemp(join(tmpdir(), "basel-"));
  });
  after(() => rm(folder, { recursive: true }));

  for (const [how, options] of [
    ["plain", {}],
    ["compressed", { compress: true }],
    ["big-endian", { bigEndian: true }],
  ] as const) {
    it(`decodes a ${how} file to its numbers: A = (Ā + F_A Θ) / 255 (Eq. 1), S = S̄ − its mean + F_I Θ + F_E Θ (Eq. 2)`, async () => {
      const file = join(folder, `${how}.mat`);
      await writeFile(file, encodeMat(variables, options));
      const data = await loadMorphableModel(file);
      const model = createMorphableModel(data);
      const random = createRandom(4);
      const [identity, expression, albedo] = [80, 64, 80].map((size) => random.normalArray(size));
      const row = (x: Float32Array) => tf.tensor2d(x, [1, x.length]);
      const [shape, colours] = tf.tidy(() => [
        model.decodeShape(row(identity), row(expression)).dataSync<"float32">(),
        model.decodeAlbedo(row(albedo)).dataSync<"float32">(),
      ]);
      const { meanshape, idBase, exBase, meantex, texBase } = variables;
      const size = meanshape.values.length;
      const sum = (basis: MatVariable, theta: Float32Array, i: number) =>
        theta.reduce((total, c, m) => total + c * basis.values[m * size + i], 0);
      const means = [0, 0, 0];
      for (let i = 0; i < size; i++) means[i % 3] += meanshape.values[i] / (size / 3);
      const [rows] = data.shapeSubdivision;
      let [checked, worstShape, worstColour] = [0, 0, 0];
      for (let v = 0; v < rows.rows; v++) {
        if (rows.rowStart[v + 1] - rows.rowStart[v] > 1) continue; // on the outline, between two
        checked++;
        for (let k = 0; k < 3; k++) {
          const i = 3 * rows.column[rows.rowStart[v]] + k;
          const s = meanshape.values[i] - means[k] + sum(idBase, identity, i) + sum(exBase, expression, i);
          const a = (meantex.values[i] + sum(texBase, albedo, i)) / 255;
          worstShape = Math.max(worstShape, Math.abs(s - shape[3 * v + k]));
          worstColour = Math.max(worstColour, Math.abs(a - colours[3 * v + k]));
        }
      }
      model.dispose();
      assert.ok(checked > 0.9 * (size / 3), `${checked} of ${size / 3} vertices`);
      assert.ok(worstShape < 1e-5 && worstColour < 1e-5, `${worstShape} ${worstColour}`);
    });
  }

  it("finds our parameterisation again: uvs within 0.01 of where the mesh was sampled, no skin upside down", () => {
    const arrays = readBaselArrays(encodeMat(variables), "grid.mat");
    const { data, folds } = baselModelFrom(arrays, "grid.mat", reference);
    const used = data.shapeSubdivision[0];
    const offsets: number[] = [];
    for (let v = 0; v < used.rows; v++) {
      if (used.rowStart[v + 1] - used.rowStart[v] > 1) continue;
      const source = used.column[used.rowStart[v]];
      const isSkin = Array.from(data.triangles.keys()).some(
        (i) => data.triangles[i] === v && data.skinTriangle[Math.floor(i / 3)],
      );
      if (isSkin)
        offsets.push(Math.hypot(...[0, 1].map((k) => data.uvs[2 * v + k] - grid.uvs[2 * source + k])));
    }
    const mean = offsets.reduce((a, b) => a + b) / offsets.length;
    console.log(`      uvs off by ${mean.toFixed(4)} on average, at most ${Math.max(...offsets).toFixed(3)}`);
    assert.ok(mean < 0.01, `${mean}`);
    assert.ok(folds.after <= 4, `${folds.after} slivers of the rim`);
    for (let t = 0; t < data.skinTriangle.length; t++)
      if (data.skinTriangle[t]) assert.ok(uvArea(data.uvs, data.triangles, t) < 0, `triangle ${t}`);
    assert.deepEqual([data.landmarks.length, data.contours.length], [68, 17]);
  });

  it("turns triangles that the file has the other way round", () => {
    const { tri } = variables;
    const count = tri.dimensions[0];
    const turned = Uint16Array.from(
      { length: 3 * count },
      (_, i) => tri.values[(2 - Math.floor(i / count)) * count + (i % count)],
    );
    const area = (bytes: Uint8Array) => {
      const { triangles, meanShape } = readBaselArrays(bytes, "turned.mat");
      const [a, b, c] = triangles[0];
      const at = (v: number, k: number) => meanShape[3 * v + k] - meanShape[3 * a + k];
      return at(b, 0) * at(c, 1) - at(b, 1) * at(c, 0);
    };
    const usual = area(encodeMat(variables));
    const other = area(encodeMat({ ...variables, tri: { ...tri, values: turned } }));
    assert.ok(usual > 0 && other > 0, `${usual} ${other}`);
  });

  it("refuses missing variables, wrong sizes, and indices that name no vertex, in one line", () => {
    const { tri: _, ...withoutTri } = variables;
    const { idBase, keypoints, meantex } = variables;
    const size = meantex.values.length;
    const beyond = Uint16Array.from(keypoints.values, (v, j) => (j === 5 ? 60_000 : v));
    const holed = Float32Array.from(meantex.values as Float32Array, (x, i) => (i === 7 ? Number.NaN : x));
    for (const [changed, pattern] of [
      [
        withoutTri,
        /^x\.mat: expected the variables of Deep3D's BFM_model_front\.mat, got a file without `tri`\.$/,
      ],
      [
        { ...variables, idBase: { ...idBase, dimensions: [80, size] } },
        new RegExp(`^x\\.mat: expected \`idBase\` of ${size} x 80 numbers, got 80 x ${size}\\.$`),
      ],
      [
        { ...variables, meantex: { dimensions: [1, 9], values: meantex.values.slice(0, 9) } },
        new RegExp(`^x\\.mat: expected \`meantex\` of 1 x ${size} numbers, got 1 x 9\\.$`),
      ],
      [
        { ...variables, keypoints: { dimensions: [1, 67], values: keypoints.values.slice(1) } },
        /^x\.mat: expected 68 numbers in `keypoints`, got 1 x 67\.$/,
      ],
      [
        { ...variables, keypoints: { ...keypoints, values: beyond } },
        /vertices from 1 to \d+ in `keypoints`, got 60000/,
      ],
      [{ ...variables, meantex: { ...meantex, values: holed } }, /finite numbers in `meantex`, got NaN at 7/],
    ] as const) {
      assert.throws(
        () => readBaselArrays(encodeMat(changed as Record<string, MatVariable>), "x.mat"),
        (error: unknown) => error instanceof InputError && pattern.test(error.message),
        `${pattern}`,
      );
    }
  });

  it("names what is there instead of a model: nothing, a pickle, text", async () => {
    await writeFile(join(folder, "model.pkl"), Buffer.from([0x80, 4, 0x95, 0, 0, 0]));
    await writeFile(join(folder, "notes.mat"), "This is not a model. ".repeat(20));
    const load = (name: string) => loadBaselFaceModel(join(folder, name));
    await assert.rejects(load("absent.mat"), /absent\.mat: expected .*, got no such file or folder\.$/);
    await assert.rejects(load("model.pkl"), /model\.pkl: expected a MATLAB file .*, got a Python pickle/);
    await assert.rejects(
      load("notes.mat"),
      /notes\.mat: expected a MATLAB file .*, got a file without its header/,
    );
  });

  it("has the mean of the embedded model's own subdivision where the grid was sampled", () => {
    const { data } = reference;
    const mean = data.shapeSubdivision.reduce((x, m) => multiplySparseDense(m, x, 3), data.meanShape);
    const nose = data.landmarks[30];
    const own = grid.landmarks[30];
    const distance = Math.hypot(...[0, 1, 2].map((k) => grid.positions[3 * own + k] - mean[3 * nose + k]));
    assert.ok(distance < 0.05, `${distance}`);
  });
});
