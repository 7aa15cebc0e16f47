/** Loads a morphable model from any source. What a name or a path stands for decides how it is read. */
import { loadBaselFaceModel } from "./basel/basel-face-model.js";
import { loadEmbeddedModel } from "./embedded-model.js";
import { loadIctFaceKit } from "./ict/ict-facekit.js";
import { placeOf } from "./model-file.js";
import type { MorphableModelData } from "./morphable-model.js";

/**
 * @param source `embedded`; the path of a `.mat` file of the Basel Face Model in Deep3D's layout; or a folder of
 *   ICT-FaceKit
 * @throws InputError one line that names the file, what was expected and what came
 */
export async function loadMorphableModel(source = "embedded"): Promise<MorphableModelData> {
  if (source === "embedded") return loadEmbeddedModel();
  return (await placeOf(source)) === "directory" ? loadIctFaceKit(source) : loadBaselFaceModel(source);
}
