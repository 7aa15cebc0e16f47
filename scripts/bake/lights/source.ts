/**
 * The 18 environment maps of the npm package `@pmndrs/assets` 1.7.0 (CC0; Poly Haven's, shrunk to 512 x 256 px). The
 * package is fetched once into `.cache/` (14 MB); it is not a dependency, because at run time only numbers are needed.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readEnvironmentMap } from "rerenderable";
import type { EnvironmentMap } from "rerenderable/graphics";

export const lightsPackage = "@pmndrs/assets@1.7.0";

const cacheFolder = join(import.meta.dirname, "../../../.cache/lights");

export interface PackagedMap {
  /** The map's name in the package. */
  readonly name: string;
  readonly map: EnvironmentMap;
  /** The hash of the `.exr` file. */
  readonly sha256: string;
}

/** Fetches the package if it is not cached. @returns its maps in the order of their names */
export async function readPackagedMaps(): Promise<PackagedMap[]> {
  const folder = join(cacheFolder, "package/hdri");
  if (!existsSync(folder)) fetchPackage();
  const modules = readdirSync(folder).filter((file) => file.endsWith(".exr.js"));
  const maps: PackagedMap[] = [];
  for (const file of modules.sort()) {
    const bytes = unpack(join(folder, file));
    const name = file.replace(".exr.js", "");
    const exr = join(cacheFolder, `${name}.exr`);
    writeFileSync(exr, bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    maps.push({ name, map: await readEnvironmentMap(exr), sha256 });
  }
  return maps;
}

/** Each map is a module whose default export is a data URL. */
function unpack(file: string): Buffer {
  const base64 = /base64,([^'"]+)/.exec(readFileSync(file, "utf8"))?.[1];
  if (!base64) throw new Error(`${file}: should export a data URL in base64 but has none.`);
  return Buffer.from(base64, "base64");
}

function fetchPackage(): void {
  mkdirSync(cacheFolder, { recursive: true });
  const archive = execFileSync("npm", ["pack", lightsPackage, "--silent"], { cwd: cacheFolder })
    .toString()
    .trim();
  execFileSync("tar", ["xzf", archive], { cwd: cacheFolder });
  rmSync(join(cacheFolder, archive));
}
