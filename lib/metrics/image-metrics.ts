/**
 * Differences between two pictures inside a mask, as in the paper's Table 3: L1, PSNR and SSIM. Encoded sRGB,
 * [height, width, 3], values in [0, 1]; the mask holds weights of 0 or 1, [height, width].
 */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

export interface ImageMetrics {
  /** Mean absolute difference. */
  readonly l1: number;
  /** dB, with a peak of 1. */
  readonly psnr: number;
  readonly ssim: number;
}

/** @param mask where to measure; everywhere if left out. An empty mask gives NaN. */
export function imageMetrics(a: Picture, b: Picture, mask?: Picture): ImageMetrics {
  return { l1: l1(a, b, mask), psnr: psnr(a, b, mask), ssim: ssim(a, b, mask) };
}

export function l1(a: Picture, b: Picture, mask?: Picture): number {
  checkSameSize(a, b, mask);
  return maskedMean(a, mask, (i) => Math.abs(clip(a.data[i]) - clip(b.data[i])));
}

/** `10 log10 (1 / mean squared error)`; infinite for equal pictures. */
export function psnr(a: Picture, b: Picture, mask?: Picture): number {
  checkSameSize(a, b, mask);
  return -10 * Math.log10(maskedMean(a, mask, (i) => (clip(a.data[i]) - clip(b.data[i])) ** 2));
}

/**
 * Structural similarity (Z. Wang et al., 2004): Gaussian window of 11 pixels and deviation 1.5, K1 0.01,
 * K2 0.03, on each colour, averaged over the mask. At the border the window is cut and renormalised.
 */
export function ssim(a: Picture, b: Picture, mask?: Picture): number {
  checkSameSize(a, b, mask);
  const [c1, c2] = [0.01 ** 2, 0.03 ** 2];
  const [x, y] = [a.data, b.data].map((data) => Float64Array.from(data, clip));
  const blur = (values: Float64Array) => gaussianBlur(values, a.width, a.height);
  const [mx, my] = [blur(x), blur(y)];
  const [xx, yy, xy] = [x.map((v) => v * v), y.map((v) => v * v), x.map((v, i) => v * y[i])].map(blur);
  return maskedMean(a, mask, (i) => {
    const product = mx[i] * my[i];
    const squares = mx[i] ** 2 + my[i] ** 2;
    const covariance = xy[i] - product;
    const variances = xx[i] + yy[i] - squares;
    return ((2 * product + c1) * (2 * covariance + c2)) / ((squares + c1) * (variances + c2));
  });
}

const clip = (value: number) => Math.min(Math.max(value, 0), 1);

function maskedMean({ data }: Picture, mask: Picture | undefined, value: (i: number) => number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    if (mask && mask.data[Math.floor(i / 3)] < 0.5) continue;
    sum += value(i);
    count++;
  }
  return sum / count;
}

function gaussianBlur(values: Float64Array, width: number, height: number): Float64Array {
  const kernel = Array.from({ length: 11 }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * 1.5 ** 2)));
  const pass = (source: Float64Array, step: number, length: number, place: (p: number) => number) =>
    source.map((_, i) => {
      const at = place(Math.floor(i / 3));
      let [sum, total] = [0, 0];
      for (let d = -5; d <= 5; d++) {
        if (at + d < 0 || at + d >= length) continue;
        sum += kernel[d + 5] * source[i + 3 * d * step];
        total += kernel[d + 5];
      }
      return sum / total;
    });
  const rows = pass(values, 1, width, (p) => p % width);
  return pass(rows, width, height, (p) => Math.floor(p / width));
}

function checkSameSize(a: Picture, b: Picture, mask?: Picture): void {
  for (const other of [b, ...(mask ? [mask] : [])]) {
    if (other.width !== a.width || other.height !== a.height) {
      throw new Error(
        `imageMetrics: pictures and mask should have one size but have ${a.width} x ${a.height} and ${other.width} x ${other.height}.`,
      );
    }
  }
}
