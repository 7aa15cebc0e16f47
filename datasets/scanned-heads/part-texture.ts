/** Finds the picture that colours a part of a scanned head: named by its MTL, or told by its name. */
import path from "node:path";
import { InputError } from "rerenderable";
import { readInputText } from "rerenderable/base";
import type { ObjFile } from "rerenderable/face";
import { findInside } from "../photos/find-inside.js";

/** The part of three's reader of MTL that is used; its modules have no types. */
interface MtlMaterials {
  readonly materialsInfo: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Takes the options off a line such as `-s 1 1 1 skin.png`. */
  getTextureParams(value: string, parameters: object): { readonly url: string };
}

/** Base names of a colour map that stands beside a mesh of another name, as scans are often handed on. */
const colourNames = ["color", "colour", "albedo", "diffuse", "texture"];
const pictureEnds = [".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"];

/**
 * @param folder of the head
 * @param file the OBJ file, whose materials may name pictures in the folder
 * @returns by the name of a material in the OBJ file: the path of its picture; throws an InputError of one line where
 *   there is none
 */
export async function textureFinder(
  folder: string,
  file: string,
  { materialFiles }: ObjFile,
): Promise<(material: string) => Promise<string>> {
  const named = await texturesOfMaterials(folder, materialFiles);
  const bases = [...materialFiles, path.basename(file)].map((name) => path.parse(name).name);
  const guesses = [...bases, ...colourNames].flatMap((base) => pictureEnds.map((end) => base + end));
  return async (material) => {
    const texture = named.get(material) ?? (await findInside(folder, guesses));
    if (texture !== undefined) return texture;
    const expected =
      "a picture that colours it: map_Kd of its MTL, one of its own name or its MTL's, " +
      `${colourNames.join(", ")}, or \`parts\` in the settings`;
    throw new InputError(file, expected, "none");
  };
}

/** Paths by the names of materials. @throws InputError one line: a material names a picture that is not there */
async function texturesOfMaterials(
  folder: string,
  materialFiles: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const textures = new Map<string, string>();
  for (const name of materialFiles) {
    // Exporters name a library that they do not write, or one of another folder.
    const file = await findInside(folder, [name, path.basename(name)]);
    if (file === undefined) continue;
    const materials = await readMaterials(file);
    for (const [material, info] of Object.entries(materials.materialsInfo)) {
      if (typeof info.map_kd !== "string") continue;
      const picture = materials.getTextureParams(info.map_kd, {}).url.replaceAll("\\", "/");
      const texture = await findInside(folder, [picture, path.basename(picture)]);
      if (texture === undefined)
        throw new InputError(file, `the picture ${picture} beside it`, "no such file");
      textures.set(material, texture);
    }
  }
  return textures;
}

async function readMaterials(file: string): Promise<MtlMaterials> {
  const text = await readInputText(file, "an MTL file");
  // In a variable, as there are no types that the compiler could look up.
  const module = "three/examples/jsm/loaders/MTLLoader.js";
  const { MTLLoader } = await import(module);
  return new MTLLoader().parse(text, "");
}
