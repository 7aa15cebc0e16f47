/** The folders of the library import one way; these tests read the imports, and what importing the whole does. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";

const library = path.dirname(fileURLToPath(import.meta.url));

/** A folder may import itself and the folders before it. */
const order = [
  "engine",
  "tensor",
  "image",
  "landmarks",
  "morphable-model",
  "scene",
  "renderer",
  "ray-tracer",
  "uv",
  "networks",
  "models",
  "losses",
  "metrics",
  "fitting",
  "training",
  "rivals",
  "export",
  "notebook",
];

/** The files outside the folders, which may import all of them. */
const roots = ["reconstruct.ts", "refine-face.ts", "index.ts"];

/** @param file path in the library, with / between its parts @returns one line for each wrong import */
function wrongImports(file: string, text: string): string[] {
  const from = file.split("/")[0]!;
  const fromRank = roots.includes(file) ? order.length : order.indexOf(from);
  if (fromRank < 0) return [`${file}: the folder has no place in the order of imports`];
  return ts.preProcessFile(text).importedFiles.flatMap(({ fileName: specifier }) => {
    if (specifier === "rerenderable" || specifier.startsWith("rerenderable/")) {
      return [`${file}: imports the library by its name (${specifier})`];
    }
    if (!specifier.startsWith(".")) return [];
    const to = path.posix.join(path.posix.dirname(file), specifier);
    const toRank = roots.includes(to.replace(/\.js$/, ".ts"))
      ? order.length
      : order.indexOf(to.split("/")[0]!);
    if (toRank < 0) return [`${file}: imports ${specifier}, which is not in the library`];
    return toRank > fromRank ? [`${file}: imports ${specifier}, which comes later`] : [];
  });
}

async function sources(): Promise<string[]> {
  const files = await readdir(library, { recursive: true });
  return files
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.includes("node_modules/"));
}

describe("import directions", () => {
  it("are forward in every file of the library", async () => {
    const files = await sources();
    assert.ok(files.length > 40, `only ${files.length} files were found`);
    const wrong = await Promise.all(
      files.map(async (file) => wrongImports(file, await readFile(path.join(library, file), "utf8"))),
    );
    assert.deepEqual(wrong.flat(), []);
  });

  it("are refused where an import points back, whatever its form", () => {
    const planted = [
      'import { fitPhoto } from "../fitting/fit-photo.js";',
      'import type { PhotoFit } from "../fitting/fit-photo.js";',
      'export * from "../fitting/fit-photo.js";',
      'const late = await import("../fitting/fit-photo.js");',
    ];
    for (const line of planted) {
      assert.deepEqual(wrongImports("scene/planted.ts", line), [
        "scene/planted.ts: imports ../fitting/fit-photo.js, which comes later",
      ]);
    }
    assert.equal(wrongImports("scene/planted.ts", 'import "../reconstruct.js";').length, 1);
    assert.equal(wrongImports("scene/planted.ts", 'import { ssim } from "rerenderable";').length, 1);
    assert.equal(wrongImports("scene/planted.ts", 'import "../../experiments/command.js";').length, 1);
    assert.equal(wrongImports("utils/planted.ts", "").length, 1);
  });

  it("let a folder use itself, what comes before it, and packages", () => {
    const text =
      'import "./pose.js"; import "../engine/define-op.js"; import "../engine/kernels/wasm/x.js"; import "sharp";';
    assert.deepEqual(wrongImports("scene/planted.ts", text), []);
    assert.deepEqual(wrongImports("reconstruct.ts", 'import "./notebook/index.js";'), []);
  });
});

describe("importing the library", () => {
  it("does no work: no engine chosen, no tensor made, nothing printed", async () => {
    const program = `
      import * as tf from "@tensorflow/tfjs";
      import * as library from "rerenderable";
      const { numTensors } = tf.engine().state;
      const chosen = tf.engine().backendName ?? null;
      console.log(JSON.stringify({ chosen, numTensors, names: Object.keys(library).length }));`;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", program],
      { cwd: path.dirname(library) },
    );
    const { chosen, numTensors, names } = JSON.parse(stdout);
    assert.deepEqual({ chosen, numTensors, stderr }, { chosen: null, numTensors: 0, stderr: "" });
    assert.ok(names > 80, `${names} names`);
  });
});
