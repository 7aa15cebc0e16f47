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

/**
 * @param mask where to measure; everywhere if left out. An empty mask gives NaN.
 * @example
 * ```ts
 * import { imageMetrics, readImage } from "rerenderable";
 *
 * const { l1, psnr, ssim } = imageMetrics(await readImage("input.png"), await readImage("detailed.png"));
 * ```
 */
export function imageMetrics(a: Picture, b: Picture, mask?: Picture): ImageMetrics {
  return { l1: l1(a, b, mask), psnr: psnr(a, b, mask), ssim: ssim(a, b, mask) };
}

export function l1(a: Picture, b: Picture, mask?: Picture): number {
  checkSameSize(a, b, mask);
  return maskedMean(a, mask, (i) => Math.abs(clip(a.data[i]) - clip(b.data[i])));
}

/** `10 log10 (1 / mean squared error)`, which is infinite for equal pictures. */
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
  const [x, y, xx, yy, xy] = products(a.data, b.data).map((values) => blur(values, a.width, a.height));
  return maskedMean(a, mask, (i) => {
    const product = x[i] * y[i];
    const squares = x[i] * x[i] + y[i] * y[i];
    const covariance = xy[i] - product;
    const variances = xx[i] + yy[i] - squares;
    return ((2 * product + c1) * (2 * covariance + c2)) / ((squares + c1) * (variances + c2));
  });
}

/** The products x, y, x², y² and xy of values clipped to [0, 1]. */
function products(a: Float32Array, b: Float32Array): Float64Array[] {
  const all = Array.from({ length: 5 }, () => new Float64Array(a.length));
  const [x, y, xx, yy, xy] = all;
  for (let i = 0; i < a.length; i++) {
    x[i] = clip(a[i]);
    y[i] = clip(b[i]);
    xx[i] = x[i] * x[i];
    yy[i] = y[i] * y[i];
    xy[i] = x[i] * y[i];
  }
  return all;
}

const clip = (value: number) => Math.min(Math.max(value, 0), 1);

function maskedMean({ data }: Picture, mask: Picture | undefined, value: (i: number) => number): number {
  let [sum, count] = [0, 0];
  for (let p = 0; p < data.length / 3; p++) {
    if (mask && mask.data[p] < 0.5) continue;
    for (let i = 3 * p; i < 3 * p + 3; i++) sum += value(i);
    count += 3;
  }
  return sum / count;
}

const kernel = Float64Array.from({ length: 11 }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * 1.5 ** 2)));

function blur(values: Float64Array, width: number, height: number): Float64Array {
  return blurAlong(blurAlong(values, 3, width), 3 * width, height);
}

/** Blurs along the axis that has `length` values, `step` apart in the array. */
function blurAlong(source: Float64Array, step: number, length: number): Float64Array {
  const target = new Float64Array(source.length);
  const total = new Float64Array(length);
  for (let d = -5; d <= 5; d++)
    for (let at = Math.max(0, -d); at < length - Math.max(0, d); at++) total[at] += kernel[d + 5];
  const size = length * step;
  for (let start = 0; start < source.length; start += size) {
    for (let d = -5; d <= 5; d++) {
      const shift = d * step;
      const end = start + size - Math.max(0, shift);
      addShifted(target, source, kernel[d + 5], shift, start + Math.max(0, -shift), end);
    }
    for (let at = 0; at < length; at++) {
      const end = start + (at + 1) * step;
      for (let i = end - step; i < end; i++) target[i] /= total[at];
    }
  }
  return target;
}

/** The inner loop, in a function of its own so that it is compiled well at its first call. */
function addShifted(
  target: Float64Array,
  source: Float64Array,
  weight: number,
  shift: number,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) target[i] += weight * source[i + shift];
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
