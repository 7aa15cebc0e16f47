/** The floors of the library import downwards, and outsiders come in by a door; these tests read the imports. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";

const library = import.meta.dirname;
const root = path.dirname(library);

/** A floor may import itself and the floors before it; a folder of a floor itself and the folders before it. */
const floors: Readonly<Record<string, readonly string[]>> = {
  base: ["engine", "tensor", "image"],
  networks: [],
  graphics: ["scene", "renderer", "ray-tracer", "uv"],
  face: [
    "landmarks",
    "morphable-model",
    "models",
    "losses",
    "metrics",
    "fitting",
    "detail",
    "training",
    "rivals",
    "export",
  ],
  notebook: [],
};

/** Tests' own: it may import all, and only tests may import it. */
const testing = "testing";

/** Folders outside the library. */
const outsiders = ["experiments", "datasets", "benchmarks", "scripts", "notebooks"];

/** How high a file stands: its floor, and its folder's place on it; the files above all floors stand highest. */
function height(file: string): readonly [floor: number, folder: number] | undefined {
  const [floor, folder] = file.split("/");
  if (!file.includes("/")) return [Number.POSITIVE_INFINITY, 0];
  const folders = floors[floor];
  if (!folders) return undefined;
  const place = folders.indexOf(folder);
  if (place < 0 && folders.length > 0 && folder !== "index.ts") return undefined;
  return [Object.keys(floors).indexOf(floor), folder === "index.ts" ? folders.length : place];
}

const imports = (text: string) => ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);

/** @param file path in the library, with / between its parts @returns one line for each wrong import */
function wrongImports(file: string, text: string): string[] {
  if (file.startsWith(`${testing}/`)) return [];
  const from = height(file);
  if (!from) return [`${file}: the folder has no place in the order of imports`];
  return imports(text).flatMap((specifier) => {
    if (specifier === "rerenderable" || specifier.startsWith("rerenderable/")) {
      return [`${file}: imports the library by its name (${specifier})`];
    }
    if (!specifier.startsWith(".")) return [];
    const place = path.posix.join(path.posix.dirname(file), specifier);
    if (place.startsWith(`${testing}/`)) return [`${file}: imports ${specifier}, which is for tests`];
    const to = height(place.replace(/\.js$/, ".ts"));
    if (place.startsWith("..") || !to) return [`${file}: imports ${specifier}, which is not in the library`];
    const later = to[0] > from[0] || (to[0] === from[0] && to[1] > from[1]);
    return later ? [`${file}: imports ${specifier}, which comes later`] : [];
  });
}

/** @param file path in the repository, outside the library @returns one line for each import that passes by the doors */
function deepImports(file: string, text: string): string[] {
  const deep = (specifier: string) =>
    specifier.startsWith(".")
      ? path.posix.join(path.posix.dirname(file), specifier).startsWith("lib/")
      : /^rerenderable\/.+\//.test(specifier);
  return imports(text)
    .filter(deep)
    .map((specifier) => `${file}: imports ${specifier}, which is behind a door`);
}

/** Groups of files that import each other in a circle. */
function circles(arrows: ReadonlyMap<string, readonly string[]>): string[][] {
  const reached = new Map<string, Set<string>>();
  for (const start of arrows.keys()) {
    const seen = new Set<string>();
    const open = [...(arrows.get(start) ?? [])];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      open.push(...(arrows.get(file) ?? []));
    }
    reached.set(start, seen);
  }
  const inOne = [...arrows.keys()].filter((file) => reached.get(file)!.has(file));
  const groups = inOne.map((file) =>
    inOne.filter((other) => reached.get(file)!.has(other) && reached.get(other)!.has(file)),
  );
  return [...new Map(groups.map((group) => [group.sort().join(), group])).values()];
}

/** Paths below a folder of the repository, with / between their parts. */
async function sources(folder: string): Promise<string[]> {
  const files = await readdir(path.join(root, folder), { recursive: true });
  return files
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => /\.(ts|mjs)$/.test(file) && !/node_modules\/|assembly\//.test(file));
}

