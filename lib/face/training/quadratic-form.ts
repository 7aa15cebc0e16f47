/**
 * Squared errors over thousands of vertices, written as a quadratic form of a few coefficients: `‖B (a − b)‖² / n = (a
 * − b)ᵀ G (a − b)`.
 */

/** Symmetric and positive, [size * size]. */
export interface QuadraticForm {
  readonly size: number;
  readonly matrix: Float64Array;
}

/**
 * `G = Bᵀ B`, with a factor.
 * @param columns one field for each coefficient, all of the same length
 */
export function gramForm(columns: readonly ArrayLike<number>[], factor: number): QuadraticForm {
  const size = columns.length;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const [a, b] = [columns[i], columns[j]];
      let sum = 0;
      for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
      matrix[i * size + j] = factor * sum;
      matrix[j * size + i] = factor * sum;
    }
  }
  return { size, matrix };
}

/**
 * The form's value at a difference of two vectors, and `weight` times its gradient with respect to the first.
 * @param start where the numbers begin in all three arrays
 * @param gradient added to
 */
export function addForm(
  { size, matrix }: QuadraticForm,
  face: ArrayLike<number>,
  truth: ArrayLike<number>,
  start: number,
  weight: number,
  gradient: Float64Array,
): number {
  let value = 0;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += matrix[i * size + j] * (face[start + j] - truth[start + j]);
    value += sum * (face[start + i] - truth[start + i]);
    gradient[start + i] += 2 * weight * sum;
  }
  return value;
}
