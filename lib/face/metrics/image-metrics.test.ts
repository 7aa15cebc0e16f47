import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { imageMetrics, l1, type Picture, psnr, ssim } from "./image-metrics.js";

function picture(width: number, height: number, value: (x: number, y: number, c: number) => number): Picture {
  const data = Float32Array.from({ length: width * height * 3 }, (_, i) => {
    const p = Math.floor(i / 3);
    return value(p % width, Math.floor(p / width), i % 3);
  });
  return { width, height, data };
}

function mask(width: number, height: number, inside: (x: number, y: number) => boolean): Picture {
  const data = Float32Array.from({ length: width * height }, (_, p) =>
    Number(inside(p % width, Math.floor(p / width))),
  );
  return { width, height, data };
}

const random = createRandom(1);
const noise = (width: number, height: number) => picture(width, height, () => random.uniform());
const close = (actual: number, expected: number, tolerance = 1e-6) =>
  assert.ok(Math.abs(actual - expected) < tolerance, `${actual} is not ${expected}`);

/** SSIM as its definition reads: at each pixel weighted moments over the 11 × 11 window around it. */
function ssimByDefinition(a: Picture, b: Picture, inside?: Picture): number {
  const { width, height } = a;
  const scores: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (inside && !inside.data[y * width + x]) continue;
      for (let c = 0; c < 3; c++) {
        const window: { w: number; p: number; q: number }[] = [];
        for (let dy = -5; dy <= 5; dy++) {
          for (let dx = -5; dx <= 5; dx++) {
            if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue;
            const i = 3 * ((y + dy) * width + x + dx) + c;
            window.push({ w: Math.exp(-(dx * dx + dy * dy) / 4.5), p: a.data[i], q: b.data[i] });
          }
        }
        const total = window.reduce((sum, { w }) => sum + w, 0);
        const mean = (f: (e: { p: number; q: number }) => number) =>
          window.reduce((sum, e) => sum + e.w * f(e), 0) / total;
        const [mp, mq] = [mean((e) => e.p), mean((e) => e.q)];
        const vp = mean((e) => (e.p - mp) ** 2);
        const vq = mean((e) => (e.q - mq) ** 2);
        const covariance = mean((e) => (e.p - mp) * (e.q - mq));
        const [c1, c2] = [1e-4, 9e-4];
        const luminance = (2 * mp * mq + c1) / (mp ** 2 + mq ** 2 + c1);
        scores.push((luminance * (2 * covariance + c2)) / (vp + vq + c2));
      }
    }
  }
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

describe("face/metrics/image-metrics", () => {
  it("L1 is the mean of |a − b| over pixels and colours", () => {
    const a = picture(2, 1, (x, _, c) => 0.1 * c + 0.5 * x);
    const b = picture(2, 1, () => 0.25);
    // |0, 0.1, 0.2 − 0.25| and |0.5, 0.6, 0.7 − 0.25|
    close(l1(a, b), (0.25 + 0.15 + 0.05 + 0.25 + 0.35 + 0.45) / 6);
  });

  it("PSNR is −10 log₁₀ of the mean square: 20 dB for 0.1, 6.02 for 0.5, infinite for equal pictures", () => {
    const a = picture(3, 2, () => 0.25);
    close(
      psnr(
        a,
        picture(3, 2, () => 0.35),
      ),
      20,
      1e-4,
    );
    close(
      psnr(
        a,
        picture(3, 2, () => 0.75),
      ),
      -10 * Math.log10(0.25),
      1e-4,
    );
    assert.equal(psnr(a, a), Number.POSITIVE_INFINITY);
    const half = picture(2, 1, (x) => 0.25 + 0.2 * x);
    close(
      psnr(
        half,
        picture(2, 1, () => 0.25),
      ),
      -10 * Math.log10(0.02),
      1e-4,
    );
  });

  it("SSIM of equal pictures is 1, and below 1 for others", () => {
    const a = noise(16, 13);
    assert.equal(ssim(a, a), 1);
    const grey = picture(16, 13, () => 0.5);
    close(ssim(grey, grey), 1, 1e-12);
    assert.ok(ssim(a, noise(16, 13)) < 0.2);
  });

  it("SSIM of two flat greys is their luminance term (2ab + C₁) / (a² + b² + C₁)", () => {
    const [a, b] = [picture(12, 12, () => 0.25), picture(12, 12, () => 0.5)];
    close(ssim(a, b), (2 * 0.125 + 1e-4) / (0.0625 + 0.25 + 1e-4), 1e-9);
  });

  it("SSIM agrees with its definition, window by window, with and without a mask", () => {
    const a = noise(17, 14);
    const b = picture(17, 14, (x, y, c) => {
      const blended = 0.6 * a.data[3 * (y * 17 + x) + c] + 0.4 * random.uniform();
      return 0.8 * blended + 0.1;
    });
    close(ssim(a, b), ssimByDefinition(a, b), 1e-9);
    const disc = mask(17, 14, (x, y) => Math.hypot(x - 8, y - 6) < 5);
    close(ssim(a, b, disc), ssimByDefinition(a, b, disc), 1e-9);
  });

  it("measures inside the mask alone: L1 and PSNR see nothing outside", () => {
    const a = picture(8, 8, (x) => (x < 4 ? 0.5 : 0));
    const b = picture(8, 8, (x) => (x < 4 ? 0.6 : 1));
    const left = mask(8, 8, (x) => x < 4);
    close(l1(a, b, left), 0.1);
    close(psnr(a, b, left), 20, 1e-4);
    close(l1(a, b), 0.55);
    assert.notEqual(imageMetrics(a, b, left).ssim, imageMetrics(a, b).ssim);
    const all = mask(8, 8, () => true);
    assert.deepEqual(imageMetrics(a, b, all), imageMetrics(a, b));
  });

  it("is NaN under an empty mask", () => {
    const a = noise(4, 4);
    assert.deepEqual(
      imageMetrics(
        a,
        a,
        mask(4, 4, () => false),
      ),
      {
        l1: Number.NaN,
        psnr: Number.NaN,
        ssim: Number.NaN,
      },
    );
  });

  it("does not mind the order of its pictures", () => {
    const [a, b] = [noise(12, 9), noise(12, 9)];
    const [there, back] = [imageMetrics(a, b), imageMetrics(b, a)];
    for (const key of ["l1", "psnr", "ssim"] as const) close(there[key], back[key], 1e-12);
  });

  it("clips to [0, 1], as a file would", () => {
    const [wild, tame] = [
      picture(8, 8, (x) => 3 * x - 9),
      picture(8, 8, (x) => Math.min(Math.max(3 * x - 9, 0), 1)),
    ];
    assert.deepEqual(imageMetrics(wild, tame), { l1: 0, psnr: Number.POSITIVE_INFINITY, ssim: 1 });
  });

  it("names sizes that differ", () => {
    const a = noise(4, 4);
    assert.throws(() => imageMetrics(a, noise(4, 5)), /imageMetrics: .*4 x 4 and 4 x 5/);
    assert.throws(
      () =>
        imageMetrics(
          a,
          a,
          mask(3, 4, () => true),
        ),
      /imageMetrics: .*4 x 4 and 3 x 4/,
    );
  });

  it("names sizes that differ from each of its functions", () => {
    const [a, b] = [noise(4, 4), noise(4, 5)];
    for (const metric of [l1, psnr, ssim]) assert.throws(() => metric(a, b), /4 x 4 and 4 x 5/);
  });
});
