/** `npm run bake -- assembly`: compiles the loops that are written in AssemblyScript into modules of bytes. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { assemblies, bytesModule, compileAssembly } from "./compile.js";

for (const files of assemblies) {
  const binary = await compileAssembly(files.source);
  await writeFile(
    fileURLToPath(new URL(`../../../${files.bytes}`, import.meta.url)),
    bytesModule(files, binary),
  );
  process.stdout.write(`${files.bytes}: ${binary.length} bytes\n`);
}
