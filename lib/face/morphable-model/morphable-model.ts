/**
 * The morphable model: albedo `A = Ā + F_A Θ_A` (Eq. 1) and shape `S = S̄ + F_I Θ_I + F_E Θ_E` (Eq. 2). The
 * bases stand on a coarse mesh; a linear subdivision brings them to the vertices that are drawn.
 */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import {
  multiplySparse,
  type SparseMatrix,
  selectRows,
  sparseOperator,
} from "../../base/tensor/sparse-matrix.js";
import { linearBasis } from "./linear-basis.js";

/**
 * What is known of each coefficient beforehand. It is about normal with the deviation `sigma` or, if its lower bound is
 * 0, about exponential with the mean `sigma`. It is never beyond its bounds.
 */
export interface CoefficientPrior {
  readonly size: number;
  readonly sigma: Float32Array;
  readonly lower: Float32Array;
  readonly upper: Float32Array;
  /**
   * Deviation over people, from which random people are drawn; `sigma` if left out. It can be less than `sigma`,
   * because a fit must also explain what is not the face.
   */
  readonly spread?: Float32Array;
}

/** The plain data of a model; a format's loader makes it. Model frame: x right, y up, z forward, 10 cm. */
export interface MorphableModelData {
  readonly name: string;
  /** Drawn triangles, counter-clockwise from outside, [F * 3] from 0. */
  readonly triangles: Int32Array;
  /** 1 where the triangle is skin of the face: not eyes, lid margins or inner mouth; [F]. */
  readonly skinTriangle: Uint8Array;
  /** Face parameterisation, origin top left, [N * 2] in [0, 1]. */
  readonly uvs: Float32Array;
  /** Vertex of each of the 68 landmarks. */
  readonly landmarks: Int32Array;
  /**
   * The vertex where the detector sees each landmark, if that differs from `landmarks`. A fit to the detector's points
   * uses these; `landmarks` are the true places on the face.
   */
  readonly detectedLandmarks?: Int32Array;
  /** For each of the 17 jaw landmarks the vertices that it may slide over, from the cheek outward. */
  readonly contours: readonly Int32Array[];
  /** Mean shape, [coarse * 3]. */
  readonly meanShape: Float32Array;
  /** [80, coarse * 3] and [64, coarse * 3]. */
  readonly identityModes: Float32Array;
  readonly expressionModes: Float32Array;
  /** Matrices that make drawn vertices from coarse ones: last · … · first. */
  readonly shapeSubdivision: readonly SparseMatrix[];
  /** Mean albedo, encoded sRGB, [M * 3]. */
  readonly meanAlbedo: Float32Array;
  /** [80, M * 3]. */
  readonly albedoModes: Float32Array;
  readonly albedoSubdivision: readonly SparseMatrix[];
  readonly identityPrior: CoefficientPrior;
  readonly expressionPrior: CoefficientPrior;
  readonly albedoPrior: CoefficientPrior;
  /** A name for each expression coefficient. */
  readonly expressionNames: readonly string[];
  /** A name for each albedo coefficient, if the model has names: its block and its number. */
  readonly albedoNames?: readonly string[];
}

export interface MorphableModel {
  readonly data: MorphableModelData;
  readonly vertexCount: number;
  /** int32 [F, 3]; owned by the model. */
  readonly triangles: tf.Tensor2D;
  /** [1, N, 2]; owned by the model. */
  readonly uvs: tf.Tensor3D;
  /**
   * Eq. 2, in the model frame.
   * @param identity [B, 80]
   * @param expression [B, 64]
   * @returns vertices, [B, N, 3], units of 10 cm
   */
  decodeShape(identity: tf.Tensor2D, expression: tf.Tensor2D): tf.Tensor3D;
  /** Eq. 1. @param albedo [B, 80] @returns encoded sRGB, not clipped, [B, N, 3] */
  decodeAlbedo(albedo: tf.Tensor2D): tf.Tensor3D;
  dispose(): void;
}

/**
 * Puts a model on the engine that is prepared.
 * @returns the caller owns it: `dispose()` frees its tensors
 * @example
 * ```ts
 * import * as rr from "rerenderable";
 *
 * await rr.prepareEngine();
 * const model = rr.createMorphableModel(await rr.loadMorphableModel("embedded"));
 * const { identity, expression } = rr.coefficientTensors([rr.neutralCoefficients()]);
 * console.log(model.decodeShape(identity, expression).shape); // [1, N, 3]: the mean face
 * ```
 */
