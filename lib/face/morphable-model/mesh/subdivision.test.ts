import assert from "node:assert/strict";
import { createRandom } from "../../../base/tensor/random.js";
import { multiplySparseDense, type SparseMatrix } from "../../../base/tensor/sparse-matrix.js";
import { bilinearSubdivision, catmullClark, type QuadCorners } from "./subdivision.js";

/** Vertex i at (±1, ±1, ±1) by its bits x, y, z; faces counter-clockwise from outside. */
const cubeCorners = Array.from({ length: 8 }, (_, i) =>
  [i & 1, (i >> 1) & 1, i >> 2].map((b) => 2 * b - 1),
).flat();
const cube: QuadCorners[] = [
  [4, 5, 7, 6], // z = 1
  [0, 2, 3, 1],
  [1, 3, 7, 5], // x = 1
  [0, 4, 6, 2],
  [2, 6, 7, 3], // y = 1
  [0, 1, 5, 4],
];

/** columns × rows quads of side 1 in the plane z = 0, counter-clockwise seen from +z. */
function grid(columns: number, rows: number): { quads: QuadCorners[]; positions: number[] } {
  const at = (x: number, y: number) => y * (columns + 1) + x;
  const quads = Array.from({ length: columns * rows }, (_, q): QuadCorners => {
    const [x, y] = [q % columns, Math.floor(q / columns)];
    return [at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1)];
  });
  const positions = Array.from({ length: (columns + 1) * (rows + 1) }, (_, v) => [
    v % (columns + 1),
    Math.floor(v / (columns + 1)),
    0,
  ]).flat();
  return { quads, positions };
}

const point = (values: ArrayLike<number>, v: number) => [0, 1, 2].map((k) => values[3 * v + k]);

function assertPoint(actual: readonly number[], expected: readonly number[]): void {
  for (const [k, value] of expected.entries()) {
    assert.ok(Math.abs(actual[k] - value) < 1e-6, `[${actual}] is not [${expected}]`);
  }
}

/** Twice the vector area of a quad: half of it is its area along its normal. */
function areaVector(values: ArrayLike<number>, [a, b, c, d]: QuadCorners): number[] {
  const [e, f] = [
    [a, c],
    [b, d],
  ].map(([from, to]) => point(values, to).map((value, k) => value - values[3 * from + k]));
  return [0, 1, 2].map((k) => e[(k + 1) % 3] * f[(k + 2) % 3] - e[(k + 2) % 3] * f[(k + 1) % 3]);
}

function rowSums({ rows, rowStart, value }: SparseMatrix): number[] {
  return Array.from({ length: rows }, (_, r) =>
    value.subarray(rowStart[r], rowStart[r + 1]).reduce((sum, v) => sum + v, 0),
  );
}

