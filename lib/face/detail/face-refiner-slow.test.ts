import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import type { UvSpace } from "../../graphics/uv/uv-space.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { initialParameters, parameterSpecs } from "../../networks/parameters.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import { turnedFace } from "../../testing/turned-face.js";
import { paperWeights } from "../losses/loss-weights.js";
import { decidingRefiner } from "../models/deciding-refiner.js";
import { detailRefiner } from "../models/detail-refiner.js";
import { uvSpaceOf } from "../morphable-model/face-uv-space.js";
import { loadMorphableModel } from "../morphable-model/load-model.js";
import { createMorphableModel, type MorphableModel } from "../morphable-model/morphable-model.js";
import { learnOnPhoto } from "../training/refine-on-photo.js";
import {
  createFaceRefiner,
  type FaceRefiner,
  loadFaceRefiner,
  type RefineFaceOptions,
} from "./face-refiner.js";
import { inspectOutputs } from "./inspect-detail.js";
import type { FittedFace } from "./posed-face.js";
import { withUnwrappedFace } from "./unwrapped-face.js";

const size = 64;

const refiners = {
  texture: () => detailRefiner({ uvSize: 32, baseChannels: 2 }),
  bands: () => decidingRefiner({ uvSize: 32, baseChannels: 2 }),
} as const;

for (const base of ["texture", "bands"] as const)
  describe(`face/detail/face-refiner, ${base}`, () => {
    let model: MorphableModel;
    let refiner: FaceRefiner;
    let spaces: Record<32 | 64, UvSpace>;
    before(async () => {
      await prepareEngine("wasm");
      model = createMorphableModel(await loadMorphableModel("embedded"));
      const space = (side: number) => uvSpaceOf(model, side);
      spaces = { 32: space(32), 64: space(64) };
      const network = refiners[base]();
      const inputShapes = fixedInputShapes(network, 1);
      const parameters = initialParameters(parameterSpecs(network, inputShapes), 1, "he");
      const trained = await createOnnxNetwork({ network, inputShapes, parameters });
      const about = { name: "made", model: "embedded", uvSize: 32, base } as const;
      refiner = createFaceRefiner(model, { ...about, network: trained, dispose: () => trained.dispose() });
    });
    after(async () => {
      await refiner.dispose();
      for (const part of [model, ...Object.values(spaces)]) part.dispose();
    });

    const refine = (face: FittedFace, side: 32 | 64, options?: RefineFaceOptions) =>
      withUnwrappedFace(model, spaces[side], face, (unwrapped) => refiner.refine(unwrapped, options));

    const input = () => turnedFace(model, spaces[64], { size, yaw: 0.7 });

    it("says how far each texel is to be trusted: seen, mirrored, guessed", async () => {
      const { sample, confidence } = await refine(await input(), 32);
      const values = [...new Set(confidence.data)].sort();
      assert.deepEqual(values, [0, 0.5, 1]);
      sample.seen.forEach((visible, p) => {
        const mirrored = sample.seen[p - (p % 32) + 31 - (p % 32)];
        assert.equal(confidence.data[p], visible === 1 ? 1 : mirrored === 1 ? 0.5 : 0);
      });
    });

    it("gives maps of the size that is asked for, which agree where they are smooth", async () => {
      const face = await input();
      const [small, large] = [await refine(face, 32), await refine(face, 64)];
      assert.deepEqual(large.maps.albedo.shape, [1, 64, 64, 3]);
      assert.deepEqual(large.maps.light.shape, [1, 64, 64, 27]);
      const pictures = [small, large].map(async ({ outputs, sample }) => {
        const { pictures } = await inspectOutputs(outputs, sample, base);
        return pictures.detailed.data;
      });
      const [a, b] = await Promise.all(pictures);
      const mean = a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
      const bright = a.reduce((sum, value) => sum + Math.abs(value), 0) / a.length;
      assert.ok(mean < 0.2 * bright, `${mean} of ${bright}`);
    });

    it("learns from the photo where steps are asked for, and is itself again after them", async () => {
      const face = await input();
      const before = await refine(face, 32);
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
      const learnt = await refine(face, 32, { learn: learnOnPhoto(more) });
      assert.deepEqual(steps, [1, 2, 3, 4, 5]);
      assert.notDeepEqual(learnt.maps.light, before.maps.light);
      assert.deepEqual((await refine(face, 32)).maps.light, before.maps.light);
    });

    it("draws the noise in holes from the seed alone, not from the face's name", async () => {
      const face = await input();
      const [first, renamed, reseeded] = [
        await refine(face, 32, { seed: 1 }),
        await refine({ ...face, id: "another name" }, 32, { seed: 1 }),
        await refine(face, 32, { seed: 2 }),
      ];
      assert.deepEqual(renamed.maps, first.maps);
      assert.notDeepEqual(reseeded.maps.albedo, first.maps.albedo);
    });

    it("keeps no tensor", async () => {
      const face = await input();
      await refine(face, 64);
      const { numTensors } = tf.memory();
      await refine(face, 64);
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
