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
import { otherModel, rawBasel2009 } from "./other-models.js";

const variables = ["meanshape", "idBase", "exBase", "meantex", "texBase", "tri", "keypoints"] as const;
type Variable = (typeof variables)[number];

const [identitySize, expressionSize, albedoSize] = [80, 64, 80];
/** The most vertices, and triangles a vertex: the whole Basel Face Model has 53,490, and nearly 2. */
const [mostVertices, mostTriangles] = [80_000, 4];

/** @throws InputError one line: it is no such file, it is damaged, or a variable is missing or has a wrong size */
export async function loadBaselFaceModel(file: string): Promise<MorphableModelData> {
  const bytes = await readModelFile(file);
  const other = otherModel(bytes);
  if (other) throw new InputError(file, "a morphable model that is read here", other);
  const arrays = readBaselArrays(bytes, file);
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
  const { shapeEV, ...found } = readMatArrays(bytes, file, [...variables, "shapeEV"] as const);
  if (shapeEV && !found.idBase)
    throw new InputError(file, "a morphable model that is read here", rawBasel2009);
  const missing = variables.filter((name) => !found[name]);
  if (missing.length > 0) {
    const names = missing.map((name) => `\`${name}\``).join(", ");
    throw new InputError(file, "the variables of Deep3D's BFM_model_front.mat", `a file without ${names}`);
  }
  const arrays = found as Required<MatArrays<Variable>>;
  const coordinates = arrays.meanshape.count;
  if (coordinates < 9 || coordinates % 3 !== 0 || coordinates > 3 * mostVertices) {
    const expected = `\`meanshape\` of three numbers a vertex, for at most ${mostVertices} vertices`;
    throw new InputError(file, expected, sizeOf(arrays.meanshape));
  }
  checkSizes(file, arrays, coordinates);
  const floats = (name: Variable, scale = 1) => finite(file, name, arrays[name], scale);
  const meanShape = floats("meanshape");
  centre(meanShape);
  return {
    meanShape,
    // Column by column, a column is a mode.
    identityModes: floats("idBase"),
    expressionModes: floats("exBase"),
    albedoModes: floats("texBase", 1 / 255),
    meanAlbedo: floats("meantex", 1 / 255),
    triangles: readTriangles(file, arrays.tri, coordinates / 3, meanShape),
    landmarks: Int32Array.from(indices(file, "keypoints", arrays.keypoints, coordinates / 3)),
  };
}

/** Checks the sizes of all arrays, before any is unpacked. A vector may be a row or a column. */
function checkSizes(file: string, arrays: Required<MatArrays<Variable>>, coordinates: number): void {
  const columns = { idBase: identitySize, exBase: expressionSize, texBase: albedoSize } as const;
  for (const [name, count] of Object.entries(columns)) {
    const { dimensions } = arrays[name as keyof typeof columns];
    if (`${dimensions}` !== `${[coordinates, count]}`) {
      const expected = `\`${name}\` of ${coordinates} x ${count} numbers`;
      throw new InputError(file, expected, dimensions.join(" x "));
    }
  }
  const { meantex, keypoints } = arrays;
  if (meantex.count !== coordinates)
    throw new InputError(file, `\`meantex\` of 1 x ${coordinates} numbers`, sizeOf(meantex));
  if (keypoints.count !== landmarkCount)
    throw new InputError(file, `${landmarkCount} numbers in \`keypoints\``, sizeOf(keypoints));
  const [triangles, corners] = arrays.tri.dimensions;
  const most = (mostTriangles * coordinates) / 3;
  if (arrays.tri.dimensions.length !== 2 || corners !== 3 || triangles === 0 || triangles > most)
    throw new InputError(file, "`tri` of three numbers a triangle", sizeOf(arrays.tri));
}

function finite(file: string, name: Variable, array: MatArray, scale: number): Float32Array {
  const values = array.read();
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = scale * values[i];
    if (!Number.isFinite(out[i]))
      throw new InputError(file, `finite numbers in \`${name}\``, `${values[i]} at ${i}`);
  }
  return out;
}

/** Numbers count from 1 in the file, from 0 here. */
function indices(file: string, name: Variable, array: MatArray, vertices: number): number[] {
  return Array.from(array.read(), (value) => {
    if (!Number.isInteger(value) || value < 1 || value > vertices)
      throw new InputError(file, `vertices from 1 to ${vertices} in \`${name}\``, `${value}`);
    return value - 1;
  });
}

/** Turns all triangles counter-clockwise as seen from outside, whichever way the file has them. The face looks along z. */
function readTriangles(file: string, array: MatArray, vertices: number, positions: Float32Array): Polygons {
  const [count] = array.dimensions;
  const flat = indices(file, "tri", array, vertices);
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
