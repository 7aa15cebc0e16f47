/**
 * Measures the 68 points and the rough pose on renders of the embedded model, by how far the head is turned, and writes
 * `results/landmarks.json`. Three to five minutes.
 *
 *     npm run measure -- landmarks [faces in each band, 40]
 */
import { join } from "node:path";
import {
  createMorphableModel,
  createRandom,
  loadFaceDetector,
  loadMorphableModel,
  prepareEngine,
} from "rerenderable";
import { writeFileAtomically } from "rerenderable/base";
import { estimateHeadPose } from "rerenderable/face";
import { mean, meanInnerDistance } from "./landmark-error.js";
import { renderFace } from "./rendered-face.js";

/** Degrees of yaw, to either side. */
const bands = [0, 15, 30, 45, 60].map((from) => [from, from + 15] as const);

async function measure(count: number): Promise<void> {
  await prepareEngine("wasm");
  const model = createMorphableModel(await loadMorphableModel("embedded"));
  const detector = await loadFaceDetector();
  const results = [];
  for (const [from, to] of bands) {
    const errors: Record<"truth" | "seen" | "yaw", number[]> = { truth: [], seen: [], yaw: [] };
    for (let i = 0; i < count; i++) {
      const seed = 1000 * from + i;
      const turn = ((from + (to - from) * createRandom(seed).uniform()) * Math.PI) / 180;
      const face = renderFace(model, seed, i % 2 ? turn : -turn);
      const points = await detector.locatePoints(face.image, face.box);
      errors.truth.push(meanInnerDistance(points, face.truth) / face.eyeDistance);
      errors.seen.push(meanInnerDistance(points, face.seen) / face.eyeDistance);
      errors.yaw.push((Math.abs(estimateHeadPose(points).yaw - face.angles[1]) * 180) / Math.PI);
    }
    const row = {
      yaw: `${from} to ${to}°`,
      faces: count,
      meanError: mean(errors.truth),
      medianError: median(errors.truth),
      meanErrorFromDetectedPlaces: mean(errors.seen),
      meanYawErrorDegrees: mean(errors.yaw),
    };
    results.push(row);
    console.log(
      Object.values(row)
        .map((value) => (typeof value === "number" ? +value.toFixed(4) : value))
        .join("  "),
    );
  }
  detector.dispose();
  model.dispose();
  const about =
    "distance of the 51 inner points from their true places over that of the outer corners of the eyes " +
    "in space; boxes are the true ones, moved by up to 5 %";
  const file = join(import.meta.dirname, "../../../results/landmarks.json");
  await writeFileAtomically(file, Buffer.from(`${JSON.stringify({ about, bands: results }, null, 2)}\n`));
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

await measure(Number(process.argv[2] ?? 40));
