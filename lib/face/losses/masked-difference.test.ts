import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { softMask, uniformTensor } from "../../testing/every-loss.js";
import { mapOf, numberOf, twiceAsFine } from "../../testing/map-fixture.js";
import { maskedDifference, maskedDifferenceComposed } from "./masked-difference.js";

const shape: [number, number, number, number] = [2, 4, 5, 3];

describeOnEachEngine("masked difference", () => {
  for (const distance of ["square", "absolute", "norm"] as const) {
    it(`gives what operations one after the other give, and their gradients: ${distance}`, () => {
      tf.tidy(() => {
        const a = uniformTensor<tf.Rank.R4>(shape, 1);
        const others = [shape, [1, 4, 5, 3], [2, 1, 1, 3], [1, 1, 1, 3]] as const;
        for (const [seed, other] of others.entries()) {
          const b = uniformTensor<tf.Rank.R4>([...other], seed + 2);
          const masks = [softMask(1, 4, 5), softMask(2, 4, 5)];
          const ways = masks.flatMap((mask) => [[mask, "mask"] as const, [mask, "map"] as const]);
          for (const [mask, over] of ways) {
            const [fused, composed] = [maskedDifference, maskedDifferenceComposed].map((f) => {
              const threshold = distance === "norm" ? 0.5 : 0;
              const difference = (x: tf.Tensor, y: tf.Tensor) =>
                f === maskedDifference
                  ? maskedDifference(x as tf.Tensor4D, y as tf.Tensor4D, mask, { distance, threshold, over })
                  : maskedDifferenceComposed(x as tf.Tensor4D, y as tf.Tensor4D, mask, {
                      distance,
                      threshold,
                      over,
                    });
              const { value, grads } = tf.valueAndGrads(difference)([a, b]);
              return [value, ...grads].map((tensor) => tensor.dataSync());
            });
            for (const [i, values] of fused.entries()) assertClose(values, composed[i], 1e-6);
          }
        }
      });
    });

    it(`does not depend on the resolution: ${distance}`, () => {
      tf.tidy(() => {
        const [a, b, mask] = [
          uniformTensor<tf.Rank.R4>(shape, 1),
          uniformTensor<tf.Rank.R4>(shape, 2),
          softMask(2, 4, 5),
        ];
        const coarse = numberOf(maskedDifference(a, b, mask, { distance }));
        const fine = [a, b, mask].map(twiceAsFine) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
        assert.ok(Math.abs(numberOf(maskedDifference(...fine, { distance })) - coarse) < 1e-6);
      });
    });
  }

  it("of a batch is the mean of those of its images, whatever their masks", () => {
    tf.tidy(() => {
      const [a, b, mask] = [
        uniformTensor<tf.Rank.R4>(shape, 1),
        uniformTensor<tf.Rank.R4>(shape, 2),
        softMask(2, 4, 5),
      ];
      const one = (n: number) =>
        [a, b, mask].map((x) => tf.slice4d(x, [n, 0, 0, 0], [1, -1, -1, -1])) as [
          tf.Tensor4D,
          tf.Tensor4D,
          tf.Tensor4D,
        ];
      const singles = [0, 1].map((n) => numberOf(maskedDifference(...one(n))));
      assert.ok(Math.abs(numberOf(maskedDifference(a, b, mask)) - (singles[0] + singles[1]) / 2) < 1e-6);
    });
  });

  it("heeds nothing where the mask is 0, and has no gradient there; an image without mask adds 0", () => {
    tf.tidy(() => {
      const a = mapOf(shape, (x, _y, _c, n) => (x === 0 || n === 1 ? 9 : 0.5));
      const mask = mapOf([2, 4, 5, 1], (x, _y, _c, n) => Number(x > 0 && n === 0));
      for (const difference of [maskedDifference, maskedDifferenceComposed]) {
        const f = (x: tf.Tensor) => difference(x as tf.Tensor4D, tf.zeros([1, 1, 1, 3]), mask);
        const { value, grad } = tf.valueAndGrad(f)(a);
        assert.ok(Math.abs(numberOf(value) - 0.25 / 2) < 1e-6);
        const expected = tf.mul(tf.tile(mask, [1, 1, 1, 3]), (2 * 0.5) / (16 * 2 * 3));
        assertClose(grad.dataSync(), expected.dataSync(), 1e-7);
      }
    });
  });
});
