/** Reads the weights inside the face-api package (`model/`), by the names they have there. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { type Constant, readConstants, type WeightsManifest } from "../../networks/weights-manifest.js";

/**
 * @param name of a model, as `face_recognition_model`
 * @returns a function that gives a constant by its name
 * @throws in one line that names the file; the returned function too, if there is no such constant
 */
export async function readFaceApiWeights(name: string): Promise<(constant: string) => Constant> {
  const require = createRequire(import.meta.url);
  const folder = path.join(path.dirname(require.resolve("@vladmandic/face-api/package.json")), "model");
  const file = path.join(folder, `${name}.bin`);
  const manifest = await readFile(path.join(folder, `${name}-weights_manifest.json`), "utf8");
  const constants = readConstants(JSON.parse(manifest) as WeightsManifest, await readFile(file), file);
  return (constant) => {
    const found = constants.get(constant);
    if (!found) throw new Error(`${file}: has no \`${constant}\`.`);
    return found;
  };
}
