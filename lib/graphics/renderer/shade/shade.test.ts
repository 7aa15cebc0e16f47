import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../../base/tensor/random.js";
import { assertClose, describeOnEachEngine, weightedSum } from "../../../testing/each-engine.js";
import { checkGradient } from "../../../testing/finite-differences.js";
import { shadingAt, type Vector } from "../../scene/light.js";
import { namedLights } from "../../scene/named-lights.js";
import { ambientWhite } from "../../scene/spherical-harmonics.js";
import { shade, shading } from "./shade.js";

const shape: [number, number, number, number] = [2, 2, 3, 3];
const random = createRandom(9);
const image = () => tf.tensor4d(random.normalArray(36), shape);

describeOnEachEngine("shade", () => {
  it("is albedo times Σ light Φ(n), Eq. 3, for normals of any length", () => {
    tf.tidy(() => {
      const [albedo, normals] = [image(), image()];
      const lights = [namedLights.window, namedLights.sunset];
      const [a, n] = [albedo.dataSync(), normals.dataSync()];
      const expected = Array.from({ length: 12 }, (_, p) => {
        const length = Math.hypot(...n.subarray(3 * p, 3 * p + 3));
        const unit = Array.from(n.subarray(3 * p, 3 * p + 3), (value) => value / length) as unknown as Vector;
        return shadingAt(lights[p < 6 ? 0 : 1], unit).map((value, c) => value * a[3 * p + c]);
      }).flat();
      const light = tf.tensor2d(lights.flat(), [2, 27]);
      assertClose(shade(albedo, normals, light).dataSync(), expected, 1e-6);
      const everywhere = tf.tile(tf.reshape<tf.Rank.R4>(light, [2, 1, 1, 27]), [1, 2, 3, 1]);
      assertClose(shade(albedo, normals, everywhere).dataSync(), expected, 1e-6);
      const one = tf.slice2d(light, [0, 0], [1, 27]);
      assertClose(shade(albedo, normals, one).dataSync().slice(0, 18), expected.slice(0, 18), 1e-6);
    });
  });

  it("renders the albedo itself under ambient white, and shading renders 1", () => {
    tf.tidy(() => {
      const [albedo, normals, light] = [image(), image(), tf.tensor2d([...ambientWhite], [1, 27])];
      assertClose(shade(albedo, normals, light).dataSync(), albedo.dataSync(), 1e-6);
      assertClose(shading(normals, light).dataSync(), new Float32Array(36).fill(1), 1e-6);
    });
  });

  it("has the gradient of its central differences, for one light, a batch of lights, a light a pixel", async () => {
    for (const lightShape of [
      [1, 27],
      [2, 27],
      [2, 2, 3, 27],
    ]) {
      // biome-ignore format: shapes
      const light = tf.tensor(random.normalArray(tf.util.sizeFromShape(lightShape)), lightShape);
      const normals = tf.tidy(() => tf.add(image(), tf.tensor1d([0, 0, 3])));
      const inputs = [image(), normals, light];
      const error = await checkGradient(
        (a, n, l) => weightedSum(shade(a as tf.Tensor4D, n as tf.Tensor4D, l as tf.Tensor2D)),
        inputs,
        { step: 2e-2, samples: 36 },
      );
      tf.dispose(inputs);
      assert.ok(error < 1e-2, `error ${error}`);
    }
  });

  it("is 0 with no gradient where there is no normal", () => {
    tf.tidy(() => {
      const [albedo, normals] = [image(), tf.zeros<tf.Rank.R4>(shape)];
      const light = tf.tensor2d([...namedLights.studio], [1, 27]);
      assertClose(shade(albedo, normals, light).dataSync(), new Float32Array(36), 0);
      const gradients = tf.grads((a, n, l) =>
        tf.sum(shade(a as tf.Tensor4D, n as tf.Tensor4D, l as tf.Tensor2D)),
      );
      for (const g of gradients([albedo, normals, light]))
        assert.ok(g.dataSync().every((value) => value === 0));
    });
  });

  it("names a wrong shape and leaves nothing behind but its result", () => {
    tf.tidy(() => {
      const [albedo, normals] = [image(), image()];
      const [light, wrong] = [tf.ones<tf.Rank.R2>([1, 27]), tf.ones<tf.Rank.R2>([1, 9])];
      const before = tf.memory().numTensors;
      assert.throws(
        () => shade(albedo, normals, wrong),
        /shade: `light` should have shape \[L, 27\] but has \[1,9\]/,
      );
      shade(albedo, normals, light).dispose();
      shading(normals, light).dispose();
      assert.equal(tf.memory().numTensors, before);
    });
  });
});
