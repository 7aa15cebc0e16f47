/** Tests a small training of the exposure network, run as a user does: it writes weights that tell a dark photo from a bright one. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { alignFace, loadFaceDetector, prepareEngine, readImage } from "rerenderable";
import { loadExposureEstimator } from "rerenderable/face";
import { takenWith } from "../evaluate-prior/cameras.js";
import { portrait, runProgram } from "../run/run-program.js";

describe("experiments/exposure", () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), "exposure-"));
  });
  after(() => rm(root, { recursive: true }));

  it("trains on synthetic faces alone, and its weights can be read", async () => {
    const set = [
      'subsets=["easy"]',
      `folder=${path.join(root, "faces")}`,
      "facesOfEach=2",
      "validationFaces=1",
    ];
    const few = [...set, "photos=", "batchSize=2", "steps=3", "validateEvery=2"];
    const args = ["exposure", "--results", root, "--run", "few", ...few.flatMap((one) => ["--set", one])];
    const { code, errors } = await runProgram("experiment.ts", args);
    assert.deepEqual([code, errors], [0, []]);
    const folder = path.join(root, "exposure", "few");
    assert.ok((await readdir(folder)).includes("summary.json"));
    const estimator = await loadExposureEstimator(path.join(folder, "weights.safetensors"));
    assert.equal(estimator.name, "exposure");
    await estimator.dispose();
  });

  it("ships weights that see through the exposure of the portrait", async () => {
    await prepareEngine("wasm");
    const detector = await loadFaceDetector();
    const photo = await readImage(portrait);
    const [{ points }] = await detector.detect(photo);
    detector.dispose();
    const { image, points68InCrop } = alignFace(photo, points);
    const estimator = await loadExposureEstimator();
    const factorOf = async (camera: Parameters<typeof takenWith>[0]) =>
      (await estimator.estimate(takenWith(camera, image), points68InCrop!)).factor;
    const plain = await factorOf("as it is");
    // Encoded, a photo of half the exposure is 0.73 as bright, of 0.35 of it 0.63.
    for (const [camera, factor] of [
      ["exposure 0.5", 0.73],
      ["exposure 0.35", 0.63],
    ] as const) {
      const off = (await factorOf(camera)) / plain / factor;
      assert.ok(Math.abs(off - 1) < 0.04, `${camera}: ${off}`);
    }
    await estimator.dispose();
  });
});
