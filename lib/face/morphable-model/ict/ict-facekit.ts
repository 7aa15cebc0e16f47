/**
 * ICT-FaceKit as a morphable model. Its shapes come from scans, so it is the measured model beside our designed one.
 *
 * - Of its 100 identity modes the first 80 are used: the coefficients are those of the paper, 80 + 64 + 80. Its
 *   expressions, 57 in the version of 2020, come first in their own order; the rest of the 64 move nothing.
 * - The region of our face is drawn with the file's vertices, not subdivided: each vertex is the file's neutral place
 *   plus displacements, in units of 10 cm. In identity, mouth and eye sockets follow the rims that they hang on, and
 *   eyeballs follow their lids. Teeth, lashes and fluids are left out.
 * - It has no albedo: it takes over ours, and our parameterisation with it (see `flat-map/correspondence.ts`).
 */
import { InputError } from "../../../base/tensor/input-error.js";
import { multiplySparse, type SparseMatrix } from "../../../base/tensor/sparse-matrix.js";
import { blendshapePrior, normalPrior } from "../coefficient-priors.js";
import { loadEmbeddedModel } from "../embedded-model.js";
import { type DrawnFace, drawFace } from "../flat-map/drawn-face.js";
import { type ReferenceFace, referenceFace } from "../flat-map/reference-face.js";
import type { MorphableModelData } from "../morphable-model.js";
import { type IctFiles, readIctFolder } from "./ict-files.js";
import { ictLandmarks } from "./ict-landmarks.js";
import { ictParts } from "./ict-parts.js";

const identitySize = 80;
const expressionSize = 64;
/** The files are in cm. */
const unitsPerCm = 0.1;

/**
 * @param folder of its repository, its `FaceXModel`, or its numbers as plain arrays (see `ict-files.ts`)
 * @throws InputError one line
 */
export async function loadIctFaceKit(folder: string): Promise<MorphableModelData> {
  return ictModelFrom(await readIctFolder(folder), referenceFace(await loadEmbeddedModel())).data;
}

export interface IctModel {
  readonly data: MorphableModelData;
  /** The vertices of the OBJ files whose modes are kept. */
  readonly objVertices: readonly number[];
  /** The point of the files that becomes the origin, cm. */
  readonly origin: readonly number[];
  readonly folds: DrawnFace["folds"];
}

/** @param landmarks vertices of the OBJ files, [68] */
export function ictModelFrom(
  files: IctFiles,
  reference: ReferenceFace,
  landmarks: ArrayLike<number> = ictLandmarks,
): IctModel {
  const parts = ictParts(files);
  const { positions: cm } = files.neutral;
  const last = Math.max(...Array.from(landmarks));
  if (last >= cm.length / 3) {
    const got = `${cm.length / 3} vertices`;
    throw new InputError(files.folder, `a mesh with vertex ${last}, a landmark of ICT-FaceKit`, got);
  }
  const origin = originOf(cm, landmarks, reference);
  const positions = cm.map((value, i) => unitsPerCm * (value - origin[i % 3]));
  const drawn = drawFace(
    { positions, polygons: parts.face, lining: parts.lining, eyes: parts.eyes, landmarks },
    reference,
  );

  const { matrix, columns: objVertices } = usedColumns(drawn.vertices);
  const modes = (list: readonly Float32Array[], size: number, withEyes: boolean) => {
    const out = new Float32Array(size * 3 * objVertices.length);
    list.slice(0, size).forEach((mode, m) => {
      const values = pick(parts.extend(mode, withEyes), objVertices).map((value) => unitsPerCm * value);
      out.set(values, m * values.length);
    });
    return out;
  };
  const names = files.expressionNames;
  const { data: ours } = reference;
  const data: MorphableModelData = {
    name: "ict-facekit",
    triangles: drawn.triangles,
    skinTriangle: drawn.skinTriangle,
    uvs: drawn.uvs,
    landmarks: drawn.landmarks,
    contours: drawn.contours,
    meanShape: pick(positions, objVertices),
    identityModes: modes(files.identity, identitySize, true),
    expressionModes: modes(files.expression, expressionSize, false),
    shapeSubdivision: [matrix],
    meanAlbedo: ours.meanAlbedo,
    albedoModes: ours.albedoModes,
    // Our subdivision and the reading at the uvs in one product, which has fewer rows than either.
    albedoSubdivision: [
      [...ours.albedoSubdivision, drawn.fromReference].reduce((product, next) =>
        multiplySparse(next, product),
      ),
    ],
    identityPrior: normalPrior(identitySize),
    expressionPrior: blendshapePrior(expressionSize),
    albedoPrior: ours.albedoPrior,
    expressionNames: Array.from(
      { length: expressionSize },
      (_, m) => names[m] ?? `unused-${m + 1 - names.length}`,
    ),
  };
  return { data, objVertices, origin, folds: drawn.folds };
}

/** The matrix without its empty columns. */
function usedColumns(matrix: SparseMatrix): { matrix: SparseMatrix; columns: readonly number[] } {
  const columns = [...new Set(matrix.column)].sort((a, b) => a - b);
  const place = new Map(columns.map((c, i) => [c, i]));
  const column = matrix.column.map((c) => place.get(c)!);
  return { matrix: { ...matrix, columns: columns.length, column }, columns };
}

/** Moves the middle of the inner landmarks to where ours is, so that a fitted face lies where ours would. */
function originOf(
  cm: Float64Array,
  landmarks: ArrayLike<number>,
  { data, positions }: ReferenceFace,
): number[] {
  const inner = Array.from({ length: 41 }, (_, j) => j + 27); // without the brows, which are annotated in many ways
  return [0, 1, 2].map((k) => {
    const theirs = inner.reduce((sum, j) => sum + cm[3 * landmarks[j] + k], 0) / inner.length;
    const ours = inner.reduce((sum, j) => sum + positions[3 * data.landmarks[j] + k], 0) / inner.length;
    return k === 0 ? 0 : theirs - ours / unitsPerCm; // the mirror plane stays
  });
}

function pick(values: ArrayLike<number>, vertices: readonly number[]): Float32Array {
  const out = new Float32Array(3 * vertices.length);
  vertices.forEach((v, i) => {
    for (let k = 0; k < 3; k++) out[3 * i + k] = values[3 * v + k];
  });
  return out;
}
