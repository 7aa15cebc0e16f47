/**
 * A head with the texture that its maker gave it: one or more OBJ files with their pictures, such as the head and two
 * eyeballs. Which light is in the texture nobody can tell from the files; it is taken for the albedo.
 */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { InputError, readImage } from "rerenderable";
import { readInputText } from "rerenderable/base";
import { type ObjFile, readObj } from "rerenderable/face";
import type { AlbedoMap } from "rerenderable/graphics";
import { textureFinder } from "./part-texture.js";
import { packTextures, type TextureAtlas } from "./texture-atlas.js";

export interface ScannedHead {
  /** Name of its folder. */
  readonly name: string;
  /** Frame and unit of the files, [N * 3]. */
  readonly vertices: Float64Array;
  /** [F * 3] */
  readonly triangles: Int32Array;
  /** Linear light. */
  readonly albedo: AlbedoMap;
}

/** A part of a head: file names in its folder. */
export interface HeadPart {
  readonly mesh: string;
  /** For all of the mesh; without it the textures are found by `textureFinder`. */
  readonly texture?: string;
}

const aHead = "the folder of a head: OBJ files with their textures";

/** Which way v counts in the file: the format says up; files that came by way of glTF often have it down. */
export type DirectionOfV = "up" | "down";

export interface ReadHeadOptions {
  /** By default every OBJ file of the folder. */
  readonly parts?: readonly HeadPart[];
  /** By default unknown. */
  readonly v?: DirectionOfV;
}

/**
 * @returns the head, or, where it is unknown which way v counts, the head both ways, the format's own first;
 *   `placeHead` sees which has a face
 * @throws InputError one line: no such folder or file, no mesh in it, a mesh without uvs or without its texture
 */
export async function readHead(
  folder: string,
  { parts, v }: ReadHeadOptions = {},
): Promise<readonly ScannedHead[]> {
  const chosen = parts ?? (await objFiles(folder)).map((mesh): HeadPart => ({ mesh }));
  const textures: string[] = [];
  const pieces: Piece[] = [];
  for (const part of chosen) pieces.push(await readPiece(folder, part, textures));
  const images = await Promise.all(textures.map((file) => readImage(file)));
  const atlas = packTextures(images);
  const ways: readonly DirectionOfV[] = v ? [v] : ["up", "down"];
  const name = path.basename(path.resolve(folder));
  return ways.map((way) => ({ name, ...joined(pieces, atlas, way) }));
}

/** An OBJ file, and for each of its polygons the number of its texture. */
interface Piece {
  readonly file: string;
  readonly obj: ObjFile;
  readonly ofPolygon: readonly number[];
}

/** @param textures the pictures of the head so far; grows */
async function readPiece(folder: string, { mesh, texture }: HeadPart, textures: string[]): Promise<Piece> {
  const file = path.join(folder, mesh);
  const obj = readObj(await readInputText(file, "an OBJ file"), file);
  if (obj.polygons.length === 0) throw new InputError(file, "a mesh with polygons", "none");
  const find =
    texture === undefined ? await textureFinder(folder, file, obj) : async () => path.join(folder, texture);
  const ofMaterial = new Map<string, number>();
  for (const { material } of obj.polygons) {
    if (ofMaterial.has(material)) continue;
    const picture = await find(material);
    if (!textures.includes(picture)) textures.push(picture);
    ofMaterial.set(material, textures.indexOf(picture));
  }
  return { file, obj, ofPolygon: obj.polygons.map(({ material }) => ofMaterial.get(material)!) };
}

function joined(pieces: readonly Piece[], atlas: TextureAtlas, way: DirectionOfV): Omit<ScannedHead, "name"> {
  const vertices: number[] = [];
  const triangles: number[] = [];
  const uvs: number[] = [];
  for (const { file, obj, ofPolygon } of pieces) {
    const { positions, polygons, uvs: places } = obj;
    const welded = weld(positions, vertices);
    polygons.forEach(({ corners, uvCorners }, p) => {
      if (!uvCorners) {
        const polygon = corners.map((v) => v + 1).join(" ");
        throw new InputError(file, "uvs for each polygon", `none for the polygon of vertices ${polygon}`);
      }
      // A fan, as polygons of more than three corners are read everywhere.
      for (let k = 2; k < corners.length; k++) {
        for (const c of [0, k - 1, k]) {
          triangles.push(welded[corners[c]]);
          const [u, v] = [places[2 * uvCorners[c]], places[2 * uvCorners[c] + 1]];
          if (Math.min(u, v) < -tolerance || Math.max(u, v) > 1 + tolerance)
            throw new InputError(file, "uvs from 0 to 1", `${u} ${v}`);
          uvs.push(...atlas.place(ofPolygon[p], u, way === "up" ? 1 - v : v));
        }
      }
    });
  }
  const { width, height, data } = atlas;
  return {
    vertices: Float64Array.from(vertices),
    triangles: Int32Array.from(triangles),
    albedo: { width, height, data, uvs, uvTriangles: Int32Array.from(triangles.keys()) },
  };
}

/** Exporters leave uvs a little outside of the texture; one that is farther out belongs to a tiled texture. */
const tolerance = 0.01;

/**
 * Adds a file's vertices to those of the head. Vertices in one place become one: where a file parts them at a seam of
 * its uvs, the seam would be a crease in the light.
 * @param vertices grows
 * @returns the number in the head of each vertex of the file
 */
function weld(positions: ArrayLike<number>, vertices: number[]): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from({ length: positions.length / 3 }, (_, i) => {
    const place = [positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]];
    const key = place.join(" ");
    const before = known.get(key);
    if (before !== undefined) return before;
    vertices.push(...place);
    known.set(key, vertices.length / 3 - 1);
    return vertices.length / 3 - 1;
  });
}

async function objFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    const got = error.code === "ENOENT" ? "no such folder" : error.code === "ENOTDIR" ? "a file" : error.code;
    throw new InputError(folder, aHead, `${got}`);
  });
  const meshes = names.filter((name) => name.toLowerCase().endsWith(".obj")).sort();
  if (meshes.length === 0) throw new InputError(folder, aHead, "a folder without OBJ files");
  return meshes;
}
