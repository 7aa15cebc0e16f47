/** Reads positions and polygons of a Wavefront OBJ file, fast enough for a model of 158 files. */
import { InputError } from "../../../base/tensor/input-error.js";

export interface ObjMesh {
  /** [N * 3] */
  readonly positions: Float64Array;
  /** Vertices of each polygon, from 0, with the material that was named last before it. */
  readonly polygons: readonly { readonly corners: readonly number[]; readonly material: string }[];
}

/** @param file names the text in errors @throws InputError one line: a line is no vertex or no polygon */
export function readObj(text: string, file: string): ObjMesh {
  const positions = readObjPositions(text, file);
  const polygons: { corners: readonly number[]; material: string }[] = [];
  let material = "";
  for (const line of text.split("\n")) {
    if (line.startsWith("usemtl ")) material = line.slice(7).trim();
    else if (line.startsWith("f ")) {
      const corners = line
        .slice(2)
        .trim()
        .split(/\s+/)
        .map((corner) => Number.parseInt(corner, 10) - 1);
      if (corners.length < 3 || corners.some((v) => !(v >= 0 && v < positions.length / 3)))
        throw new InputError(file, "polygons of its own vertices", `\`${line.trim().slice(0, 60)}\``);
      polygons.push({ corners, material });
    }
  }
  return { positions, polygons };
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
