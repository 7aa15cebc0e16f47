/** Compiles a file of AssemblyScript to WebAssembly that works in the caller's memory. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * A source, the module that holds its bytes (both paths are from the project's root), and the export of that module.
 */
export interface AssemblyFiles {
  readonly source: string;
  readonly bytes: string;
  readonly name: string;
}

export const assemblies: readonly AssemblyFiles[] = [
  {
    source: "lib/graphics/renderer/assembly/shade-textured.ts",
    bytes: "lib/graphics/renderer/shade/shade-textured-bytes.ts",
    name: "shadeTexturedBytes",
  },
  {
    source: "lib/face/fitting/assembly/sample-loops.ts",
    bytes: "lib/face/fitting/sample-loops-bytes.ts",
    name: "sampleLoopsBytes",
  },
];

/** @param file from the project's root @returns the binary: the same for the same source and compiler */
export async function compileAssembly(file: string): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  // There are no statics and no allocation: the memory, and everything in it, belongs to the caller.
  const memory = ["--importMemory", "--noExportMemory", "--runtime", "stub", "--noAssert"];
  const args = [path.basename(file), ...memory, "-O3", "--converge", "--enable", "simd", "-o", "binary"];
  const { error, stderr } = await asc.main(args, {
    readFile: async (name) => {
      const wanted = path.resolve(root, path.dirname(file), name);
      return readFile(wanted, "utf8").catch(() => null);
    },
    writeFile: (_name, contents) => {
      binary = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new Error(`${file}: ${error?.message ?? "nothing was written"}\n${stderr}`);
  return binary;
}

/** The text of the module with the bytes. */
export function bytesModule({ source, name }: AssemblyFiles, binary: Uint8Array): string {
  const lines = Buffer.from(binary)
    .toString("base64")
    .match(/.{1,100}/g)!
    .map((line) => `  "${line}"`);
  return [
    `/** \`${source}\`, compiled by \`npm run bake -- assembly\`: WebAssembly, base64. */`,
    "// biome-ignore format: long",
    `export const ${name} =`,
    `${lines.join(" +\n")};`,
    "",
  ].join("\n");
}
