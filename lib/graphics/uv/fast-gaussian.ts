/**
 * Gaussian means of a flat map in a time that does not grow with their spread: three box means after each other. The ends
 * of each box count in part (Gwosdek et al. 2011), so that its variance is a third of the Gaussian's, whatever that is.
 * The map's rim is repeated beyond it, so that a map of ones stays one.
 */

/** Three times this box is nearly the Gaussian. */
interface Box {
  /** Texels on both sides that count whole. */
  readonly radius: number;
  /** How much the next texel on both sides counts. */
  readonly end: number;
  /** One over the sum of the weights. */
  readonly scale: number;
}

/**
 * @param map [side * side]
 * @param sigma standard deviation in texels, above 0
 * @returns [side * side]
 */
export function fastGaussian(map: Float32Array, side: number, sigma: number): Float32Array {
  const box = boxOf(sigma ** 2 / 3);
  const rows = new Float32Array(map.length);
  const out = new Float32Array(map.length);
  const length = side + 6 * (box.radius + 1);
  const lines = [new Float64Array(length), new Float64Array(length)] as const;
  for (let y = 0; y < side; y++) blurLine(map, rows, y * side, 1, side, box, lines);
  for (let x = 0; x < side; x++) blurLine(rows, out, x, side, side, box, lines);
  return out;
}

/** The variance of whole texels alone is radius (radius + 1) / 3; `end` adds what is missing. */
function boxOf(variance: number): Box {
  const radius = Math.floor((Math.sqrt(1 + 12 * variance) - 1) / 2);
  const width = 2 * radius + 1;
  const missing = variance - (radius * (radius + 1)) / 3;
  const end = (width * missing) / (2 * ((radius + 1) ** 2 - variance));
  return { radius, end, scale: 1 / (width + 2 * end) };
}

function blurLine(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  side: number,
  box: Box,
  [line, next]: readonly [Float64Array, Float64Array],
): void {
  const beyond = 3 * (box.radius + 1);
  line.fill(from[start], 0, beyond);
  for (let i = 0, o = start; i < side; i++, o += step) line[beyond + i] = from[o];
  line.fill(from[start + (side - 1) * step], beyond + side);
  const shorter = 2 * (box.radius + 1);
  boxMeans(line, next, side + 2 * shorter, box);
  boxMeans(next, line, side + shorter, box);
  boxMeans(line, next, side, box);
  for (let i = 0, o = start; i < side; i++, o += step) to[o] = next[i];
}

/** @param count of means; as many numbers more are read as a box has beyond its middle, on both sides */
function boxMeans(from: Float64Array, to: Float64Array, count: number, { radius, end, scale }: Box): void {
  const width = 2 * radius + 1;
  let whole = 0;
  for (let i = 1; i <= width; i++) whole += from[i];
  for (let i = 0; i < count; i++) {
    const last = from[i + width + 1];
    to[i] = scale * (whole + end * (from[i] + last));
    whole += last - from[i + 1];
  }
}
