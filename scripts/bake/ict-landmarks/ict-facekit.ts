/**
 * Calibrates the 68 landmarks of ICT-FaceKit to the detector and prints the vertices for
 * `lib/face/morphable-model/ict/ict-landmarks.ts`. Its points of lids and inner lips lie on the edges already. The
 * other ones, above all those of the brows, lie where its authors draw them, up to 6 mm from where the detector sees
 * them. A point's place decides where our albedo lies, and the albedo decides where the detector sees the point. So
 * the calibration is repeated until the points stay.
 *
 *     npm run bake -- ict-landmarks <folder of ICT-FaceKit>
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom, InputError, prepareEngine } from "rerenderable";
import {
  type IctModel,
  ictModelFrom,
  loadEmbeddedModel,
  mirrorOrder,
  mirrorPartners,
  readIctFolder,
  referenceFace,
} from "rerenderable/face";
import { observeLandmarks, type Point3 } from "./observe-landmarks.js";

const renders = 60;
const rounds = 4;
/** The points that stay where the authors have them: those on the edges of lids and lips. */
const onEdges = (j: number) => (j >= 36 && j < 48) || j >= 60;

const [folder] = process.argv.slice(2);
if (!folder) throw new InputError("bake -- ict-landmarks", "the folder of ICT-FaceKit", "none");
await prepareEngine();
const files = await readIctFolder(folder);
const reference = referenceFace(await loadEmbeddedModel());
const { idx_to_landmark_verts: authors } = JSON.parse(
  await readFile(join(files.folder, "vertex_indices.json"), "utf8"),
) as { idx_to_landmark_verts: number[] };

let landmarks = authors;
for (let round = 0; round < rounds; round++) {
  const model = ictModelFrom(files, reference, landmarks);
  const { points, seen } = await observeLandmarks(model.data, renders, createRandom(1));
  const next = symmetric(
    points.map((p, j) => (onEdges(j) ? authors[j] : nearestVertex(p, model, mirrorOrder[j] === j))),
    model,
  );
  const moved = next.map((v, j) => distance(v, landmarks[j]));
  console.log(
    `round ${round + 1}: seen on ${seen} of ${renders} renders; points moved ${mean(moved).toFixed(2)} mm, ` +
      `at most ${Math.max(...moved).toFixed(1)}`,
  );
  landmarks = next;
}
const shifts = landmarks.map((v, j) => distance(v, authors[j]));
const groups = { jaw: [0, 17], brows: [17, 27], nose: [27, 36], outerLips: [48, 60] };
for (const [name, [from, to]] of Object.entries(groups))
  console.log(`${name}: ${mean(shifts.slice(from, to)).toFixed(1)} mm from the authors' points`);
console.log(JSON.stringify(landmarks));

/**
 * The vertex of skin nearest to a point of the mean face, among those that the OBJ files have.
 * @param onMidline whether only vertices in the mirror plane count
 */
function nearestVertex(p: Point3, { data, objVertices, origin }: IctModel, onMidline: boolean): number {
  const cm = files.neutral.positions;
  const skin = new Set<number>();
  const [rows] = data.shapeSubdivision;
  data.triangles.forEach((v, i) => {
    if (data.skinTriangle[Math.floor(i / 3)] && rows.rowStart[v + 1] - rows.rowStart[v] === 1)
      skin.add(objVertices[rows.column[rows.rowStart[v]]]);
  });
  const off = (v: number) => Math.hypot(...p.map((value, k) => 10 * value - (cm[3 * v + k] - origin[k])));
  const among = [...skin].filter((v) => !onMidline || Math.abs(cm[3 * v]) < 1e-3);
  return among.reduce((best, v) => (off(v) < off(best) ? v : best));
}

/** Keeps the right half, and makes the left half its mirror image. */
function symmetric(chosen: readonly number[], { objVertices }: IctModel): number[] {
  const partners = mirrorPartners(files.neutral.positions, objVertices, 0.02);
  return chosen.map((v, j) => {
    const partner = partners[chosen[mirrorOrder[j]]];
    return mirrorOrder[j] < j && partner >= 0 ? partner : v;
  });
}

function distance(a: number, b: number): number {
  const cm = files.neutral.positions;
  return 10 * Math.hypot(...[0, 1, 2].map((k) => cm[3 * a + k] - cm[3 * b + k]));
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b) / values.length;
}
