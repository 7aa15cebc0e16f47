/** `npm run build-assembly`: compiles the loops that are written in AssemblyScript into modules of bytes. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bytesModule, compileAssembly, shadeTexturedFiles } from "./compile.js";

const { source, bytes } = shadeTexturedFiles;
const binary = await compileAssembly(source);
await writeFile(fileURLToPath(new URL(`../../${bytes}`, import.meta.url)), bytesModule(source, binary));
process.stdout.write(`${bytes}: ${binary.length} bytes\n`);
