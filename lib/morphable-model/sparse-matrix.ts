/** A sparse matrix in compressed rows, and its product with per-vertex values as a differentiable operation. */
import * as tf from "@tensorflow/tfjs";
import { defineOp, type KernelArray, type Op } from "../engine/define-op.js";
import { checkShapes } from "../tensor/check-shapes.js";

export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Where each row starts in `column` and `value`; [rows + 1]. */
  readonly rowStart: Int32Array;
  readonly column: Int32Array;
  readonly value: Float32Array;
}

/** Builds a matrix from one list of `[column, value]` pairs a row; repeated columns are summed. */
export function sparseFromRows(
  rows: readonly (readonly (readonly [number, number])[])[],
  columns: number,
): SparseMatrix {
  const rowStart = new Int32Array(rows.length + 1);
  const column: number[] = [];
  const value: number[] = [];
  const at = new Int32Array(columns).fill(-1); // where in this row a column's value stands
  rows.forEach((row, r) => {
    const start = column.length;
    for (const [c, v] of row) {
      if (at[c] < start) {
        at[c] = column.length;
        column.push(c);
        value.push(v);
      } else value[at[c]] += v;
    }
    rowStart[r + 1] = column.length;
  });
  return {
    rows: rows.length,
    columns,
    rowStart,
    column: Int32Array.from(column),
    value: Float32Array.from(value),
  };
}

/** The product `left · right` of two sparse matrices. */
export function multiplySparse(left: SparseMatrix, right: SparseMatrix): SparseMatrix {
  const rows = Array.from({ length: left.rows }, (_, r) => {
    const row: [number, number][] = [];
    for (let i = left.rowStart[r]; i < left.rowStart[r + 1]; i++) {
      const middle = left.column[i];
      for (let j = right.rowStart[middle]; j < right.rowStart[middle + 1]; j++) {
        row.push([right.column[j], left.value[i] * right.value[j]]);
      }
    }
    return row;
  });
  return sparseFromRows(rows, right.columns);
}

/** The listed rows of a matrix, in the listed order. */
export function selectRows(matrix: SparseMatrix, rows: ArrayLike<number>): SparseMatrix {
  const rowStart = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    rowStart[i + 1] = rowStart[i] + matrix.rowStart[rows[i] + 1] - matrix.rowStart[rows[i]];
  }
  const column = new Int32Array(rowStart[rows.length]);
  const value = new Float32Array(column.length);
  for (let i = 0; i < rows.length; i++) {
    const from = matrix.rowStart[rows[i]];
    const to = matrix.rowStart[rows[i] + 1];
    column.set(matrix.column.subarray(from, to), rowStart[i]);
    value.set(matrix.value.subarray(from, to), rowStart[i]);
  }
  return { rows: rows.length, columns: matrix.columns, rowStart, column, value };
}

export function transposeSparse(matrix: SparseMatrix): SparseMatrix {
  const rows: [number, number][][] = Array.from({ length: matrix.columns }, () => []);
  for (let r = 0; r < matrix.rows; r++) {
    for (let i = matrix.rowStart[r]; i < matrix.rowStart[r + 1]; i++) {
      rows[matrix.column[i]].push([r, matrix.value[i]]);
    }
  }
  return sparseFromRows(rows, matrix.rows);
}

/** `matrix · x` for plain numbers: x is [columns, channels] row-major, the result [rows, channels]. */
export function multiplySparseDense(
  matrix: SparseMatrix,
  x: ArrayLike<number>,
  channels: number,
): Float32Array {
  const out = new Float32Array(matrix.rows * channels);
  accumulate(matrix, x, out, 0, 0, channels);
  return out;
}

/** A matrix kept as tensors with its transpose, for products on a tape. Owns its tensors: `dispose()` frees them. */
export interface SparseOperator {
  /** `matrix · x` for each sample. @param x [B, columns, C] @returns [B, rows, C]; gradient to `x`. */
  apply(x: tf.Tensor3D): tf.Tensor3D;
  dispose(): void;
}

export function sparseOperator(matrix: SparseMatrix): SparseOperator {
  const forward = sparseTensors(matrix);
  const backward = sparseTensors(transposeSparse(matrix));
  return {
    apply(x) {
      checkShapes("SparseOperator.apply", { x: [x, ["B", matrix.columns, "C"]] });
      return sparseProduct([x, ...forward, ...backward], { rows: matrix.rows })[0] as tf.Tensor3D;
    },
    dispose: () => tf.dispose([...forward, ...backward]),
  };
}

function sparseTensors(matrix: SparseMatrix): tf.Tensor[] {
  return [
    tf.tensor1d(matrix.rowStart, "int32"),
    tf.tensor1d(matrix.column, "int32"),
    tf.tensor1d(matrix.value, "float32"),
  ];
}

const sparseProduct: Op<{ rows: number }> = defineOp<{ rows: number }>({
  name: "SparseProduct",
  inputs: ["x", "rowStart", "column", "value", "backRowStart", "backColumn", "backValue"],
  outputs: ([x], { rows }) => [{ shape: [x![0], rows, x![2]], dtype: "float32" }],
  run([x, rowStart, column, value], [out], { rows }) {
    const [batch, columns, channels] = x!.shape as [number, number, number];
    const matrix = {
      rows,
      columns,
      rowStart: rowStart!.values,
      column: column!.values,
      value: value!.values,
    } as SparseMatrix;
    for (let b = 0; b < batch; b++) {
      accumulate(
        matrix,
        x!.values,
        (out as KernelArray<Float32Array>).values,
        b * columns * channels,
        b * rows * channels,
        channels,
      );
    }
  },
  gradient: ([dy], [x, rowStart, column, value, backRowStart, backColumn, backValue]) => ({
    x: () =>
      sparseProduct([dy!, backRowStart!, backColumn!, backValue!, rowStart!, column!, value!], {
        rows: x!.shape[1]!,
      })[0],
  }),
});

function accumulate(
  { rows, rowStart, column, value }: SparseMatrix,
  x: ArrayLike<number>,
  out: Float32Array,
  xOffset: number,
  outOffset: number,
  channels: number,
): void {
  if (channels === 3) {
    accumulateTriples({ rows, rowStart, column, value }, x, out, xOffset, outOffset);
    return;
  }
  for (let r = 0; r < rows; r++) {
    const end = rowStart[r + 1];
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let i = rowStart[r]; i < end; i++) sum += value[i] * x[xOffset + column[i] * channels + c];
      out[outOffset + r * channels + c] = sum;
    }
  }
}

/** The same for positions and colours: each weight is read once for all three, about 2.5 times as fast. */
function accumulateTriples(
  { rows, rowStart, column, value }: Omit<SparseMatrix, "columns">,
  x: ArrayLike<number>,
  out: Float32Array,
  xOffset: number,
  outOffset: number,
): void {
  for (let r = 0, o = outOffset; r < rows; r++, o += 3) {
    let a = 0;
    let b = 0;
    let c = 0;
    for (let i = rowStart[r], end = rowStart[r + 1]; i < end; i++) {
      const weight = value[i];
      const from = xOffset + 3 * column[i];
      a += weight * x[from];
      b += weight * x[from + 1];
      c += weight * x[from + 2];
    }
    out[o] = a;
    out[o + 1] = b;
    out[o + 2] = c;
  }
}
