/**
 * The Basel Face Model of 2009 with the expressions of FaceWarehouse, in the file that Deep3D makes of them:
 * `BFM_model_front.mat` (Y. Deng et al., "Accurate 3D Face Reconstruction with Weakly-Supervised Learning", 2019;
 * `util/load_mats.py` and `models/bfm.py` of sicxu/Deep3DFaceRecon_pytorch). The following is known from that code; the
 * file does not say it:
 *
 * - shape is in units of 10 cm; its bases are components times their standard deviation, so coefficients are N(0, 1);
 * - the mean shape is moved so that the mean of its vertices is the origin, as Deep3D does: its coefficients, pose
 *   and translation mean the same here;
 * - texture is in 0 to 255, encoded as the scanner gave it; we take it for sRGB;
 * - `tri` and `keypoints` count from 1.
 *
 * The parameterisation, the skin and the sliding points of the jaw are taken over from the embedded model. What lies
 * outside the embedded model's outline is not drawn.
 */
import { InputError } from "../../../base/tensor/input-error.js";
import { landmarkCount } from "../../landmarks/landmarks.js";
import { normalPrior } from "../coefficient-priors.js";
import { loadEmbeddedModel } from "../embedded-model.js";
import { type DrawnFace, drawFace } from "../flat-map/drawn-face.js";
import { type ReferenceFace, referenceFace } from "../flat-map/reference-face.js";
import type { Polygons } from "../mesh/mesh-topology.js";
import { readModelFile } from "../model-file.js";
import type { MorphableModelData } from "../morphable-model.js";
import { type MatArray, type MatArrays, readMatArrays } from "./mat-file.js";

const variables = ["meanshape", "idBase", "exBase", "meantex", "texBase", "tri", "keypoints"] as const;
type Variable = (typeof variables)[number];

const [identitySize, expressionSize, albedoSize] = [80, 64, 80];

/** @throws InputError one line: it is no such file, it is damaged, or a variable is missing or has a wrong size */
export async function loadBaselFaceModel(file: string): Promise<MorphableModelData> {
  const arrays = readBaselArrays(await readModelFile(file), file);
  return baselModelFrom(arrays, file, referenceFace(await loadEmbeddedModel())).data;
}

/** The numbers of the file, in the model frame and in our order. */
export interface BaselArrays {
  /** The mean over its vertices is 0; [N * 3], units of 10 cm. */
  readonly meanShape: Float32Array;
  /** [80, N * 3], [64, N * 3], [80, N * 3] */
  readonly identityModes: Float32Array;
  readonly expressionModes: Float32Array;
  readonly albedoModes: Float32Array;
  /** Encoded sRGB, [N * 3]. */
  readonly meanAlbedo: Float32Array;
  /** From 0. */
  readonly triangles: Polygons;
  /** [68] from 0. */
  readonly landmarks: Int32Array;
}

/** @param file names the bytes in errors */
export function readBaselArrays(bytes: Uint8Array, file: string): BaselArrays {
  const found = readMatArrays(bytes, file, variables);
  const missing = variables.filter((name) => !found[name]);
  if (missing.length > 0) {
    const names = missing.map((name) => `\`${name}\``).join(", ");
    throw new InputError(file, "the variables of Deep3D's BFM_model_front.mat", `a file without ${names}`);
  }
  const arrays = found as Required<MatArrays<Variable>>;
  const coordinates = arrays.meanshape.values.length;
  if (coordinates < 9 || coordinates % 3 !== 0)
    throw new InputError(file, "`meanshape` of three numbers a vertex", sizeOf(arrays.meanshape));
  const floats = (name: Variable, rows: number, columns: number, scale = 1) =>
    finite(file, name, arrays[name], rows, columns, scale);
  const meanShape = floats("meanshape", 1, coordinates);
  centre(meanShape);
  return {
    meanShape,
    // Column by column, a column is a mode.
    identityModes: floats("idBase", coordinates, identitySize),
    expressionModes: floats("exBase", coordinates, expressionSize),
    albedoModes: floats("texBase", coordinates, albedoSize, 1 / 255),
    meanAlbedo: floats("meantex", 1, coordinates, 1 / 255),
    triangles: readTriangles(file, arrays.tri, coordinates / 3, meanShape),
    landmarks: Int32Array.from(indices(file, "keypoints", arrays.keypoints, landmarkCount, coordinates / 3)),
  };
}

