/** Means over squares of a flat map, which counts as 0 beyond its rim. */

/** @param map [side * side] @param radius the squares are of 2 radius + 1 texels @returns [side * side] */
export function boxBlur(map: Float32Array, side: number, radius: number): Float32Array {
  const rows = new Float32Array(map.length);
  const out = new Float32Array(map.length);
  for (let y = 0; y < side; y++) runningMeans(map, rows, side, radius, y * side, 1);
  for (let x = 0; x < side; x++) runningMeans(rows, out, side, radius, x, side);
  return out;
}

function runningMeans(
  from: Float32Array,
  to: Float32Array,
  length: number,
  radius: number,
  start: number,
  step: number,
): void {
  const width = 2 * radius + 1;
  let sum = 0; // in double precision
  for (let i = 0; i < Math.min(radius, length); i++) sum += from[start + i * step];
  for (let i = 0; i < length; i++) {
    if (i + radius < length) sum += from[start + (i + radius) * step];
    if (i - radius - 1 >= 0) sum -= from[start + (i - radius - 1) * step];
    to[start + i * step] = sum / width;
  }
}
