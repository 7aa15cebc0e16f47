/** The regressor's trainee: it learns, the same each time, and goes on from a checkpoint. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { sampleLight } from "../../graphics/scene/light-prior.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { initialParameters, parameterSpecs } from "../../networks/parameters.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import { seeFace } from "../fitting/face-geometry.js";
import { coefficientRegressor } from "../models/coefficient-regressor.js";
import { splitCoefficients } from "../morphable-model/coefficients.js";
import { loadEmbeddedModel } from "../morphable-model/embedded-model.js";
import { createMorphableModel, type MorphableModel } from "../morphable-model/morphable-model.js";
import { sampleFace } from "../morphable-model/sample-face.js";
import { pointProjector } from "./project-landmarks.js";
import { type RegressorBatch, type RegressorLosses, regressorTrainee } from "./regressor-trainee.js";
import { readCurves, train } from "./train.js";

const side = 32;
const batchSize = 4;

const losses: RegressorLosses = {
  contentWith: { shape: 1.5, albedo: 0.03, light: 0.12, points: 2, placing: 2, angles: 0.05 },
  landmark: 0,
  pixel: 1.9,
  perceptual: 0,
  coefficients: 3e-4,
  regularisation: { identity: 1, expression: 0.8, albedo: 1.7e-3 },
  rendered: 1,
  renderedEvery: 4,
};

describe("face/training/regressor-trainee", () => {
  let model: MorphableModel;
  let faces: RegressorBatch;
  let folder: string;
  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadEmbeddedModel());
    faces = await fewFaces();
    folder = await mkdtemp(path.join(tmpdir(), "regressor-"));
  });
  after(async () => {
    model.dispose();
    await rm(folder, { recursive: true });
  });

  /** Four people, rendered on black. */
  async function fewFaces(): Promise<RegressorBatch> {
    const truth = Array.from({ length: batchSize }, (_, i) => {
      const { identity, expression, albedo } = sampleFace(model.data, i);
      const pose = [0.1 * i - 0.1, 0.2 * i - 0.3, 0];
      return Float32Array.from([
        ...identity,
        ...expression,
        ...albedo,
        ...pose,
        ...sampleLight(i),
        0,
        -0.05,
        0,
      ]);
    });
    const seen = [];
    for (const face of truth) seen.push(await seeFace(model, splitCoefficients(face), side));
    return {
      images: Float32Array.from(seen.flatMap(({ image }) => [...image])),
      masks: Float32Array.from(seen.flatMap(({ projected }) => [...projected.data])),
      faces: Float32Array.from(truth.flatMap((face) => [...face])),
    };
  }

  async function start(batch: RegressorBatch, changed: Partial<RegressorLosses> = {}, steps = 24) {
    const graph = coefficientRegressor("quick", { imageSize: side, baseChannels: 4 });
    const inputShapes = fixedInputShapes(graph, batchSize);
    const parameters = initialParameters(parameterSpecs(graph, inputShapes), 1, "he");
    const network = await createOnnxNetwork({ network: graph, inputShapes, parameters });
    const source = {
      side,
      // A little noise, so that what a step draws shows in what it gives.
      batch: async (_: number, random: { normal(): number }) => {
        const shade = 1 + 0.02 * random.normal();
        return { ...batch, images: batch.images.map((value) => value * shade) };
      },
    };
    const rate = { rate: 3e-3, warmUp: 2, decay: "cosine" } as const;
    return regressorTrainee({
      model,
      network,
      source,
      losses: { ...losses, ...changed },
      rate,
      steps,
      validation: batch.faces ? [batch] : undefined,
    });
  }

  async function run(
    name: string,
    batch = faces,
    more: Partial<RegressorLosses> = {},
    stopAt = Number.POSITIVE_INFINITY,
  ) {
    const trainee = await start(batch, more);
    const controller = new AbortController();
    const end = await train(trainee, {
      folder: path.join(folder, name),
      steps: 24,
      seed: 7,
      configHash: "a",
      resume: true,
      checkpointEvery: 10,
      validateEvery: 12,
      signal: controller.signal,
      onStep: (done) => done >= stopAt && controller.abort(),
    });
    await trainee.networks.regressor.dispose();
    return { end, curves: await readCurves(path.join(folder, name, "curves.jsonl")) };
  }

  it("learns from truth: every error of a few faces falls, and by half in all", async () => {
    const { curves } = await run("truth");
    const [first, last] = [curves[0], curves.at(-1)!];
    assert.deepEqual([first.kind, last.kind], ["validation", "validation"]);
    const trained = curves.filter(({ kind }) => kind === "training");
    assert.ok(trained.at(-1)!.terms.total < 0.5 * trained[0].terms.total);
    for (const term of ["points", "angles"]) assert.ok(trained.at(-1)!.terms[term] < trained[0].terms[term]);
    assert.ok("pixel" in trained[0].terms && !("pixel" in trained[1].terms) && "pixel" in trained[4].terms);
  });

  it("repeats to the bit, and goes on to the bit where it was interrupted", async () => {
    await run("whole");
    await run("parts", faces, {}, 13);
    const { end } = await run("parts");
    assert.equal(end.step, 24);
    for (const file of ["curves.jsonl", "checkpoint.safetensors"]) {
      const [a, b, c] = await Promise.all(
        ["truth", "whole", "parts"].map((name) => readFile(path.join(folder, name, file))),
      );
      assert.ok(a.equals(b) && b.equals(c), file);
    }
  });

  it("learns from photos: points and pixels alone", async () => {
    const projector = pointProjector(model.data, model.data.detectedLandmarks!);
    const found = Array.from({ length: batchSize }, (_, i) => {
      const face = faces.faces!.subarray(257 * i, 257 * (i + 1));
      return [...projector.place(projector.shape(face), face)];
    });
    const { images, masks } = faces;
    const photos = { images, masks, points: Float32Array.from(found.flat()) };
    const none = { shape: 0, albedo: 0, light: 0, points: 0, placing: 0, angles: 0 };
    const { curves } = await run("photos", photos, { contentWith: none, landmark: 0.01, renderedEvery: 1 });
    const totals = curves.map(({ terms }) => terms.total);
    assert.ok(totals.at(-1)! < 0.6 * totals[0], `${totals[0]} to ${totals.at(-1)}`);
    assert.deepEqual(Object.keys(curves[0].terms), [
      "total",
      "landmark",
      "coefficients",
      "pixel",
      "perceptual",
    ]);
  });
});