/** Checks an array's size. A vector may be a row or a column. */
function finite(
  file: string,
  name: Variable,
  array: MatArray,
  rows: number,
  columns: number,
  scale: number,
): Float32Array {
  const { dimensions, values } = array;
  const vector = rows === 1 && values.length === columns;
  if (!vector && (dimensions.length !== 2 || dimensions[0] !== rows || dimensions[1] !== columns))
    throw new InputError(file, `\`${name}\` of ${rows} x ${columns} numbers`, sizeOf(array));
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = scale * values[i];
    if (!Number.isFinite(out[i]))
      throw new InputError(file, `finite numbers in \`${name}\``, `${values[i]} at ${i}`);
  }
  return out;
}

/** Numbers count from 1 in the file, from 0 here. */
function indices(file: string, name: Variable, array: MatArray, count: number, vertices: number): number[] {
  if (array.values.length !== count)
    throw new InputError(file, `${count} numbers in \`${name}\``, sizeOf(array));
  return Array.from(array.values, (value) => {
    if (!Number.isInteger(value) || value < 1 || value > vertices)
      throw new InputError(file, `vertices from 1 to ${vertices} in \`${name}\``, `${value}`);
    return value - 1;
  });
}

/** Turns all triangles counter-clockwise as seen from outside, whichever way the file has them. The face looks along z. */
function readTriangles(file: string, array: MatArray, vertices: number, positions: Float32Array): Polygons {
  const [count, corners] = array.dimensions;
  if (array.dimensions.length !== 2 || corners !== 3 || count === 0)
    throw new InputError(file, "`tri` of three numbers a triangle", sizeOf(array));
  const flat = indices(file, "tri", array, 3 * count, vertices);
  const triangles = Array.from({ length: count }, (_, t) => [flat[t], flat[count + t], flat[2 * count + t]]);
  const forward = triangles.reduce((sum, [a, b, c]) => {
    const at = (v: number, k: number) => positions[3 * v + k] - positions[3 * a + k];
    return sum + at(b, 0) * at(c, 1) - at(b, 1) * at(c, 0);
  }, 0);
  return forward >= 0 ? triangles : triangles.map(([a, b, c]) => [a, c, b]);
}

function centre(positions: Float32Array): void {
  const count = positions.length / 3;
  for (let k = 0; k < 3; k++) {
    let sum = 0;
    for (let v = 0; v < count; v++) sum += positions[3 * v + k];
    for (let v = 0; v < count; v++) positions[3 * v + k] -= sum / count;
  }
}

function sizeOf({ dimensions }: MatArray): string {
  return dimensions.join(" x ");
}

/** @param file names the arrays in errors */
export function baselModelFrom(
  arrays: BaselArrays,
  file: string,
  reference: ReferenceFace,
): { data: MorphableModelData; folds: DrawnFace["folds"] } {
  const { meanShape: positions, triangles: polygons, landmarks } = arrays;
  const drawn = drawFace({ positions, polygons, landmarks }, reference);
  if (drawn.triangles.length === 0)
    throw new InputError(file, "a face", "a mesh that cannot be laid onto ours");
  const data: MorphableModelData = {
    name: "basel-face-model",
    triangles: drawn.triangles,
    skinTriangle: drawn.skinTriangle,
    uvs: drawn.uvs,
    landmarks: drawn.landmarks,
    contours: drawn.contours,
    meanShape: positions,
    identityModes: arrays.identityModes,
    expressionModes: arrays.expressionModes,
    shapeSubdivision: [drawn.vertices],
    meanAlbedo: arrays.meanAlbedo,
    albedoModes: arrays.albedoModes,
    albedoSubdivision: [drawn.vertices],
    identityPrior: normalPrior(identitySize),
    expressionPrior: normalPrior(expressionSize),
    albedoPrior: normalPrior(albedoSize),
    expressionNames: Array.from({ length: expressionSize }, (_, m) => `facewarehouse-${m + 1}`),
  };
  return { data, folds: drawn.folds };
}
