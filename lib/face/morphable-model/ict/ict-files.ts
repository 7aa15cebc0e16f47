/**
 * Reads ICT-FaceKit (R. Li et al., "Learning Formation of Physically-Based Face Attributes", 2020; MIT licence) from the
 * folder `FaceXModel` of its repository, one OBJ file a shape, or from the same numbers as plain arrays beside the
 * neutral mesh: `model.json` with the counts, `identity.f32` and `expression.f32`, displacements in little-endian
 * float32, [mode][vertex][3].
 */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../../base/tensor/input-error.js";
import { parseJson } from "../../../base/tensor/parse-json.js";
import { readInputFile, readInputText } from "../../../base/tensor/read-input-file.js";
import { type ObjMesh, readObj, readObjPositions } from "../mesh/obj-file.js";
import { placeOf } from "../model-file.js";

/** The model as it is stored: cm, x right, y up, z forward. */
export interface IctFiles {
  readonly folder: string;
  readonly neutral: ObjMesh;
  /** How many vertices the modes move: the first ones of the mesh. The face is among them. */
  readonly movedVertices: number;
  /** [100][moved * 3] */
  readonly identity: readonly Float32Array[];
  readonly expressionNames: readonly string[];
  /** [names][moved * 3] */
  readonly expression: readonly Float32Array[];
}

const neutralFile = "generic_neutral_mesh.obj";
const identityCount = 100;
const mostExpressions = 64;

/**
 * @param folder a folder that holds `generic_neutral_mesh.obj`, or whose `FaceXModel` does
 * @throws InputError one line: files are missing, cut short or of another mesh
 */
export async function readIctFolder(folder: string): Promise<IctFiles> {
  if ((await placeOf(folder)) !== "directory")
    throw new InputError(folder, "a folder of ICT-FaceKit", "a file");
  const names = await readdir(folder);
  if (!names.includes(neutralFile)) {
    if (names.includes("FaceXModel")) return readIctFolder(join(folder, "FaceXModel"));
    throw new InputError(folder, `a folder of ICT-FaceKit with ${neutralFile} in it`, "one without");
  }
  const file = join(folder, neutralFile);
  const neutral = readObj(await readInputText(file, "an OBJ file"), file);
  const face = neutral.polygons.filter(({ material }) => material === "M_Face");
  if (face.length === 0)
    throw new InputError(file, "polygons of the material M_Face", `none among ${neutral.polygons.length}`);
  if (names.includes("identity.f32")) return readArrays(folder, neutral);
  const moved = 1 + face.reduce((last, { corners }) => Math.max(last, ...corners), 0);
  return readShapes(folder, names, neutral, moved);
}

async function readShapes(
  folder: string,
  names: readonly string[],
  neutral: ObjMesh,
  movedVertices: number,
): Promise<IctFiles> {
  const shapes = names.filter((name) => name.endsWith(".obj") && name !== neutralFile).sort();
  const identities = shapes.filter((name) => /^identity\d{3}\.obj$/.test(name));
  const expressions = shapes.filter((name) => !identities.includes(name));
  checkCounts(folder, identities.length, expressions.length);
  const read = async (name: string): Promise<Float32Array> => {
    const file = join(folder, name);
    const positions = readObjPositions(await readInputText(file, "an OBJ file"), file, movedVertices);
    if (positions.length !== 3 * movedVertices) {
      const got = `${positions.length / 3}`;
      throw new InputError(file, `the ${movedVertices} vertices that ${neutralFile} has first`, got);
    }
    return Float32Array.from(positions, (value, i) => value - neutral.positions[i]);
  };
  const [identity, expression]: Float32Array[][] = [[], []];
  // One after the other: 158 files of 2.5 MB at once would be 400 MB.
  for (const name of identities) identity.push(await read(name));
  for (const name of expressions) expression.push(await read(name));
  const expressionNames = expressions.map((name) => name.slice(0, -".obj".length));
  return { folder, neutral, movedVertices, identity, expressionNames, expression };
}

async function readArrays(folder: string, neutral: ObjMesh): Promise<IctFiles> {
  const file = join(folder, "model.json");
  const expected = "`n_vertices` and the names of `expressions`";
  const text = await readInputText(file, expected);
  let json: { n_vertices?: unknown; expressions?: unknown };
  try {
    json = parseJson(text) as typeof json;
  } catch (error) {
    throw new InputError(file, expected, (error as Error).message);
  }
  const { n_vertices: count, expressions: names } = json ?? {};
  if (!Number.isInteger(count) || !Array.isArray(names) || !names.every((name) => typeof name === "string"))
    throw new InputError(file, expected, "something else");
  const movedVertices = count as number;
  if (movedVertices > neutral.positions.length / 3)
    throw new InputError(file, `at most ${neutral.positions.length / 3} vertices`, `${movedVertices}`);
  checkCounts(folder, identityCount, names.length);
  return {
    folder,
    neutral,
    movedVertices,
    identity: await readModes(join(folder, "identity.f32"), identityCount, movedVertices),
    expressionNames: names,
    expression: await readModes(join(folder, "expression.f32"), names.length, movedVertices),
  };
}

function checkCounts(folder: string, identities: number, expressions: number): void {
  if (identities !== identityCount)
    throw new InputError(
      folder,
      `${identityCount} files identity000.obj to identity099.obj`,
      `${identities}`,
    );
  if (expressions < 1 || expressions > mostExpressions)
    throw new InputError(folder, `1 to ${mostExpressions} expressions, an OBJ file each`, `${expressions}`);
}

async function readModes(file: string, count: number, vertices: number): Promise<Float32Array[]> {
  const bytes = await readInputFile(file, "displacements in float32");
  const length = 3 * vertices;
  if (bytes.length !== 4 * count * length) {
    const expected = `${count} x ${vertices} x 3 numbers in float32, ${4 * count * length} bytes`;
    throw new InputError(file, expected, `${bytes.length}`);
  }
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new InputError(file, "finite numbers", `${values[bad]} at ${bad}`);
  return Array.from({ length: count }, (_, m) => values.subarray(m * length, (m + 1) * length));
}
