/** A textured mesh as it is written for other programs, and the checks that both writers make first. */

/** Metres in a model unit (10 cm): glTF counts in metres. */
export const metresPerUnit = 0.1;

/** N vertices, F triangles; right-handed, y up, z towards the viewer. */
export interface MeshArrays {
  /** [N, 3], model units of 10 cm. */
  readonly positions: Float32Array;
  /** [N, 3]; brought to length 1 on writing. */
  readonly normals: Float32Array;
  /** [N, 2], origin at the top left corner of the texture, v down. */
  readonly uvs: Float32Array;
  /** [F, 3], vertex numbers from 0, counter-clockwise seen from outside. */
  readonly triangles: Uint32Array;
}

/** @throws Error if lengths do not agree, a number is not finite, or a triangle names a vertex that is not there */
export function checkMesh(caller: string, mesh: MeshArrays): void {
  const count = mesh.positions.length / 3;
  if (count === 0 || !Number.isInteger(count)) {
    throw new Error(
      `${caller}: \`positions\` should have shape [N, 3] but has ${mesh.positions.length} values.`,
    );
  }
  checkLength(caller, "normals", mesh.normals.length, 3, count);
  checkLength(caller, "uvs", mesh.uvs.length, 2, count);
  for (const name of ["positions", "normals", "uvs"] as const) {
    const bad = mesh[name].findIndex((value) => !Number.isFinite(value));
    if (bad < 0) continue;
    throw new Error(`${caller}: \`${name}\` should be finite but has ${mesh[name][bad]} at value ${bad}.`);
  }
  if (mesh.triangles.length === 0 || mesh.triangles.length % 3 !== 0) {
    const { length } = mesh.triangles;
    throw new Error(`${caller}: \`triangles\` should have shape [F, 3] but has ${length} values.`);
  }
  const beyond = mesh.triangles.findIndex((vertex) => vertex >= count);
  if (beyond >= 0) {
    throw new Error(
      `${caller}: \`triangles\` should hold vertex numbers below N=${count} ` +
        `but has ${mesh.triangles[beyond]} at value ${beyond}.`,
    );
  }
}

/** Normals of length 1. A vertex that no triangle uses may have no normal; it then faces the viewer. */
export function unitNormals(normals: Float32Array): Float32Array {
  const units = new Float32Array(normals.length);
  for (let i = 0; i < normals.length; i += 3) {
    const length = Math.hypot(normals[i], normals[i + 1], normals[i + 2]);
    for (let axis = 0; axis < 3; axis++) units[i + axis] = length > 0 ? normals[i + axis] / length : 0;
    if (!(length > 0)) units[i + 2] = 1;
  }
  return units;
}

function checkLength(caller: string, name: string, length: number, width: number, count: number): void {
  if (length === width * count) return;
  throw new Error(
    `${caller}: \`${name}\` should have shape [N=${count}, ${width}] = ${width * count} values but has ${length}.`,
  );
}