export function createMorphableModel(data: MorphableModelData): MorphableModel {
  const vertexCount = data.uvs.length / 2;
  const identityBasis = linearBasis(data.identityModes, data.identityPrior.size);
  const expressionBasis = linearBasis(data.expressionModes, data.expressionPrior.size);
  const albedoBasis = linearBasis(data.albedoModes, data.albedoPrior.size);
  const meanShape = tf.tensor2d(data.meanShape, [1, data.meanShape.length]);
  const meanAlbedo = tf.tensor2d(data.meanAlbedo, [1, data.meanAlbedo.length]);
  const matrices = new Set([...data.shapeSubdivision, ...data.albedoSubdivision]);
  const operators = new Map([...matrices].map((m) => [m, sparseOperator(m)]));
  const triangles = tf.tensor2d(data.triangles, [data.triangles.length / 3, 3], "int32");
  const uvs = tf.tensor3d(data.uvs, [1, vertexCount, 2]);

  const toVertices = (flat: tf.Tensor2D, subdivision: readonly SparseMatrix[]): tf.Tensor3D => {
    const coarse = tf.reshape(flat, [flat.shape[0], flat.shape[1] / 3, 3]) as tf.Tensor3D;
    return subdivision.reduce((values, matrix) => operators.get(matrix)!.apply(values), coarse);
  };
  return {
    data,
    vertexCount,
    triangles,
    uvs,
    decodeShape(identity, expression) {
      checkShapes("decodeShape", {
        identity: [identity, ["B", data.identityPrior.size]],
        expression: [expression, ["B", data.expressionPrior.size]],
      });
      return tf.tidy(() => {
        const displacement = tf.add(identityBasis.apply(identity), expressionBasis.apply(expression));
        return toVertices(tf.add(meanShape, displacement), data.shapeSubdivision);
      });
    },
    decodeAlbedo(albedo) {
      checkShapes("decodeAlbedo", { albedo: [albedo, ["B", data.albedoPrior.size]] });
      return tf.tidy(() => toVertices(tf.add(meanAlbedo, albedoBasis.apply(albedo)), data.albedoSubdivision));
    },
    dispose() {
      for (const basis of [identityBasis, expressionBasis, albedoBasis, ...operators.values()])
        basis.dispose();
      tf.dispose([meanShape, meanAlbedo, triangles, uvs]);
    },
  };
}

/** Mean position and modes of a few vertices, as plain numbers: enough to fit landmarks without the mesh. */
export interface ShapeRows {
  /** [K * 3] */
  readonly mean: Float64Array;
  /** One displacement field for each coefficient, identity then expression; [144][K * 3]. */
  readonly modes: readonly Float64Array[];
}

/** @param vertices indices of drawn vertices, [K] */
export function shapeRows(data: MorphableModelData, vertices: ArrayLike<number>): ShapeRows {
  const [last, ...rest] = [...data.shapeSubdivision].reverse();
  const coarse = data.meanShape.length / 3;
  const rows = last
    ? rest.reduce((product, m) => multiplySparse(product, m), selectRows(last, vertices))
    : undefined;
  const pick = (field: Float32Array): Float64Array => {
    const out = new Float64Array(vertices.length * 3);
    for (let i = 0; i < vertices.length; i++) {
      for (let k = 0; k < 3; k++) {
        if (!rows) out[3 * i + k] = field[3 * vertices[i] + k];
        else {
          for (let j = rows.rowStart[i]; j < rows.rowStart[i + 1]; j++) {
            out[3 * i + k] += rows.value[j] * field[3 * rows.column[j] + k];
          }
        }
      }
    }
    return out;
  };
  const modesOf = (modes: Float32Array, size: number) =>
    Array.from({ length: size }, (_, m) => pick(modes.subarray(m * coarse * 3, (m + 1) * coarse * 3)));
  return {
    mean: pick(data.meanShape),
    modes: [
      ...modesOf(data.identityModes, data.identityPrior.size),
      ...modesOf(data.expressionModes, data.expressionPrior.size),
    ],
  };
}
