/** Reads positions and polygons of a Wavefront OBJ file, fast enough for a model of 158 files. */
import { InputError } from "../../../base/tensor/input-error.js";

export interface ObjMesh {
  /** [N * 3] */
  readonly positions: Float64Array;
  /** Vertices of each polygon, from 0, with the material that was named last before it. */
  readonly polygons: readonly ObjPolygon[];
}

export interface ObjPolygon {
  readonly corners: readonly number[];
  readonly material: string;
  /** Rows of `uvs`, where the file has one for each corner. */
  readonly uvCorners?: readonly number[];
}

export interface ObjFile extends ObjMesh {
  /** u right, v up, [M * 2] */
  readonly uvs: Float64Array;
  /** The files of materials that it names. */
  readonly materialFiles: readonly string[];
}

/** @param file names the text in errors @throws InputError one line: a line is no vertex or no polygon */
export function readObj(text: string, file: string): ObjFile {
  const positions = readObjPositions(text, file);
  const polygons: ObjPolygon[] = [];
  const uvs: number[] = [];
  const materialFiles: string[] = [];
  let material = "";
  // Places below 0 count back from the last line before the polygon.
  let [vertices, uvRows] = [0, 0];
  for (const line of text.split("\n")) {
    if (line.startsWith("v ")) vertices++;
    else if (line.startsWith("vt ")) {
      uvs.push(...readUv(line, file));
      uvRows++;
    } else if (line.startsWith("usemtl ")) material = line.slice(7).trim();
    else if (line.startsWith("mtllib ")) materialFiles.push(line.slice(7).trim());
    else if (line.startsWith("f ")) {
      const words = line
        .slice(2)
        .trim()
        .split(/\s+/)
        .map((corner) => corner.split("/"));
      const corners = words.map(([vertex]) => place(vertex, vertices));
      if (corners.length < 3 || corners.some((v) => !(v >= 0 && v < positions.length / 3)))
        throw new InputError(file, "polygons of its own vertices", `\`${line.trim().slice(0, 60)}\``);
      const uvCorners = words.map(([, uv]) => place(uv, uvRows));
      const mapped = uvCorners.every((uv) => uv >= 0 && uv < uvRows);
      polygons.push({ corners, material, ...(mapped && { uvCorners }) });
    }
  }
  return { positions, polygons, uvs: Float64Array.from(uvs), materialFiles };
}

/** @param word counts from 1, or back from −1 @returns from 0; NaN if it is no number */
function place(word: string | undefined, soFar: number): number {
  const number = Number.parseInt(word ?? "", 10);
  return number < 0 ? soFar + number : number - 1;
}

function readUv(line: string, file: string): readonly [number, number] {
  const [u, v] = line.slice(3).trim().split(/\s+/).map(Number);
  if (Number.isFinite(u) && Number.isFinite(v)) return [u, v];
  throw new InputError(file, "uvs of two numbers", `\`${line.trim().slice(0, 60)}\``);
}

/**
 * Reads only the positions, in which the many files of one mesh differ.
 * @param most how many vertices are read; all by default
 */
export function readObjPositions(text: string, file: string, most = Number.POSITIVE_INFINITY): Float64Array {
  const values: number[] = [];
  for (let start = 0; start < text.length && values.length < 3 * most; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (text.startsWith("v ", start)) {
      const [x, y, z] = text
        .slice(start + 2, end)
        .trim()
        .split(/\s+/)
        .map(Number);
      if (![x, y, z].every(Number.isFinite))
        throw new InputError(
          file,
          "vertices of three numbers",
          `\`${text.slice(start, end).trim().slice(0, 60)}\``,
        );
      values.push(x, y, z);
    }
    start = end + 1;
  }
  return Float64Array.from(values);
}
