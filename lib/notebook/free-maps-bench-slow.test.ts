import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../base/engine/prepare-engine.js";
import { lossReadings } from "../face/losses/loss-readings.js";
import { uvSpaceOf } from "../face/morphable-model/face-uv-space.js";
import { loadMorphableModel } from "../face/morphable-model/load-model.js";
import { createMorphableModel } from "../face/morphable-model/morphable-model.js";
import { openFreeMaps, practiceFace } from "./index.js";

describe("openFreeMaps", () => {
  it("fits faces, moves their maps, shows their brows, and counts where their detail went", async () => {
    await prepareEngine("wasm");
    const model = createMorphableModel(await loadMorphableModel("embedded"));
    const space = uvSpaceOf(model, 64);
    const photos = [];
    for (const seed of [4, 7]) {
      const { image, points } = await practiceFace(model, space, seed, { size: 224, yaw: 0.1 });
      photos.push({ id: `face ${seed}`, image, points });
    }
    const bench = await openFreeMaps(model, space, photos);
    assert.deepEqual(
      bench.images.map(({ caption }) => caption).filter((caption) => caption.includes("photo")).length,
      4,
    );
    const { numTensors } = tf.memory();
    const { set, weights } = lossReadings.balanced;
    const all = await bench.move({ set, weights }, "all", 12);
    const less = await bench.move({ set, weights: { ...weights, imageGradient: 0 } }, "no Eq. 15", 12);
    assert.equal(tf.memory().numTensors, numTensors);
    for (const [i, face] of all.entries()) {
      assert.equal(face.id, photos[i].id);
      const [with15, without15] = [face, less[i]].map(({ shares }) => shares["albedoDetail.below4"]);
      assert.ok(with15 > without15 + 0.1, `${with15} with Eq. 15, ${without15} without`);
      assert.deepEqual(
        less[i].images.map(({ caption }) => caption),
        ["A′, no Eq. 15", "what A′ adds to A", "L′ on ½, no Eq. 15", "what L′ adds to L"],
      );
      for (const { image } of [...face.images, ...bench.images]) {
        assert.deepEqual([image.width, image.height], [320, 150]);
        assert.ok(image.data.every(Number.isFinite));
      }
    }
    const pulls = await bench.pulls({ set, weights });
    assert.ok(pulls.some(({ term, toAlbedo }) => term === "crossPerceptual" && toAlbedo > 0));
    await bench.dispose();
    space.dispose();
    model.dispose();
  });
});
