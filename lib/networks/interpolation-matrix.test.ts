import assert from "node:assert/strict";
import { interpolationMatrix } from "./interpolation-matrix.js";
import type { Resize } from "./layers.js";

/** Rows of the matrix along the height, from `length` pixels. */
function rows(resize: Resize, length: number): number[][] {
  const matrix = interpolationMatrix(resize, 0, [length, 1]);
  return Array.from({ length: matrix.length / length }, (_, i) => [
    ...matrix.slice(i * length, (i + 1) * length),
  ]);
}

const doubled = { to: { factor: [2, 1] } } as const;

describe("interpolationMatrix", () => {
  it("has 3/4 of a pixel and 1/4 of its neighbour for twice the size with centres at +0.5, edges repeated", () => {
    assert.deepEqual(rows({ ...doubled, coordinates: "halfPixel", sampling: "bilinear" }, 2), [
      [1, 0],
      [0.75, 0.25],
      [0.25, 0.75],
      [0, 1],
    ]);
  });

  it("lays the outermost centres on each other with aligned corners", () => {
    assert.deepEqual(rows({ to: { size: [5, 1] }, coordinates: "alignCorners", sampling: "bilinear" }, 3), [
      [1, 0, 0],
      [0.5, 0.5, 0],
      [0, 1, 0],
      [0, 0.5, 0.5],
      [0, 0, 1],
    ]);
  });

  it("repeats pixels with asymmetric places rounded down", () => {
    const repeated = [
      [1, 0],
      [1, 0],
      [0, 1],
      [0, 1],
    ];
    assert.deepEqual(rows({ ...doubled, coordinates: "asymmetric", sampling: "floor" }, 2), repeated);
  });

  it("rounds a place between two pixels to either, as asked", () => {
    const halved = { to: { factor: [0.5, 1] }, coordinates: "halfPixel" } as const;
    assert.deepEqual(rows({ ...halved, sampling: "roundHalfDown" }, 4), [
      [1, 0, 0, 0],
      [0, 0, 1, 0],
    ]);
    assert.deepEqual(rows({ ...halved, sampling: "roundHalfUp" }, 4), [
      [0, 1, 0, 0],
      [0, 0, 0, 1],
    ]);
    assert.deepEqual(rows({ ...halved, sampling: "ceil" }, 4), [
      [0, 1, 0, 0],
      [0, 0, 0, 1],
    ]);
  });

  it("has rows that add up to 1: a plain image stays plain", () => {
    for (const coordinates of ["halfPixel", "asymmetric", "alignCorners"] as const) {
      for (const sampling of ["bilinear", "floor", "ceil"] as const) {
        for (const row of rows({ to: { size: [7, 1] }, coordinates, sampling }, 5)) {
          assert.ok(Math.abs(row.reduce((sum, weight) => sum + weight, 0) - 1) <= 1e-6);
        }
      }
    }
  });
});
