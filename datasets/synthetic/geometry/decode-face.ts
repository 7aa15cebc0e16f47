/** Eq. 1 and Eq. 2 in plain numbers, for workers that make many faces without tensors. */
import type { MorphableModelData } from "rerenderable";
import { multiplySparseDense, type SparseMatrix } from "rerenderable/base";

export interface DecodedFace {
  /** Model frame, 10 cm, [N * 3]. */
  readonly vertices: Float32Array;
  /** Encoded sRGB, not clipped, [N * 3]. */
  readonly albedo: Float32Array;
  /** The coarse mesh, at rest and with its expression, [coarse * 3]. */
  readonly coarseRest: Float64Array;
  readonly coarse: Float64Array;
}

/**
 * @param identity [80]
 * @param expression [64]
 * @param albedo [80]
 */
export function decodeFace(
  data: MorphableModelData,
  identity: ArrayLike<number>,
  expression: ArrayLike<number>,
  albedo: ArrayLike<number>,
): DecodedFace {
  const coarseRest = Float64Array.from(data.meanShape);
  addModes(coarseRest, data.identityModes, identity);
  const coarse = coarseRest.slice();
  addModes(coarse, data.expressionModes, expression);
  const colours = Float64Array.from(data.meanAlbedo);
  addModes(colours, data.albedoModes, albedo);
  return {
    coarseRest,
    coarse,
    vertices: subdivide(data.shapeSubdivision, coarse),
    albedo: subdivide(data.albedoSubdivision, colours),
  };
}

function addModes(values: Float64Array, modes: Float32Array, coefficients: ArrayLike<number>): void {
  const width = values.length;
  for (let m = 0; m < coefficients.length; m++) {
    const weight = coefficients[m];
    if (weight === 0) continue;
    for (let i = 0, j = m * width; i < width; i++, j++) values[i] += weight * modes[j];
  }
}

function subdivide(matrices: readonly SparseMatrix[], coarse: ArrayLike<number>): Float32Array {
  return matrices.reduce<ArrayLike<number>>(
    (x, matrix) => multiplySparseDense(matrix, x, 3),
    coarse,
  ) as Float32Array;
}
