import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { neutralCoefficients } from "../morphable-model/coefficients.js";
import { loadEmbeddedModel } from "../morphable-model/embedded-model.js";
import { createMorphableModel, type MorphableModel } from "../morphable-model/morphable-model.js";
import { coefficientTensors, poseFace, renderCoarse, seeFace } from "./face-geometry.js";

const size = 64;

describe("face/fitting/face-geometry", () => {
  let model: MorphableModel;

  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadEmbeddedModel());
  });

  after(() => {
    model.dispose();
  });

  it("moves the mean face by its pose alone: unit normals, vertices R v + t", () => {
    tf.tidy(() => {
      const turned = neutralCoefficients({
        angles: Float32Array.of(0, Math.PI / 2, 0),
        translation: Float32Array.of(1, 2, 3),
      });
      const [front, side] = [neutralCoefficients(), turned].map((c) =>
        poseFace(model, coefficientTensors([c])),
      );
      const [from, to] = [front.vertices.dataSync(), side.vertices.dataSync()];
      for (let v = 0; v < model.vertexCount; v += 97) {
        // A yaw of 90° carries z to x and x to −z.
        const expected = [from[3 * v + 2] + 1, from[3 * v + 1] + 2, 3 - from[3 * v]];
        expected.forEach((value, k) => {
          assert.ok(Math.abs(to[3 * v + k] - value) < 1e-5);
        });
      }
      const lengths = tf.norm(side.normals, 2, 2).dataSync();
      assert.ok(lengths.every((length) => Math.abs(length - 1) < 1e-4));
    });
  });

  it("renders a batch as it renders each face alone", () => {
    const random = createRandom(1);
    const faces = [0, 1].map(() =>
      neutralCoefficients({
        identity: random.normalArray(80),
        angles: Float32Array.of(0, 0.3 * random.normal(), 0),
      }),
    );
    tf.tidy(() => {
      const both = renderCoarse(model, coefficientTensors(faces), size).image;
      faces.forEach((face, i) => {
        const one = renderCoarse(model, coefficientTensors([face]), size).image;
        const part = tf.slice(both, [i, 0, 0, 0], [1, size, size, 3]);
        assert.ok(tf.max(tf.abs(tf.sub(one, part))).dataSync()[0] < 1e-5);
      });
    });
  });

  it("shows the albedo itself under the neutral light, and sees skin where skin is", async () => {
    const held = tf.memory().numTensors;
    const seen = await seeFace(model, neutralCoefficients(), size);
    assert.equal(tf.memory().numTensors, held, "no tensors are left behind");
    const albedo = tf.tidy(() => model.decodeAlbedo(tf.zeros([1, 80])).dataSync());
    let skin = 0;
    seen.triangleId.forEach((t, p) => {
      if (t < 0) {
        assert.deepEqual([...seen.image.slice(3 * p, 3 * p + 3)], [0, 0, 0]);
        assert.equal(seen.projected.data[p], 0);
        return;
      }
      assert.equal(seen.projected.data[p], model.data.skinTriangle[t]);
      skin += seen.projected.data[p];
      for (let k = 0; k < 3; k++) {
        const expected = [0, 1, 2].reduce(
          (sum, c) => sum + seen.barycentrics[3 * p + c] * albedo[3 * model.data.triangles[3 * t + c] + k],
          0,
        );
        assert.ok(Math.abs(seen.image[3 * p + k] - expected) < 1e-4);
      }
    });
    assert.ok(skin > 0.25 * size * size, `${skin} pixels of skin`);
  });
});
