import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { checkGradient } from "../../testing/finite-differences.js";
import { prepareEngine } from "../engine/prepare-engine.js";
import { createRandom } from "./random.js";
import {
  mixRows,
  multiplySparse,
  multiplySparseDense,
  type SparseMatrix,
  selectRows,
  sparseFromRows,
  sparseOperator,
  sparseRowWriter,
  transposeSparse,
} from "./sparse-matrix.js";

/** [[1, 0, 2], [0, 0, 0], [0, 3, 0], [4, 5, 6]] */
const byHand = sparseFromRows(
  [
    [
      [0, 1],
      [2, 2],
    ],
    [],
    [[1, 3]],
    [
      [0, 4],
      [1, 5],
      [2, 6],
    ],
  ],
  3,
);

function dense({ rows, columns, rowStart, column, value }: SparseMatrix): number[][] {
  const out = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  for (let r = 0; r < rows; r++) {
    for (let i = rowStart[r]; i < rowStart[r + 1]; i++) out[r][column[i]] += value[i];
  }
  return out;
}

/** About a third of the entries, each a multiple of 1/8, so that small products are exact. */
function randomMatrix(rows: number, columns: number, seed: number): SparseMatrix {
  const random = createRandom(seed);
  const entries = Array.from({ length: rows }, () =>
    Array.from({ length: columns }, (_, c) => c)
      .filter(() => random.uniform() < 1 / 3)
      .map((c): [number, number] => [c, (random.integer(33) - 16) / 8]),
  );
  return sparseFromRows(entries, columns);
}

const product = (a: number[][], b: number[][]) =>
  a.map((row) => b[0].map((_, c) => row.reduce((sum, value, k) => sum + value * b[k][c], 0)));

describe("base/tensor/sparse-matrix", () => {
  it("keeps rows, columns and values, empty rows too", () => {
    assert.deepEqual(dense(byHand), [
      [1, 0, 2],
      [0, 0, 0],
      [0, 3, 0],
      [4, 5, 6],
    ]);
    assert.deepEqual([...byHand.rowStart], [0, 2, 2, 3, 6]);
  });

  it("sums columns that a row names twice, also where the row before named them", () => {
    const matrix = sparseFromRows(
      [
        [[0, 1]],
        [
          [0, 1],
          [1, 2],
          [0, 3],
        ],
      ],
      2,
    );
    assert.deepEqual(dense(matrix), [
      [1, 0],
      [4, 2],
    ]);
    assert.equal(matrix.column.length, 3);
  });

  it("multiplies dense columns: y_r = Σ_c M_rc x_c for each channel", () => {
    assert.deepEqual(
      [...multiplySparseDense(byHand, [1, 10, 2, 20, 3, 30], 2)],
      [7, 70, 0, 0, 6, 60, 32, 320],
    );
  });

  it("transposes, and twice is the matrix again", () => {
    assert.deepEqual(dense(transposeSparse(byHand)), [
      [1, 0, 0, 4],
      [0, 0, 3, 5],
      [2, 0, 0, 6],
    ]);
    assert.deepEqual(dense(transposeSparse(transposeSparse(byHand))), dense(byHand));
  });

  it("selects rows in the asked order, the same one twice if asked", () => {
    const chosen = selectRows(byHand, [3, 1, 0, 3]);
    assert.deepEqual(dense(chosen), [
      [4, 5, 6],
      [0, 0, 0],
      [1, 0, 2],
      [4, 5, 6],
    ]);
    assert.deepEqual([chosen.rows, chosen.columns], [4, 3]);
    assert.deepEqual(dense(selectRows(byHand, [])), []);
  });

  it("mixes rows with what others are before: (1 − share) · itself + share · the other", () => {
    const matrix = sparseFromRows(
      [
        [[0, 1]],
        [[1, 1]],
        [
          [0, 0.5],
          [1, 0.5],
        ],
      ],
      2,
    );
    const mixed = mixRows(matrix, { vertex: [0, 1], toward: [1, 0], share: [0.25, 0.5] });
    const rows = [0, 1].map((c) => [...multiplySparseDense(mixed, c === 0 ? [1, 0] : [0, 1], 1)]);
    assert.deepEqual(rows, [
      [0.75, 0.5, 0.5],
      [0.25, 0.5, 0.5],
    ]);
    assert.deepEqual(mixRows(matrix, { vertex: [], toward: [], share: [] }), matrix);
  });

  it("writes rows one after the other, past the room that it was given", () => {
    const writer = sparseRowWriter(3, 1);
    for (let row = 0; row < 4; row++) {
      for (const c of [2, 0, 2]) writer.add(c, row + 1);
      writer.endRow();
    }
    const { rows, rowStart, column, value } = writer.matrix();
    assert.equal(rows, 4);
    assert.deepEqual([...rowStart], [0, 2, 4, 6, 8]);
    assert.deepEqual([...column.slice(0, 2)], [2, 0]);
    assert.deepEqual([...value], [2, 1, 4, 2, 6, 3, 8, 4]);
  });

  it("multiplies two sparse matrices as the dense product does", () => {
    const [left, right] = [randomMatrix(9, 7, 1), randomMatrix(7, 11, 2)];
    assert.deepEqual(dense(multiplySparse(left, right)), product(dense(left), dense(right)));
  });
});

