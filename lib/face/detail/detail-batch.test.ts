import assert from "node:assert/strict";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { fixtureSample, fixtureSizes } from "../../testing/detail-fixture.js";
import { cutDetail } from "./detail-bands.js";
import { refinerInput } from "./detail-batch.js";
import { mapBases } from "./detail-maps.js";
import type { DetailSample } from "./detail-sample.js";

const { uvSize } = fixtureSizes;
const texels = uvSize * uvSize;

describe("face/detail/detail-batch", () => {
  let samples: DetailSample[];
  before(async () => {
    await prepareEngine("cpu");
    samples = await Promise.all([1, 2].map(fixtureSample));
  });
  const input = (base: (typeof mapBases)[number]) =>
    refinerInput(samples, [createRandom(1), createRandom(2)], base);

  it("shows the refiner prior albedo and texture, and with bands what is unexplained and seen", () => {
    const { maps } = input("direct");
    assert.deepEqual(maps.shape, [2, uvSize, uvSize, 6]);
    const decided = input("bands").maps;
    assert.deepEqual(decided.shape, [2, uvSize, uvSize, 10]);
    samples.forEach((sample, n) => {
      const { unexplained } = cutDetail(sample);
      for (let p = 0; p < texels; p++) {
        const at = n * texels + p;
        const own = decided.values.subarray(10 * at, 10 * at + 10);
        assert.deepEqual(own.subarray(0, 6), maps.values.subarray(6 * at, 6 * at + 6));
        assert.deepEqual(own.subarray(0, 3), sample.priorAlbedo.subarray(3 * p, 3 * p + 3));
        if (sample.seen[p]) assert.ok(Math.abs(own[4] - sample.texture[3 * p + 1] / 255) < 1e-6);
        assert.deepEqual(own.subarray(6, 9), unexplained.subarray(3 * p, 3 * p + 3));
        assert.equal(own[9], sample.seen[p]);
      }
    });
  });

  for (const base of mapBases) {
    it(`has the second face behind the first in all that the outputs differ from: ${base}`, () => {
      const { prior } = input(base);
      const second = refinerInput([samples[1]], [createRandom(2)], base).prior;
      const parts = ({ bands, ...maps }: typeof prior) =>
        Object.entries({ ...maps, ...bands }).filter(([name]) => name !== "count") as [
          string,
          Float32Array,
        ][];
      for (const [i, [name, values]] of parts(prior).entries()) {
        assert.deepEqual(values?.subarray(values.length / 2), parts(second)[i][1], name);
      }
    });
  }
});