const textOf = (file: string) => readFile(path.join(root, file), "utf8");

describe("import directions", () => {
  it("are downwards in every file of the library", async () => {
    const files = (await sources("lib")).filter((file) => !file.endsWith(".test.ts"));
    assert.ok(files.length > 40, `only ${files.length} files were found`);
    const wrong = await Promise.all(
      files.map(async (file) => wrongImports(file, await textOf(`lib/${file}`))),
    );
    assert.deepEqual(wrong.flat(), []);
  });

  it("lead outsiders through the doors", async () => {
    for (const folder of outsiders) {
      const files = await sources(folder);
      const deep = files.map(async (file) =>
        deepImports(`${folder}/${file}`, await textOf(`${folder}/${file}`)),
      );
      assert.deepEqual((await Promise.all(deep)).flat(), []);
    }
  });

  it("lead nowhere in a circle", async () => {
    const arrows = new Map<string, string[]>();
    for (const folder of ["lib", ...outsiders]) {
      for (const name of await sources(folder)) {
        const file = `${folder}/${name}`;
        const near = imports(await textOf(file)).filter((specifier) => specifier.startsWith("."));
        const places = near.map((specifier) => path.posix.join(path.posix.dirname(file), specifier));
        arrows.set(
          file,
          places.map((place) => place.replace(/\.js$/, ".ts")),
        );
      }
    }
    assert.deepEqual(circles(arrows), []);
  });

  it("are refused where an import points back, whatever its form", () => {
    const planted = [
      'import { fitPhoto } from "../../face/fitting/fit-photo.js";',
      'import type { PhotoFit } from "../../face/fitting/fit-photo.js";',
      'export * from "../../face/fitting/fit-photo.js";',
      'const late = await import("../../face/fitting/fit-photo.js");',
    ];
    for (const line of planted) {
      assert.deepEqual(wrongImports("graphics/scene/planted.ts", line), [
        "graphics/scene/planted.ts: imports ../../face/fitting/fit-photo.js, which comes later",
      ]);
    }
    const wrong = (line: string, file = "graphics/scene/planted.ts") => wrongImports(file, line).length;
    assert.equal(wrong('import "../renderer/render.js";'), 1);
    assert.equal(wrong('import "../index.js";'), 1);
    assert.equal(wrong('import "../../reconstruct.js";'), 1);
    assert.equal(wrong('import "../../testing/sphere-mesh.js";'), 1);
    assert.equal(wrong('import { ssim } from "rerenderable";'), 1);
    assert.equal(wrong('import "../../../experiments/start.js";'), 1);
    assert.equal(wrong("", "utils/planted.ts"), 1);
    assert.equal(wrong("", "graphics/utils/planted.ts"), 1);
    assert.equal(deepImports("scripts/planted.ts", 'import "../lib/base/image/luma.js";').length, 1);
    assert.equal(deepImports("scripts/planted.ts", 'import "rerenderable/base/image";').length, 1);
    const circle = new Map(Object.entries({ a: ["b"], b: ["c"], c: ["b"], d: ["a"] }));
    assert.deepEqual(circles(circle), [["b", "c"]]);
  });

  it("let a folder use itself, what comes before it, and packages", () => {
    const text =
      'import "./pose.js"; import "../../base/engine/define-op.js"; import "../../networks/layers.js"; import "sharp";';
    assert.deepEqual(wrongImports("graphics/scene/planted.ts", text), []);
    assert.deepEqual(wrongImports("reconstruct.ts", 'import "./notebook/index.js";'), []);
    assert.deepEqual(
      deepImports("scripts/planted.ts", 'import "rerenderable/face"; import "./bake.js";'),
      [],
    );
  });
});

describe("the library", () => {
  it("offers about 150 names at the first door, types among them", async () => {
    const names = [...(await textOf("lib/index.ts")).matchAll(/[{,]\s*(?:type )?\w+(?=[\s,}])/g)];
    assert.ok(names.length > 100 && names.length <= 160, `${names.length} names`);
  });
});
