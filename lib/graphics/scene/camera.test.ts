import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../base/tensor/random.js";
import { assertClose, describeOnEachEngine, weightedSum } from "../../testing/each-engine.js";
import { checkGradient } from "../../testing/finite-differences.js";
import { defaultCamera, projectToClip, projectToImage } from "./camera.js";
import { deviceX, deviceY, pixelX, pixelY } from "./viewport.js";

describe("viewport", () => {
  it("puts the top left corner, (−1, 1) in device coordinates, at pixel (0, 0), and back", () => {
    assert.deepEqual([pixelX(-1, 224), pixelY(1, 224)], [0, 0]);
    assert.deepEqual([pixelX(1, 224), pixelY(-1, 100)], [224, 100]);
    assert.ok(Math.abs(deviceX(pixelX(0.3, 224), 224) - 0.3) < 1e-12);
    assert.ok(Math.abs(deviceY(pixelY(0.3, 224), 224) - 0.3) < 1e-12);
  });
});

describeOnEachEngine("camera", () => {
  it("puts a point 1 right and 0.5 up of the origin 101.5 px right and 50.75 px above the middle", () => {
    tf.tidy(() => {
      const pixels = projectToImage(tf.tensor3d([[[1, 0.5, 0]]]));
      assertClose(pixels.dataSync(), [112 + 101.5, 112 - 50.75], 1e-4);
      const nearer = projectToImage(tf.tensor3d([[[1, 0.5, 2]]]), defaultCamera, 448);
      assertClose(nearer.dataSync(), [224 + 2030 / 8, 224 - 1015 / 8], 1e-3);
    });
  });

  it("has w = distance in front of the camera, and z/w = −1 at near, 1 at far", () => {
    tf.tidy(() => {
      const { distance, near, far, focal } = defaultCamera;
      const clip = projectToClip(tf.tensor3d([[[1, 2, distance - near], [0, 0, distance - far]]])); // biome-ignore format: two points
      const [x, y, z0, w0, , , z1, w1] = clip.dataSync();
      assertClose([x, y], [focal / 112, (2 * focal) / 112], 1e-5);
      assertClose([w0, w1, z0 / w0, z1 / w1], [near, far, -1, 1], 1e-5);
    });
  });

  it("has the gradient of its central differences", async () => {
    const vertices = tf.tensor3d(createRandom(4).normalArray(30), [2, 5, 3]);
    const clip = await checkGradient((v) => weightedSum(projectToClip(v as tf.Tensor3D)), [vertices]);
    const pixels = await checkGradient((v) => weightedSum(projectToImage(v as tf.Tensor3D)), [vertices], {
      step: 0.1,
    });
    vertices.dispose();
    assert.ok(clip < 2e-3 && pixels < 5e-3, `clip ${clip}, pixels ${pixels}`);
  });

  it("names a wrong shape and leaves no tensors behind", () => {
    const vertices = tf.zeros<tf.Rank.R3>([1, 4, 3]);
    const wrong = tf.zeros<tf.Rank.R3>([1, 4, 2]);
    const before = tf.memory().numTensors;
    assert.throws(
      () => projectToClip(wrong),
      /projectToClip: `vertices` should have shape \[B, N, 3\] but has \[1,4,2\]/,
    );
    projectToImage(vertices).dispose();
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([vertices, wrong]);
  });
});
