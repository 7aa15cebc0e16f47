/** Writes a textured face as Wavefront OBJ text and its MTL, for programs that do not read glTF. */
import { checkMesh, type MeshArrays, metresPerUnit, unitNormals } from "./mesh-arrays.js";

export interface ObjOptions extends MeshArrays {
  /** Name of the object and its material. */
  readonly name: string;
  /** File name of the material library, as the OBJ refers to it. */
  readonly materialFile: string;
  /** File name of the texture, as the MTL refers to it. */
  readonly textureFile: string;
}

export interface ObjText {
  readonly obj: string;
  readonly mtl: string;
}

/**
 * @returns both texts; positions in metres to a micrometre, as in the GLB, and v counted from the bottom
 * @throws Error when array lengths disagree, a number is not finite or a name holds a space or a line break
 */
export function encodeObj({ name, materialFile, textureFile, ...mesh }: ObjOptions): ObjText {
  checkMesh("encodeObj", mesh);
  for (const [key, value] of Object.entries({ name, materialFile, textureFile })) {
    // The format separates words by spaces and has no quotes.
    if (/^\S+$/.test(value)) continue;
    throw new Error(`encodeObj: \`${key}\` should be a name without spaces but is ${JSON.stringify(value)}.`);
  }
  const { positions, uvs, triangles } = mesh;
  const normals = unitNormals(mesh.normals);
  const lines = [`mtllib ${materialFile}`, `o ${name}`];
  for (let i = 0; i < positions.length; i += 3) {
    lines.push(`v ${decimals([positions[i], positions[i + 1], positions[i + 2]], metresPerUnit)}`);
  }
  for (let i = 0; i < uvs.length; i += 2) lines.push(`vt ${decimals([uvs[i], 1 - uvs[i + 1]])}`);
  for (let i = 0; i < normals.length; i += 3) {
    lines.push(`vn ${decimals([normals[i], normals[i + 1], normals[i + 2]])}`);
  }
  lines.push(`usemtl ${name}`);
  const corner = (vertex: number) => `${vertex + 1}/${vertex + 1}/${vertex + 1}`;
  for (let i = 0; i < triangles.length; i += 3) {
    lines.push(`f ${corner(triangles[i])} ${corner(triangles[i + 1])} ${corner(triangles[i + 2])}`);
  }
  return { obj: `${lines.join("\n")}\n`, mtl: materialText(name, textureFile) };
}

/** Diffuse only: the texture is an albedo. */
function materialText(name: string, textureFile: string): string {
  return [`newmtl ${name}`, "Ka 0 0 0", "Kd 1 1 1", "Ks 0 0 0", "illum 1", `map_Kd ${textureFile}`, ""].join(
    "\n",
  );
}

function decimals(values: readonly number[], factor = 1): string {
  return values.map((value) => (value * factor).toFixed(6)).join(" ");
}
