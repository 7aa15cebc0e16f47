/** A sparse matrix in compressed rows, and its product with per-vertex values as a differentiable operation. */
import * as tf from "@tensorflow/tfjs";
import { defineOp, type Op } from "../engine/define-op.js";
import type { KernelArray } from "../engine/kernel-array.js";
import { checkShapes } from "./check-shapes.js";
import { sparseProductOnWebgpu } from "./sparse-product-webgpu.js";

export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Where each row starts in `column` and `value`; [rows + 1]. */
  readonly rowStart: Int32Array;
  readonly column: Int32Array;
  readonly value: Float32Array;
}

/** Writes a matrix row by row; a column that a row names twice gets the sum. */
export interface SparseRowWriter {
  add(column: number, value: number): void;
  endRow(): void;
  /** The matrix of the rows that were ended. */
  matrix(): SparseMatrix;
}

/** @param capacity how many entries to make room for at first; it grows */
export function sparseRowWriter(columns: number, capacity = 1024): SparseRowWriter {
  const rowStart: number[] = [0];
  let column = new Int32Array(capacity);
  let value = new Float64Array(capacity); // sums in double precision
  let count = 0;
  const at = new Int32Array(columns).fill(-1); // where in this row a column's value stands
  return {
    add(c, v) {
      if (at[c] >= rowStart[rowStart.length - 1]) {
        value[at[c]] += v;
        return;
      }
      if (count === column.length) {
        column = grown(column, new Int32Array(2 * count + 64));
        value = grown(value, new Float64Array(2 * count + 64));
      }
      at[c] = count;
      column[count] = c;
      value[count++] = v;
    },
    endRow: () => void rowStart.push(count),
    matrix: () => ({
      rows: rowStart.length - 1,
      columns,
      rowStart: Int32Array.from(rowStart),
      column: column.slice(0, count),
      value: Float32Array.from(value.subarray(0, count)),
    }),
  };
}

function grown<T extends Int32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

/** Builds a matrix from one list of `[column, value]` pairs a row; repeated columns are summed. */
export function sparseFromRows(
  rows: readonly (readonly (readonly [number, number])[])[],
  columns: number,
): SparseMatrix {
  const writer = sparseRowWriter(columns);
  for (const row of rows) {
    for (const [c, v] of row) writer.add(c, v);
    writer.endRow();
  }
  return writer.matrix();
}

/** The product `left · right` of two sparse matrices. */
export function multiplySparse(left: SparseMatrix, right: SparseMatrix): SparseMatrix {
  const writer = sparseRowWriter(right.columns, 4 * left.column.length);
  for (let r = 0; r < left.rows; r++) {
    for (let i = left.rowStart[r]; i < left.rowStart[r + 1]; i++) {
      const middle = left.column[i];
      for (let j = right.rowStart[middle]; j < right.rowStart[middle + 1]; j++) {
        writer.add(right.column[j], left.value[i] * right.value[j]);
      }
    }
    writer.endRow();
  }
  return writer.matrix();
}

/** The rows that move toward other rows: row `vertex[i]` becomes `(1 − share) · itself + share · row toward[i]`. */
export interface RowMixture {
  readonly vertex: ArrayLike<number>;
  readonly toward: ArrayLike<number>;
  /** How far the row moves, 0 to 1. */
  readonly share: ArrayLike<number>;
}

/** Mixes some rows of a matrix with others; all rows that are read are those from before. */
export function mixRows(matrix: SparseMatrix, { vertex, toward, share }: RowMixture): SparseMatrix {
  const which = new Int32Array(matrix.rows).fill(-1);
  for (let i = 0; i < vertex.length; i++) which[vertex[i]] = i;
  const writer = sparseRowWriter(matrix.columns, matrix.column.length + 16 * vertex.length);
  const addRow = (r: number, weight: number) => {
    for (let i = matrix.rowStart[r]; i < matrix.rowStart[r + 1]; i++)
      writer.add(matrix.column[i], weight * matrix.value[i]);
  };
  for (let r = 0; r < matrix.rows; r++) {
    const i = which[r];
    if (i < 0) addRow(r, 1);
    else {
      addRow(r, 1 - share[i]);
      addRow(toward[i], share[i]);
    }
    writer.endRow();
  }
  return writer.matrix();
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

export function transposeSparse({ rows, columns, rowStart, column, value }: SparseMatrix): SparseMatrix {
  const start = new Int32Array(columns + 1);
  for (const c of column) start[c + 1]++;
  for (let c = 0; c < columns; c++) start[c + 1] += start[c];
  const next = start.slice();
  const across = { column: new Int32Array(column.length), value: new Float32Array(column.length) };
  for (let r = 0; r < rows; r++) {
    for (let i = rowStart[r]; i < rowStart[r + 1]; i++) {
      const to = next[column[i]]++;
      across.column[to] = r;
      across.value[to] = value[i];
    }
  }
  return { rows: columns, columns: rows, rowStart: start, ...across };
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
  outputs: ([x], { rows }) => [{ shape: [x[0], rows, x[2]], dtype: "float32" }],
  run([x, rowStart, column, value], [out], { rows }) {
    const [batch, columns, channels] = x.shape as [number, number, number];
    const matrix = {
      rows,
      columns,
      rowStart: rowStart.values,
      column: column.values,
      value: value.values,
    } as SparseMatrix;
    for (let b = 0; b < batch; b++) {
      accumulate(
        matrix,
        x.values,
        (out as KernelArray<Float32Array>).values,
        b * columns * channels,
        b * rows * channels,
        channels,
      );
    }
  },
  webgpu: sparseProductOnWebgpu,
  gradient: ([dy], [x, rowStart, column, value, backRowStart, backColumn, backValue]) => ({
    x: () =>
      sparseProduct([dy, backRowStart, backColumn, backValue, rowStart, column, value], {
        rows: x.shape[1]!,
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
  if (channels > 3) {
    accumulateQuadruples({ rows, rowStart, column, value }, x, out, xOffset, outOffset, channels);
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

/**
 * Does the same for many features, four at a time: each weight is read once for them, and the sums stay in registers.
 */
function accumulateQuadruples(
  { rows, rowStart, column, value }: Omit<SparseMatrix, "columns">,
  x: ArrayLike<number>,
  out: Float32Array,
  xOffset: number,
  outOffset: number,
  channels: number,
): void {
  const last = channels - 4;
  for (let r = 0, o = outOffset; r < rows; r++, o += channels) {
    const start = rowStart[r];
    const end = rowStart[r + 1];
    for (let four = 0; four < channels; four += 4) {
      // Where there is no whole number of fours, some of the last four are computed twice.
      const f = four > last ? last : four;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let i = start; i < end; i++) {
        const weight = value[i];
        const from = xOffset + channels * column[i] + f;
        a += weight * x[from];
        b += weight * x[from + 1];
        c += weight * x[from + 2];
        d += weight * x[from + 3];
      }
      out[o + f] = a;
      out[o + f + 1] = b;
      out[o + f + 2] = c;
      out[o + f + 3] = d;
    }
  }
}

/** Does the same for positions and colours: each weight is read once for all three, about 2.5 times as fast. */
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