describe("face/morphable-model/mesh/subdivision: catmullClark", () => {
  const { matrix, quads } = catmullClark(cube, 8);
  const fine = multiplySparseDense(matrix, cubeCorners, 3);

  it("gives a cube 8 + 6 + 12 vertices and 24 quads", () => {
    assert.deepEqual([matrix.rows, matrix.columns, quads.length], [26, 8, 24]);
  });

  it("puts a face point in the middle of each face", () => {
    const middles = [2, 2, 0, 0, 1, 1].map((axis, f) =>
      [0, 1, 2].map((k) => (k === axis ? 1 - 2 * (f % 2) : 0)),
    );
    for (const [f, middle] of middles.entries()) assertPoint(point(fine, 8 + f), middle);
  });

  it("puts an edge point at the mean of two ends and two face points: 3/4 of the way out", () => {
    // The edge from (−1, 1, 1) to (1, 1, 1): ends (0, 1, 1), face points (0, 0, 1) and (0, 1, 0).
    const found = Array.from({ length: 12 }, (_, e) => point(fine, 14 + e));
    for (const p of found) assertPoint(p.map(Math.abs).sort(), [0, 0.75, 0.75]);
    assert.equal(new Set(found.map((p) => p.map((c) => c.toFixed(3)).join())).size, 12);
  });

  it("pulls a corner of valence 3 in to 5/9: (F + 2 R + (n − 3) P) / n with F = 1/3, R = 2/3", () => {
    for (let v = 0; v < 8; v++) {
      assertPoint(
        point(fine, v),
        point(cubeCorners, v).map((c) => (5 / 9) * c),
      );
    }
  });

  it("keeps the winding: each fine quad starts at its coarse corner and looks the same way", () => {
    for (const [q, quad] of quads.entries()) {
      const corner = q % 4;
      const coarse = cube[q >> 2];
      assert.equal(quad[0], coarse[corner]);
      const [a, b] = [areaVector(fine, quad), areaVector(cubeCorners, coarse)];
      assert.ok(a[0] * b[0] + a[1] * b[1] + a[2] * b[2] > 0, `quad ${q}`);
    }
    const directed = new Set(quads.flatMap((quad) => quad.map((a, k) => `${a} ${quad[(k + 1) % 4]}`)));
    assert.equal(directed.size, 96, "no directed edge twice");
    for (const edge of directed) assert.ok(directed.has(edge.split(" ").reverse().join(" ")));
  });

  it("treats the rim of one quad as a cubic B-spline: corners 3/4, 1/8, 1/8, edges at the middle", () => {
    const { quads: one, positions } = grid(1, 1);
    const once = catmullClark(one, 4);
    const points = multiplySparseDense(once.matrix, positions, 3);
    assertPoint(point(points, 0), [0.125, 0.125, 0]);
    assertPoint(point(points, 3), [0.875, 0.875, 0]);
    assertPoint(point(points, 4), [0.5, 0.5, 0]);
    const edges = [5, 6, 7, 8].map((v) => point(points, v));
    assert.deepEqual(edges.map(([x, y]) => `${x} ${y}`).sort(), ["0 0.5", "0.5 0", "0.5 1", "1 0.5"]);
  });

  it("moves a rim vertex by its rim neighbours alone, a regular inner vertex by 9/16, 3/32, 1/64", () => {
    const { quads: four } = grid(2, 2);
    const { matrix: m } = catmullClark(four, 9);
    const row = (v: number) => {
      const weights = new Array<number>(9).fill(0);
      for (let i = m.rowStart[v]; i < m.rowStart[v + 1]; i++) weights[m.column[i]] += m.value[i];
      return weights;
    };
    assert.deepEqual(row(1), [1 / 8, 3 / 4, 1 / 8, 0, 0, 0, 0, 0, 0]);
    const [corner, edge] = [1 / 64, 3 / 32];
    assert.deepEqual(row(4), [corner, edge, corner, edge, 9 / 16, edge, corner, edge, corner]);
    // An inner edge: ends 3/8 each, the other corners of its two quads 1/16 each.
    const inner = Array.from({ length: 12 }, (_, e) => row(13 + e)).filter((w) => w[4] > 0 && w[5] > 0);
    assert.deepEqual(
      inner.filter((w) => w[4] === 3 / 8 && w[5] === 3 / 8),
      [[0, 1 / 16, 1 / 16, 0, 3 / 8, 3 / 8, 0, 1 / 16, 1 / 16]],
    );
  });

  it("commutes with affine maps: every row sums to 1, on cube, grid and twice over", () => {
    const { quads: open } = grid(3, 2);
    const first = catmullClark(open, 12);
    const second = catmullClark(first.quads, first.matrix.rows);
    for (const m of [matrix, first.matrix, second.matrix]) {
      for (const sum of rowSums(m)) assert.ok(Math.abs(sum - 1) < 1e-6);
    }
  });

  it("leaves a vertex that no quad uses where it is", () => {
    const { matrix: m } = catmullClark([[0, 1, 2, 3]], 5);
    const [from, to] = [m.rowStart[4], m.rowStart[5]];
    assert.deepEqual([[...m.column.slice(from, to)], [...m.value.slice(from, to)]], [[4], [1]]);
  });
});

describe("face/morphable-model/mesh/subdivision: bilinearSubdivision", () => {
  it("keeps a linear function exactly: corners stay, edges take 1/2, faces 1/4", () => {
    const { quads, positions } = grid(2, 2);
    const matrix = bilinearSubdivision(quads, 9);
    const linear = (p: readonly number[]) => 0.25 + 0.5 * p[0] - 0.125 * p[1];
    const values = Array.from({ length: 9 }, (_, v) => linear(point(positions, v)));
    const [fineValues, finePositions] = [
      multiplySparseDense(matrix, values, 1),
      multiplySparseDense(matrix, positions, 3),
    ];
    assert.equal(fineValues.length, 9 + 4 + 12);
    for (let v = 0; v < fineValues.length; v++) assert.equal(fineValues[v], linear(point(finePositions, v)));
    for (let v = 0; v < 9; v++) assert.equal(fineValues[v], values[v]);
  });

  it("has its rows where catmullClark has them, so that its quads serve both", () => {
    const bilinear = multiplySparseDense(bilinearSubdivision(cube, 8), cubeCorners, 3);
    const { matrix, quads } = catmullClark(cube, 8);
    const smooth = multiplySparseDense(matrix, cubeCorners, 3);
    for (let v = 0; v < 26; v++) {
      const [a, b] = [point(bilinear, v), point(smooth, v)];
      assert.ok(Math.hypot(...a.map((c, k) => c - b[k])) < 0.8, `vertex ${v}`);
    }
    for (const [q, quad] of quads.entries()) {
      const size = Math.hypot(...areaVector(bilinear, quad)) / 2;
      assert.ok(Math.abs(size - 1) < 1e-6, `quad ${q} is a quarter of its face`);
    }
  });

  it("interpolates random values between their least and greatest", () => {
    const random = createRandom(5);
    const values = Array.from({ length: 8 }, () => random.normal());
    const fine = multiplySparseDense(bilinearSubdivision(cube, 8), values, 1);
    assert.ok(Math.max(...fine) <= Math.fround(Math.max(...values)));
    assert.ok(Math.min(...fine) >= Math.fround(Math.min(...values)));
  });
});
