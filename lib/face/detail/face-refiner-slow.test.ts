import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { renderTextured } from "../../graphics/renderer/render.js";
import { createUvSpace, type UvSpace } from "../../graphics/uv/uv-space.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { initialParameters, parameterSpecs } from "../../networks/parameters.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import { coefficientTensors, poseFace } from "../fitting/face-geometry.js";
import { paperWeights } from "../losses/loss-weights.js";
import { detailRefiner } from "../models/detail-refiner.js";
import { neutralCoefficients } from "../morphable-model/coefficients.js";
import { loadMorphableModel } from "../morphable-model/load-model.js";
import { createMorphableModel, type MorphableModel } from "../morphable-model/morphable-model.js";
import { learnOnPhoto } from "../training/refine-on-photo.js";
import { createFaceRefiner, type FaceRefiner, loadFaceRefiner } from "./face-refiner.js";

const size = 64;

describe("refine-face", () => {
  let model: MorphableModel;
  let refiner: FaceRefiner;
  let spaces: Record<32 | 64, UvSpace>;
  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadMorphableModel("embedded"));
    const { uvs, triangles, data } = model;
    const space = (side: number) => createUvSpace({ uvs, triangles, skinTriangle: data.skinTriangle }, side);
    spaces = { 32: space(32), 64: space(64) };
    const network = detailRefiner({ uvSize: 32, baseChannels: 2 });
    const inputShapes = fixedInputShapes(network, 1);
    const parameters = initialParameters(parameterSpecs(network, inputShapes), 1, "he");
    const trained = await createOnnxNetwork({ network, inputShapes, parameters });
    const about = { name: "made", model: "embedded", uvSize: 32, base: "texture" } as const;
    refiner = createFaceRefiner(model, { ...about, network: trained, dispose: () => trained.dispose() });
  });
  after(async () => {
    await refiner.dispose();
    for (const part of [model, ...Object.values(spaces)]) part.dispose();
  });

  /** A face turned to a side, as it is drawn. */
  async function input() {
    const coefficients = neutralCoefficients({ angles: Float32Array.from([0, 0.7, 0]) });
    const drawn = tf.tidy(() => {
      const c = coefficientTensors([coefficients]);
      const scene = { ...poseFace(model, c), triangles: model.triangles, uvs: model.uvs, size };
      const albedo = tf.clipByValue(spaces[64].vertexToUv(model.decodeAlbedo(c.albedo)), 0, 1) as tf.Tensor4D;
      const { image, mask } = renderTextured(scene, albedo, c.light);
      return { image, mask };
    });
    const [image, mask] = await Promise.all(
      [drawn.image, drawn.mask].map(async (tensor) => ({
        width: size,
        height: size,
        data: (await tensor.data<"float32">()).slice(),
      })),
    );
    tf.dispose(drawn);
    return { id: "made", image: image, mask: mask, points: [], coefficients };
  }

  it("says how far each texel is to be trusted: seen, mirrored, guessed", async () => {
    const { sample, confidence } = await refiner.refine(await input(), spaces[32]);
    const values = [...new Set(confidence.data)].sort();
    assert.deepEqual(values, [0, 0.5, 1]);
    sample.seen.forEach((visible, p) => {
      const mirrored = sample.seen[p - (p % 32) + 31 - (p % 32)];
      assert.equal(confidence.data[p], visible === 1 ? 1 : mirrored === 1 ? 0.5 : 0);
    });
  });

  it("gives maps of the size that is asked for, which agree where they are smooth", async () => {
    const face = await input();
    const [small, large] = [await refiner.refine(face, spaces[32]), await refiner.refine(face, spaces[64])];
    assert.equal(large.face.maps.detailed.width, 64);
    assert.equal(large.face.lightMap.length, 64 * 64 * 27);
    const [a, b] = [small, large].map((one) => one.face.pictures.detailed.data);
    const mean = a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
    const bright = a.reduce((sum, value) => sum + Math.abs(value), 0) / a.length;
    assert.ok(mean < 0.2 * bright, `${mean} of ${bright}`);
  });

  it("learns from the photo where steps are asked for, and is itself again after them", async () => {
    const face = await input();
    const before = await refiner.refine(face, spaces[32]);
    const losses = {
      set: "paper",
      weights: paperWeights,
      adversarial: "nonSaturating",
      openings: false,
      edgeAware: false,
      uvMask: "skin",
    } as const;
    const steps: number[] = [];
    const more = { steps: 5, learningRate: 1e-3, losses, onStep: (done: number) => steps.push(done) };
    const learnt = await refiner.refine(face, spaces[32], { learn: learnOnPhoto(more) });
    assert.deepEqual(steps, [1, 2, 3, 4, 5]);
    assert.notDeepEqual(learnt.face.lightMap, before.face.lightMap);
    assert.deepEqual((await refiner.refine(face, spaces[32])).face.lightMap, before.face.lightMap);
  });

  it("keeps no tensor", async () => {
    const face = await input();
    await refiner.refine(face, spaces[64]);
    const { numTensors } = tf.memory();
    await refiner.refine(face, spaces[64]);
    assert.equal(tf.memory().numTensors, numTensors);
  });

  it("is shipped for the embedded model alone", async () => {
    const other = { ...model, data: { ...model.data, name: "another" } };
    assert.equal(await loadFaceRefiner(other), undefined);
    const own = await loadFaceRefiner(model);
    assert.match(own!.name, /^detail-refiner/);
    await own!.dispose();
  });
});
