/**
 * Measures how far the shipped coefficient regressor errs in each number of albedo and light, on synthetic faces that neither
 * its training (seeds from 10,000) nor the tests of the fit (0 to 74) take, and writes it beside the weights:
 *
 *     npm run measure -- regressor-errors
 *
 * Three minutes, and a quarter of an hour more where the faces are not rendered yet.
 */
import { writeFile } from "node:fs/promises";
import { loadFaceDetector, prepareEngine } from "rerenderable";
import {
  encodeRegressorErrors,
  errorsFileOf,
  loadCoefficientRegressor,
  regressorFile,
} from "rerenderable/face";
import { sampleScene } from "../../../datasets/synthetic/scene/sample-scene.js";
import { loadSyntheticAssets } from "../../../datasets/synthetic/synthetic-assets.js";
import { syntheticTestFace } from "../../../experiments/compare-methods/test-faces.js";

const subsets = ["easy", "hard-light", "occluded", "large-pose"] as const;
const seeds = { first: 76, count: 45 };

await prepareEngine("wasm");
const assets = await loadSyntheticAssets();
const detector = await loadFaceDetector();
const regressor = await loadCoefficientRegressor(assets.data);
const squares = { albedo: new Float64Array(80), light: new Float64Array(27) };
let faces = 0;
for (const subset of subsets) {
  for (let seed = seeds.first; seed < seeds.first + seeds.count; seed++) {
    const face = await syntheticTestFace(assets, detector, subset, seed);
    if ("reason" in face) continue;
    const { albedo, light } = await regressor.regress(face.image);
    const truth = { ...face.truth!, albedo: sampleScene(assets.data, seed, subset).coefficients.albedo };
    addSquares(squares.albedo, albedo, truth.albedo);
    addSquares(squares.light, light, truth.light);
    faces++;
  }
}

function addSquares(sums: Float64Array, found: ArrayLike<number>, truth: ArrayLike<number>): void {
  for (let i = 0; i < sums.length; i++) sums[i] += (found[i] - truth[i]) ** 2;
}

const root = (sums: Float64Array) => Float32Array.from(sums, (sum) => Math.sqrt(sum / faces));
const errors = { albedo: root(squares.albedo), light: root(squares.light) };
await writeFile(errorsFileOf(regressorFile), await encodeRegressorErrors(regressorFile, faces, errors));
console.log(`${faces} faces: ${errorsFileOf(regressorFile)}`);
await regressor.dispose();
detector.dispose();
