import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { fastGaussian } from "./fast-gaussian.js";
import { gaussianBlur } from "./gaussian-blur.js";
import { bandSpreads, countBands, cutIntoBands } from "./size-bands.js";

const side = 64;
const texels = side * side;

describe("graphics/uv/fast-gaussian", () => {
  it("is [1 4 1] / 6 three times at a spread of one, by hand", () => {
    const line = new Float32Array(texels);
    line[20 * side + 30] = 216 * 216;
    const blurred = fastGaussian(line, side, 1);
    // ([1 4 1] ∗ [1 4 1] ∗ [1 4 1])² × 1: 1 12 51 88 51 12 1 along each axis
    [88, 51, 12, 1, 0].forEach((wanted, i) => {
      assert.ok(Math.abs(blurred[20 * side + 30 + i] - 88 * wanted) < 1e-2, `${i}`);
      assert.ok(Math.abs(blurred[(20 - i) * side + 30] - 88 * wanted) < 1e-2, `${i}`);
    });
  });

  for (const sigma of [1, 2, 3.7, 8]) {
    it(`has the variance of the Gaussian, and its values to a seventh of the peak: spread ${sigma}`, () => {
      const wide = 128;
      const spot = new Float32Array(wide * wide);
      const middle = wide / 2;
      spot[middle * wide + middle] = 1;
      const [fast, exact] = [fastGaussian(spot, wide, sigma), gaussianBlur(spot, wide, sigma)];
      let [sum, square] = [0, 0];
      fast.forEach((value, p) => {
        sum += value;
        square += value * ((p % wide) - middle) ** 2;
      });
      assert.ok(Math.abs(sum - 1) < 1e-5, `${sum}`);
      assert.ok(Math.abs(square - sigma ** 2) < 1e-4 * Math.max(1, sigma ** 2), `${square}`);
      const worst = fast.reduce((most, value, p) => Math.max(most, Math.abs(value - exact[p])), 0);
      assert.ok(worst < 0.14 * fast[middle * wide + middle], `${worst}`);
    });
  }

  it("keeps what is even, to the rim", () => {
    const even = fastGaussian(new Float32Array(texels).fill(3), side, 5);
    assert.ok(even.every((value) => Math.abs(value - 3) < 1e-5));
  });
});

describe("graphics/uv/size-bands", () => {
  const map = createRandom(1).normalArray(3 * texels);
  const weight = Float32Array.from({ length: texels }, (_, p) =>
    Math.min(Math.max((p % side) / 20 - 1, 0), 1),
  );

  it("has the same sizes on the face whatever the map's, and none below a texel", () => {
    assert.deepEqual(bandSpreads(256), [1, 2, 4, 8, 16]);
    assert.deepEqual(bandSpreads(512), [2, 4, 8, 16, 32]);
    assert.deepEqual(bandSpreads(128), [1, 2, 4, 8]);
    assert.deepEqual(bandSpreads(96), [1.5, 3, 6]);
    assert.deepEqual([16, 64, 128, 256, 1024].map(countBands), [2, 4, 5, 6, 6]);
  });

  it("adds up to the weighted map, and is 0 where the weight is", () => {
    const count = countBands(side);
    const bands = cutIntoBands(map, weight, side);
    assert.equal(bands.length, texels * count * 3);
    for (let p = 0; p < texels; p++) {
      for (let c = 0; c < 3; c++) {
        const own = Array.from({ length: count }, (_, k) => bands[(p * count + k) * 3 + c]);
        const sum = own.reduce((total, value) => total + value, 0);
        assert.ok(Math.abs(sum - weight[p] * map[3 * p + c]) < 1e-5, `${p}`);
        if (weight[p] === 0) assert.ok(own.every((value) => Math.abs(value) === 0));
      }
    }
  });

  it("has a wave in the band of its size, and nothing of what has no weight", () => {
    const wave = new Float32Array(texels).map((_, p) => Math.sin((2 * Math.PI * (p % side)) / 16));
    const disturbed = wave.map((value, p) => (weight[p] === 0 ? 1000 : value));
    const [bands, same] = [wave, disturbed].map((one) => cutIntoBands(one, weight, side));
    assert.ok(same.every((value, i) => value === bands[i]));
    // A wave of 16 texels is left by means of 1 and 2, not by one of 4.
    const strength = Array.from({ length: 4 }, (_, k) =>
      Math.hypot(...Array.from({ length: side / 2 }, (_, i) => bands[(20 * side + side / 2 + i) * 4 + k])),
    );
    assert.equal(strength.indexOf(Math.max(...strength)), 2, `${strength}`);
  });

  it("agrees with the plain Gaussian means", () => {
    const smooth = gaussianBlur(map.subarray(0, texels), side, 1.5);
    const known = smooth.map((value, p) => value * weight[p]);
    const bands = cutIntoBands(smooth, weight, side);
    let finer = smooth;
    bandSpreads(side).forEach((spread, k) => {
      const norm = gaussianBlur(weight, side, spread);
      const mean = gaussianBlur(known, side, spread).map((value, p) => value / Math.max(norm[p], 1e-6));
      // The plain one sees nothing beyond the map, and so neither does its norm: compared away from the rim.
      for (let p = 0; p < texels; p++) {
        const [x, y] = [p % side, Math.floor(p / side)];
        if (Math.min(x, y, side - 1 - x, side - 1 - y) < 3 * spread) continue;
        const wanted = weight[p] * (finer[p] - mean[p]);
        assert.ok(Math.abs(bands[p * 4 + k] - wanted) < 0.02, `${k} ${p}: ${bands[p * 4 + k]}, ${wanted}`);
      }
      finer = mean;
    });
  });
});
