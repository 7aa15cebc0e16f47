/** Opens a masker of Eq. 14 by its name: our own parsing network, the colour of skin, or a user's network. */
import { maskByColour } from "./face-mask.js";
import { loadFaceParser } from "./face-parser.js";
import { loadParsingMask, type ParsingMasker } from "./parsing-mask.js";

/**
 * @param kind `parser`, `colour`, or a face parsing network (`.onnx`) as `loadParsingMask` takes it
 * @throws in one line that names the file
 */
export async function loadFaceMasker(kind = "parser"): Promise<ParsingMasker> {
  if (kind === "parser") return loadFaceParser();
  if (kind === "colour") return { mask: maskByColour, dispose: async () => {} };
  return loadParsingMask(kind);
}
