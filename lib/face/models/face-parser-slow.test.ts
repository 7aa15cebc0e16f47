import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { openDataset } from "../../../datasets/synthetic/synthetic-dataset.js";
import { overlap } from "../../../scripts/measure/masks/occluded-face.js";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { readImage } from "../../base/image/read-image.js";
import type { Point } from "../../base/image/rgb-image.js";
import { createRandom } from "../../base/tensor/random.js";
import { readNetworkFile } from "../../networks/network-file.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { countParameters, initialParameters, parameterSpecs } from "../../networks/parameters.js";
import { fixedInputShapes, inferShapes } from "../../networks/shape-inference.js";
import { createTfjsNetwork } from "../../networks/tfjs/tfjs-trainable-network.js";
import { relativeError } from "../../testing/compare-engines.js";
import { seeFace } from "../fitting/face-geometry.js";
import { alignFace } from "../landmarks/align-face.js";
import { loadEmbeddedModel } from "../morphable-model/embedded-model.js";
import { createMorphableModel } from "../morphable-model/morphable-model.js";
import { loadFaceDetector } from "./face-detector.js";
import { finalMask } from "./face-mask.js";
import { faceParser, faceParserFile, loadFaceParser } from "./face-parser.js";

const portrait = new URL("../../../datasets/portraits/astronaut.png", import.meta.url);

describe("face/models/face-parser", () => {
  before(() => prepareEngine("wasm"));

  it("gives six scores a pixel at its own size, from a quarter of a million numbers", () => {
    const network = faceParser();
    const shapes = fixedInputShapes(network, 2);
    assert.deepEqual(inferShapes(network, shapes)[network.outputs.scores], [2, 112, 112, 6]);
    const count = countParameters(parameterSpecs(network, shapes));
    assert.ok(count > 2e5 && count < 3e5, `${count}`);
    assert.throws(() => faceParser({ side: 40 }), /should be a multiple of 16 but is 40/);
  });

  it("has the same gradients on tfjs and on ONNX Runtime", async () => {
    const network = faceParser({ side: 32, baseChannels: 2 });
    const inputShapes = fixedInputShapes(network, 2);
    const parameters = initialParameters(parameterSpecs(network, inputShapes), 3, "he");
    const random = createRandom(1);
    const image = { shape: [2, 32, 32, 3], values: random.normalArray(2 * 32 * 32 * 3) };
    const toward = { shape: [2, 32, 32, 6], values: random.normalArray(2 * 32 * 32 * 6) };
    const gradients: number[][] = [];
    for (const create of [createTfjsNetwork, createOnnxNetwork]) {
      const engine = await create({ network, inputShapes, parameters });
      await engine.forward({ image });
      await engine.backward({ scores: toward });
      gradients.push(Object.values(await engine.gradients()).flatMap((values) => [...values]));
      await engine.dispose();
    }
    const error = relativeError(gradients[1], gradients[0]);
    assert.ok(error < 1e-3, `${error}`);
  });

  for (const { subset, seed, least } of [
    { subset: "easy", seed: 0, least: 0.9 },
    { subset: "occluded", seed: 1, least: 0.85 },
  ] as const) {
    it(`overlaps the truth of a face that it was not trained on by ${least}: ${subset} ${seed}`, async () => {
      const dataset = await openDataset({ subset, count: seed + 1 });
      const { image, mask: truth, points, truth: known } = await dataset.read(seed);
      const model = createMorphableModel(await loadEmbeddedModel());
      const { projected } = await seeFace(model, known!.coefficients!, image.width);
      model.dispose();
      const parser = await loadFaceParser();
      // The face lies near enough to where it is aligned; `npm run measure -- synthetic` carries it there.
      const mask = finalMask(await parser.mask({ image, points: points, projected }), projected);
      await parser.dispose();
      const got = overlap(mask, truth);
      assert.ok(got > least, `${got}`);
    });
  }

  it("comes with weights, their licence and their source, and gives the same scores on both engines", async () => {
    const { network, parameters, metadata } = await readNetworkFile(faceParserFile);
    assert.match(metadata.licence, /^CC0-1\.0/);
    assert.match(metadata.source, /^npm run experiment -- face-parser/);
    const inputShapes = fixedInputShapes(network, 1);
    const image = { shape: [1, 112, 112, 3], values: new Float32Array(112 * 112 * 3).fill(0.5) };
    const scores: Float32Array[] = [];
    for (const create of [createTfjsNetwork, createOnnxNetwork]) {
      const engine = await create({ network, inputShapes, parameters });
      scores.push((await engine.predict({ image })).scores.values.slice());
      await engine.dispose();
    }
    assert.ok(relativeError([...scores[1]], [...scores[0]]) < 1e-4);
    assert.equal(network.outputs.scores, faceParser().outputs.scores);
  });

  it("sees skin on a portrait's cheeks, forehead and chin, none on eyes, hair and background", async () => {
    const parser = await loadFaceParser();
    const detector = await loadFaceDetector();
    const photo = await readImage(portrait.pathname);
    const [face] = await detector.detect(photo);
    const { image, points68InCrop: points } = alignFace(photo, face.points);
    const all = { width: 224, height: 224, data: new Float32Array(224 * 224).fill(1) };
    const before = tf.memory().numTensors;
    const mask = await parser.mask({ image, points: points!, projected: all });
    assert.equal(await parser.mask({ image, points: points!, projected: all }), mask);
    assert.equal(tf.memory().numTensors, before);
    const middle = (...indices: number[]): Point => [
      indices.reduce((sum, k) => sum + points![k][0] / indices.length, 0),
      indices.reduce((sum, k) => sum + points![k][1] / indices.length, 0),
    ];
    const at = ([x, y]: Point) => mask.data[Math.floor(y) * 224 + Math.floor(x)];
    const [brows, nose] = [middle(21, 22), middle(33)];
    const forehead: Point = [brows[0], brows[1] - 0.35 * (nose[1] - brows[1])];
    for (const point of [middle(41, 46, 31, 35), middle(3, 31), middle(13, 35), forehead])
      assert.equal(at(point), 1);
    for (const point of [middle(36, 37, 38, 39, 40, 41), [4, 4] as const, [220, 4] as const])
      assert.equal(at(point), 0);
    await parser.dispose();
    detector.dispose();
  });
});
