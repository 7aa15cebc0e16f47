/** The committed model, by the figures of its report. */
import assert from "node:assert/strict";
import type { MorphableModelData } from "rerenderable";
import { multiplySparseDense } from "rerenderable/base";
import { loadEmbeddedModel } from "rerenderable/face";
import { mirrorTwins } from "../../bake/model/mirror-twins.js";
import { coverTexels, mapFigures } from "./map-figures.js";
import { sampledTones } from "./skin-tones.js";
import { symmetryFigures } from "./symmetry.js";

describe("report-model: the committed model", () => {
  let data: MorphableModelData;
  let mean: Float32Array;

  before(async () => {
    data = await loadEmbeddedModel();
    mean = data.shapeSubdivision.reduce((x, matrix) => multiplySparseDense(matrix, x, 3), data.meanShape);
  });

  it("mirrors onto itself exactly: vertices, uv, landmarks, jaw paths and albedo", () => {
    const albedo = data.albedoSubdivision.reduce((x, m) => multiplySparseDense(m, x, 3), data.meanAlbedo);
    assert.deepEqual(symmetryFigures(data, mean, albedo), {
      verticesWithoutTwin: 0,
      mesh: 0,
      map: 0,
      landmarks: 0,
      contours: 0,
      albedo: 0,
    });
  });

  it("has the mirror image of each quad, with the same part", () => {
    const twin = mirrorTwins(data, mean);
    // Quads, as their diagonals do not mirror: corner sets of triangle pairs.
    const key = (q: number, map: (v: number) => number) =>
      [...new Set(data.triangles.subarray(6 * q, 6 * q + 6))]
        .map(map)
        .sort((a, b) => a - b)
        .join(" ");
    const quads = Array.from({ length: data.triangles.length / 6 }, (_, q) => q);
    const skinOf = new Map(quads.map((q) => [key(q, (v) => v), data.skinTriangle[2 * q]]));
    for (const q of quads) {
      assert.equal(skinOf.get(key(q, (v) => twin[v])), data.skinTriangle[2 * q], `quad ${q}`);
      assert.equal(data.skinTriangle[2 * q + 1], data.skinTriangle[2 * q]);
    }
  });

  it("lies flat in [0, 1]² without folds, skin alone on its texels and on half of the map", () => {
    assert.ok(data.uvs.every((value) => value >= 0 && value <= 1));
    const { notPositive, coveredTwice, skinShare, frontalShare, stretch } = mapFigures(data, mean, 512);
    assert.deepEqual({ notPositive, coveredTwice }, { notPositive: 0, coveredTwice: 0 });
    assert.ok(skinShare > 0.5 && frontalShare > 0.5, `${skinShare} skin, ${frontalShare} of it frontal`);
    assert.ok(stretch >= 1 && stretch < 1.25, `stretch ${stretch}`);
  });

  it("lies the same way round with eyes, lids and mouth too", () => {
    const all = { ...data, skinTriangle: data.skinTriangle.map(() => 1) };
    assert.equal(mapFigures(all, mean, 64).notPositive, 0);
  });

  it("counts the texels that its skin's area says", () => {
    const area = Array.from(data.skinTriangle.keys()).reduce((sum, t) => {
      if (!data.skinTriangle[t]) return sum;
      const [a, b, c] = [0, 1, 2].map((k) => 2 * data.triangles[3 * t + k]);
      const { uvs } = data;
      const cross =
        (uvs[b] - uvs[a]) * (uvs[c + 1] - uvs[a + 1]) - (uvs[b + 1] - uvs[a + 1]) * (uvs[c] - uvs[a]);
      return sum - cross / 2;
    }, 0);
    const cover = coverTexels(data, 512, (t) => data.skinTriangle[t] === 1);
    const share = cover.filter((n) => n > 0).length / cover.length;
    assert.ok(Math.abs(area - share) < 0.01 * share, `area ${area}, covered ${share}`);
  });

  it("reaches all six groups of skin tone with 1,000 sampled people, none with fewer than 3 %", () => {
    const { shares } = sampledTones(data, mean);
    assert.equal(Object.keys(shares).length, 6);
    for (const [group, share] of Object.entries(shares)) assert.ok(share > 0.03, `${group}: ${share}`);
  });
});
