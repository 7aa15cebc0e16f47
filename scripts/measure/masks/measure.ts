/**
 * Measures masks against the truth on renders with simple things before them, ten of each, and writes
 * `results/masks.json`. A minute.
 *
 *     npm run measure -- masks [a face parsing network.onnx]
 */
import { join } from "node:path";
import {
  createMorphableModel,
  type FaceMasker,
  finalMask,
  loadMorphableModel,
  prepareEngine,
} from "rerenderable";
import { writeFileAtomically } from "rerenderable/base";
import { loadFaceParser, loadParsingMask, maskByColour } from "rerenderable/face";
import { occlusions, overlap, renderOccluded } from "./occluded-face.js";

const facesOfEach = 10;

async function measure(parser?: string): Promise<void> {
  await prepareEngine("wasm");
  const model = createMorphableModel(await loadMorphableModel("embedded"));
  const maskers: Record<string, FaceMasker> = {
    "projected face alone": async ({ projected }) => projected,
    colour: maskByColour,
    parser: (await loadFaceParser()).mask,
    ...(parser ? { [parser]: (await loadParsingMask(parser)).mask } : {}),
  };
  const overlaps: Record<string, Record<string, { mean: number; least: number }>> = {};
  for (const [kind, occlusion] of occlusions.entries()) {
    const faces = [];
    for (let i = 0; i < facesOfEach; i++) faces.push(await renderOccluded(model, occlusion, 100 * kind + i));
    for (const [name, masker] of Object.entries(maskers)) {
      const values: number[] = [];
      for (const face of faces)
        values.push(overlap(finalMask(await masker(face), face.projected), face.truth));
      const mean = values.reduce((sum, value) => sum + value / facesOfEach, 0);
      overlaps[name] = { ...overlaps[name], [occlusion]: { mean, least: Math.min(...values) } };
    }
  }
  model.dispose();
  console.log(JSON.stringify(overlaps, null, 2));
  const about = `intersection over union of M_face with the skin that is seen, ${facesOfEach} renders of each kind`;
  const file = join(import.meta.dirname, "../../../results/masks.json");
  await writeFileAtomically(file, Buffer.from(`${JSON.stringify({ about, overlaps }, null, 2)}\n`));
}

await measure(process.argv[2]);