for (const engine of ["cpu", "wasm"] as const) {
  describe(`morphable-model/sparse-matrix: SparseOperator [${engine}]`, () => {
    before(async () => {
      await prepareEngine(engine);
    });

    it("applies the matrix to each sample and channel", () => {
      const operator = sparseOperator(byHand);
      const x = tf.tensor3d([1, 10, 2, 20, 3, 30, -1, 0, 0, 1, 2, 0], [2, 3, 2]);
      const y = operator.apply(x);
      assert.deepEqual(y.shape, [2, 4, 2]);
      assert.deepEqual([...y.dataSync()], [7, 70, 0, 0, 6, 60, 32, 320, 3, 0, 0, 0, 0, 3, 8, 5]);
      operator.dispose();
      tf.dispose([x, y]);
    });

    it("multiplies many features as it does each alone, and ⟨M x, y⟩ = ⟨x, Mᵀ y⟩", () => {
      const matrix = randomMatrix(8, 6, 5);
      const [operator, transposed] = [sparseOperator(matrix), sparseOperator(transposeSparse(matrix))];
      const random = createRandom(6);
      tf.tidy(() => {
        const x = tf.tensor3d(random.normalArray(2 * 6 * 7), [2, 6, 7]);
        const y = tf.tensor3d(random.normalArray(2 * 8 * 7), [2, 8, 7]);
        const together = operator.apply(x);
        const apart = tf.concat(
          tf.split(x, 7, 2).map((feature) => operator.apply(feature as tf.Tensor3D)),
          2,
        );
        assert.ok(tf.max(tf.abs(tf.sub(together, apart))).dataSync()[0] < 1e-6);
        const [left] = tf.sum(tf.mul(together, y)).dataSync();
        const [right] = tf.sum(tf.mul(x, transposed.apply(y))).dataSync();
        assert.ok(Math.abs(left - right) < 1e-4, `${left} and ${right}`);
      });
      for (const one of [operator, transposed]) one.dispose();
    });

    it("has the gradient Mᵀ dy, as central differences find it", async () => {
      const operator = sparseOperator(randomMatrix(8, 6, 3));
      const random = createRandom(4);
      const x = tf.tensor3d(random.normalArray(2 * 6 * 3), [2, 6, 3]);
      const weights = tf.tensor3d(random.normalArray(2 * 8 * 3), [2, 8, 3]);
      const loss = (input: tf.Tensor) =>
        tf.sum(tf.mul(tf.square(operator.apply(input as tf.Tensor3D)), weights));
      const error = await checkGradient(loss, [x], { samples: 36 });
      assert.ok(error < 2e-3, `relative error ${error}`);

      const matrix = dense(randomMatrix(8, 6, 3));
      const linear = tf.grad((input) => tf.sum(tf.mul(operator.apply(input as tf.Tensor3D), weights)))(x);
      const [dx, dy] = [linear.dataSync(), weights.dataSync()];
      for (let i = 0; i < dx.length; i++) {
        const [b, c, k] = [Math.floor(i / 18), Math.floor(i / 3) % 6, i % 3];
        const expected = matrix.reduce((sum, row, r) => sum + row[c] * dy[(b * 8 + r) * 3 + k], 0);
        assert.ok(Math.abs(dx[i] - expected) < 1e-5, `${dx[i]} and ${expected}`);
      }
      operator.dispose();
      tf.dispose([x, weights, linear]);
    });

    it("can be differentiated twice, as it is linear: the second gradient is Mᵀ M of the square", () => {
      const operator = sparseOperator(byHand);
      tf.tidy(() => {
        const squared = (x: tf.Tensor) => tf.sum(tf.square(operator.apply(x as tf.Tensor3D)));
        const slope = tf.grad(squared);
        const second = tf.grad((x) => tf.sum(tf.slice(slope(x), [0, 0, 0], [1, 1, 1])));
        const values = second(tf.zeros([1, 3, 1])).dataSync();
        // Twice the first row of Mᵀ M: columns (1, 0, 0, 4) · (1, 0, 0, 4), (0, 0, 3, 5), (2, 0, 0, 6).
        assert.deepEqual([...values], [34, 40, 52]);
      });
      operator.dispose();
    });

    it("leaves no tensors behind, and `dispose` frees all", () => {
      const x = tf.ones<tf.Rank.R3>([2, 3, 4]);
      const before = tf.memory().numTensors;
      const operator = sparseOperator(byHand);
      const held = tf.memory().numTensors;
      operator.apply(x).dispose();
      tf.grad((input) => tf.sum(operator.apply(input as tf.Tensor3D)))(x).dispose();
      assert.equal(tf.memory().numTensors, held);
      operator.dispose();
      assert.equal(tf.memory().numTensors, before);
      x.dispose();
    });

    it("names a wrong shape", () => {
      const operator = sparseOperator(byHand);
      const x = tf.ones<tf.Rank.R3>([1, 4, 3]);
      assert.throws(
        () => operator.apply(x),
        /SparseOperator\.apply: `x` should have shape \[.*3.*\].*\[1,4,3\]/,
      );
      operator.dispose();
      x.dispose();
    });
  });
}
