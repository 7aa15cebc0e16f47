import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { mapOf, numberOf, twiceAsFine } from "../../testing/map-fixture.js";
import { edgeAwareMask } from "./edge-aware-mask.js";
import { imageLoss } from "./image.js";

/** The right half of 32 × 32 pixels. */
const half = () => mapOf([1, 32, 32, 1], (x) => Number(x >= 16));
const row = (mask: tf.Tensor4D) => mask.dataSync().slice(16 * mask.shape[2], 17 * mask.shape[2]);

describeOnEachEngine("edge-aware mask", () => {
  it("is 0 outside, rises from the rim inward and is 1 a width of it away", () => {
    tf.tidy(() => {
      const weights = row(edgeAwareMask(half(), 1 / 8));
      assertClose(weights.slice(0, 16), new Float32Array(16), 0);
      assertClose(weights.slice(20, 32), new Float32Array(12).fill(1), 1e-6);
      for (let x = 16; x < 20; x++) assert.ok(weights[x] < weights[x + 1] || weights[x + 1] > 0.999);
      assert.ok(weights[16] < 0.5);
    });
  });

  it("falls over the same part of the picture at twice the resolution", () => {
    tf.tidy(() => {
      const [coarse, fine] = [half(), twiceAsFine(half())].map((mask) => row(edgeAwareMask(mask, 1 / 8)));
      for (let x = 0; x < 32; x++) {
        const mean = (fine[2 * x] + fine[2 * x + 1]) / 2;
        assert.ok(Math.abs(mean - coarse[x]) < 0.15, `${mean} and ${coarse[x]} at ${x}`);
      }
    });
  });

  it("lets a loss heed the rim less: an error there counts less than the same inside", () => {
    tf.tidy(() => {
      const mask = edgeAwareMask(half(), 1 / 8);
      const errorAt = (column: number) => {
        const rendered = mapOf([1, 32, 32, 3], (x) => Number(x === column));
        return numberOf(imageLoss(rendered, tf.zerosLike(rendered), mask));
      };
      assert.ok(errorAt(16) < 0.5 * errorAt(26));
    });
  });

  it("names a wrong shape", () => {
    tf.tidy(() => {
      assert.throws(
        () => edgeAwareMask(tf.ones([1, 4, 4, 3])),
        /^Error: edgeAwareMask: `faceMask` should have shape \[B, H, W, 1\] but has \[1,4,4,3\]\.$/,
      );
    });
  });
});
