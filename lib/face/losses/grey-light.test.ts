import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { softMask, uniformTensor } from "../../testing/every-loss.js";
import { mapOf, numberOf } from "../../testing/map-fixture.js";
import { colourMeansComposed, greyLightLoss } from "./grey-light.js";

const colourOf = (c: number) => Math.floor(c / 9);

describeOnEachEngine("grey-light loss", () => {
  it("is the mean of (L[c, b] − 1/3 Σ_c L[c, b])² over texels, colours and bands", () => {
    tf.tidy(() => {
      // One band of nine has red 0.9, green 0.3, blue 0.3: 0.4, −0.2 and −0.2 from their mean.
      const light = Array.from({ length: 27 }, (_, i) => (i === 2 ? 0.9 : 0.3));
      const expected = (0.16 + 0.04 + 0.04) / 27;
      assertClose([numberOf(greyLightLoss(tf.tensor2d(light, [1, 27])))], [expected], 1e-7);
      const left = mapOf([1, 2, 2, 27], (x, _y, i) => (x === 0 ? light[i] : 0.3));
      assertClose([numberOf(greyLightLoss(left))], [expected / 2], 1e-7);
      assertClose(
        [
          numberOf(
            greyLightLoss(
              left,
              mapOf([1, 2, 2, 1], (x) => 1 - x),
            ),
          ),
        ],
        [expected],
        1e-7,
      );
      assertClose([numberOf(greyLightLoss(left, undefined, "absolute"))], [0.8 / 27 / 2], 1e-7);
    });
  });

  it("is 0, with no gradient, for grey light of any shape and brightness", () => {
    tf.tidy(() => {
      const grey = mapOf(
        [2, 3, 3, 27],
        (x, y, i, n) => Math.round(8 * Math.sin(x + 3 * y + (i % 9) + n)) / 8,
      );
      const { value, grad } = tf.valueAndGrad((x) => greyLightLoss(x as tf.Tensor4D, softMask(1, 3)))(grey);
      assertClose([numberOf(value), ...grad.dataSync()], new Float32Array(1 + grey.size), 1e-7);
      const red = mapOf([2, 3, 3, 27], (_x, _y, i) => (colourOf(i) === 0 ? 1 : 0));
      assertClose([numberOf(greyLightLoss(red))], [(4 / 9 + 1 / 9 + 1 / 9) / 3]);
    });
  });

  it("averages colours as operations one after the other do", () => {
    tf.tidy(() => {
      const light = uniformTensor<tf.Rank.R4>([2, 3, 3, 27], 1);
      const apart = tf.mean(tf.square(tf.sub(light, colourMeansComposed(light))));
      assertClose([numberOf(greyLightLoss(light))], apart.dataSync(), 1e-6);
    });
  });

  it("names a wrong shape", () => {
    tf.tidy(() => {
      assert.throws(
        () => greyLightLoss(tf.ones<tf.Rank.R2>([2, 9])),
        /^Error: greyLightLoss: `light` should have shape \[B, 27\] but has \[2,9\]\.$/,
      );
      assert.throws(
        () => greyLightLoss(tf.ones<tf.Rank.R4>([2, 3, 3, 27]), tf.ones([1, 4, 4, 1])),
        /^Error: greyLightLoss: `uvMask` should have shape \[1, U=3, U=3, 1\] but has \[1,4,4,1\]\.$/,
      );
    });
  });
});
