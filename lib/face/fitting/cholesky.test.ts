import assert from "node:assert/strict";
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { createRandom } from "../../base/tensor/random.js";
import { inverseFactor, solvePositiveDefinite } from "./cholesky.js";

describe("face/fitting/cholesky", () => {
  it("solves [[4, 2], [2, 5]] x = [8, 12]: x = [1, 2]", () => {
    const x = solvePositiveDefinite(Float64Array.of(4, 2, 2, 5), Float64Array.of(8, 12));
    assert.ok(Math.abs(x[0] - 1) < 1e-15 && Math.abs(x[1] - 2) < 1e-15, `${x}`);
  });

  it("gives the solution of ml-matrix for A Aᵀ + 1, to 1e-12, whatever stands above the diagonal", () => {
    const random = createRandom(4);
    for (const n of [1, 3, 20, 150]) {
      const a = new Matrix(Array.from({ length: n }, () => Array.from({ length: n }, () => random.normal())));
      const normal = a.mmul(a.transpose()).add(Matrix.eye(n));
      const right = Float64Array.from({ length: n }, () => random.normal());
      const expected = new CholeskyDecomposition(normal).solve(Matrix.columnVector(right)).to1DArray();
      const lower = Float64Array.from(normal.to1DArray(), (value, i) =>
        i % n <= Math.floor(i / n) ? value : Number.NaN,
      );
      solvePositiveDefinite(lower, right).forEach((value, i) => {
        assert.ok(Math.abs(value - expected[i]) < 1e-12 * n, `${n}: ${value} and ${expected[i]}`);
      });
    }
  });

  it("has for the inverse of L what gives N⁻¹ = L⁻ᵀ L⁻¹, and leaves N alone", () => {
    const random = createRandom(5);
    const n = 30;
    const a = new Matrix(Array.from({ length: n }, () => Array.from({ length: n }, () => random.normal())));
    const normal = a.mmul(a.transpose()).add(Matrix.eye(n));
    const given = Float64Array.from(normal.to1DArray());
    const factor = inverseFactor(given, n);
    assert.deepEqual([...given], normal.to1DArray());
    const square = new Matrix(Array.from({ length: n }, (_, r) => [...factor.subarray(r * n, (r + 1) * n)]));
    const product = square.transpose().mmul(square).mmul(normal).to1DArray();
    product.forEach((value, i) => {
      assert.ok(Math.abs(value - (i % (n + 1) === 0 ? 1 : 0)) < 1e-9, `${i}: ${value}`);
    });
  });

  it("names a pivot that is not above 0", () => {
    assert.throws(
      () => solvePositiveDefinite(Float64Array.of(1, 0, 2, 1), Float64Array.of(1, 1)),
      /solvePositiveDefinite: pivot 1 of 2 should be above 0 but is -3/,
    );
  });
});
