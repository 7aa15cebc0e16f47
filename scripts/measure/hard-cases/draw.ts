/**
 * Renders faces of six hard kinds, reconstructs each like a user's photo, and writes `results/hard-cases.png` and
 * `results/hard-cases.json`. A minute or two.
 *
 *     npm run measure -- hard-cases
 */
import path from "node:path";
import { createReconstructor, prepareEngine } from "rerenderable";
import { writeFileAtomically } from "rerenderable/base";
import { loadSyntheticAssets } from "../../../datasets/synthetic/synthetic-assets.js";
import { openPriorJudge } from "../../../experiments/evaluate-prior/judge-prior.js";
import { toJson } from "../../../experiments/run/to-json.js";
import { type HardFace, reconstructHardCase } from "./hard-faces.js";
import { hardCases } from "./hard-scenes.js";
import { hardSheet } from "./hard-sheet.js";

await prepareEngine("wasm");
const assets = await loadSyntheticAssets();
const reconstructor = await createReconstructor();
const judge = await openPriorJudge(reconstructor.model, (await reconstructor.parser()).mask);
const faces: HardFace[] = [];
for (const hardCase of hardCases) {
  const face = await reconstructHardCase(assets, reconstructor, judge, hardCase);
  faces.push(face);
  const { found, landmarks, maskIoU, psnr, verdict } = face.figures;
  console.log(
    `${hardCase.name}: ${found ? "found" : "not found, true points given"}; points off by ` +
      `${landmarks.fitToTrue.toFixed(2)} px, mask ${maskIoU.toFixed(3)}, ${psnr.coarse.toFixed(1)} dB, ${verdict}`,
  );
}
const folder = path.join(import.meta.dirname, "../../../results");
const about =
  "one synthetic face of each kind, aligned at 224 px, prior both; detailed: with the refiner named here";
const figures = {
  about,
  refiner: faces[0].result.detail?.weights ?? null,
  cases: faces.map((face) => face.figures),
};
await writeFileAtomically(path.join(folder, "hard-cases.json"), Buffer.from(toJson(figures)));
const png = await hardSheet(faces);
await writeFileAtomically(path.join(folder, "hard-cases.png"), png);
console.log(`results/hard-cases.png: ${Math.round(png.length / 1024)} KiB`);
await judge.dispose();
reconstructor.dispose();
