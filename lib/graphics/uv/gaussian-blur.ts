/** Gaussian means of a flat map, which counts as 0 beyond its rim. */

/**
 * @param map [side * side]
 * @param sigma standard deviation in texels, above 0; the weights end at 3 sigma and add up to 1
 * @returns [side * side]
 */
export function gaussianBlur(map: Float32Array, side: number, sigma: number): Float32Array {
  const radius = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const kernel = Float64Array.from(weights, (weight) => weight / total);
  const rows = new Float32Array(map.length);
  const out = new Float32Array(map.length);
  for (let y = 0; y < side; y++) weighted(map, rows, side, kernel, y * side, 1);
  for (let x = 0; x < side; x++) weighted(rows, out, side, kernel, x, side);
  return out;
}

function weighted(
  from: Float32Array,
  to: Float32Array,
  length: number,
  kernel: Float64Array,
  start: number,
  step: number,
): void {
  const radius = (kernel.length - 1) / 2;
  for (let i = 0; i < length; i++) {
    const [first, last] = [Math.max(i - radius, 0), Math.min(i + radius, length - 1)];
    let sum = 0; // in double precision
    for (let j = first; j <= last; j++) sum += kernel[j - i + radius] * from[start + j * step];
    to[start + i * step] = sum;
  }
}
