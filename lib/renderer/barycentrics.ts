/**
 * Perspective-correct barycentrics of the visible triangles, with their gradient to the clip coordinates. The
 * visibility itself is held fixed, as in Genova et al. 2018: an outline that moves has no gradient.
 *
 * With corners `v = (x, y, w)` and the pixel's ray `p = (x, y, 1)` in device coordinates,
 *
 *     c_i = det(p, v_j, v_k)      b_i = c_i / Σ c      (i, j, k cyclic)
 *
 * needs no division by w. With `h_i = (g_i − g·b) / Σ c` for an incoming gradient `g`,
 *
 *     ∂/∂v_0 = p × (h_1 v_2 − h_2 v_1), and cyclic.
 */
import { defineOp, type KernelArray, type NumericArray } from "../engine/define-op.js";
import { deviceX, deviceY } from "../scene/viewport.js";

/**
 * A barycentric weight changes by 1/height for each pixel that a corner moves across the opposite edge, so that edge-on
 * triangles would drown the gradient of all others. Triangles whose least height on the screen is below this many pixels
 * give no gradient. Height, not area: small but well-shaped triangles (a dense mesh in a small picture) are kept.
 */
export const leastGradientHeight = 0.02;

/** `[clip [B, N, 4], triangles [F, 3], triangleId [B, H, W]]` to `[barycentrics [B, H, W, 3]]`; gradient to `clip`. */
export const barycentricsOf = defineOp({
  name: "Barycentrics",
  inputs: ["clip", "triangles", "triangleId"],
  outputs: ([, , triangleId]) => [{ shape: [...triangleId, 3], dtype: "float32" }],
  run: computeBarycentrics,
  gradient: ([dy], saved) => ({ clip: () => barycentricsGradient([dy, ...saved], {})[0] }),
});

const barycentricsGradient = defineOp({
  name: "BarycentricsGradient",
  inputs: ["dy", "clip", "triangles", "triangleId"],
  outputs: ([, clip]) => [{ shape: clip, dtype: "float32" }],
  run: computeGradient,
});

function computeBarycentrics([clip, ...rest]: readonly KernelArray[], [out]: readonly KernelArray[]): void {
  const v = clip.values;
  const b = out.values;
  const [, height, width] = rest[1].shape;
  forEachFragment(clip.shape, rest, (pixel, row, column, i, j, k) => {
    const px = deviceX(column + 0.5, width);
    const py = deviceY(row + 0.5, height);
    const c0 = determinant(px, py, v[j], v[j + 1], v[j + 3], v[k], v[k + 1], v[k + 3]);
    const c1 = determinant(px, py, v[k], v[k + 1], v[k + 3], v[i], v[i + 1], v[i + 3]);
    const c2 = determinant(px, py, v[i], v[i + 1], v[i + 3], v[j], v[j + 1], v[j + 3]);
    const scale = 1 / (c0 + c1 + c2);
    b[3 * pixel] = c0 * scale;
    b[3 * pixel + 1] = c1 * scale;
    b[3 * pixel + 2] = c2 * scale;
  });
}

function computeGradient([dy, clip, ...rest]: readonly KernelArray[], [out]: readonly KernelArray[]): void {
  const g = dy.values;
  const v = clip.values;
  const sum = out.values;
  const [, height, width] = rest[1].shape;
  forEachFragment(clip.shape, rest, (pixel, row, column, i, j, k) => {
    if (isSliver(v, i, j, k, height, width)) return;
    const px = deviceX(column + 0.5, width);
    const py = deviceY(row + 0.5, height);
    const x0 = v[i];
    const y0 = v[i + 1];
    const w0 = v[i + 3];
    const x1 = v[j];
    const y1 = v[j + 1];
    const w1 = v[j + 3];
    const x2 = v[k];
    const y2 = v[k + 1];
    const w2 = v[k + 3];
    const c0 = determinant(px, py, x1, y1, w1, x2, y2, w2);
    const c1 = determinant(px, py, x2, y2, w2, x0, y0, w0);
    const c2 = determinant(px, py, x0, y0, w0, x1, y1, w1);
    const scale = 1 / (c0 + c1 + c2);
    const o = 3 * pixel;
    const mean = (g[o] * c0 + g[o + 1] * c1 + g[o + 2] * c2) * scale;
    const h0 = (g[o] - mean) * scale;
    const h1 = (g[o + 1] - mean) * scale;
    const h2 = (g[o + 2] - mean) * scale;
    addCross(sum, i, px, py, h1 * x2 - h2 * x1, h1 * y2 - h2 * y1, h1 * w2 - h2 * w1);
    addCross(sum, j, px, py, h2 * x0 - h0 * x2, h2 * y0 - h0 * y2, h2 * w0 - h0 * w2);
    addCross(sum, k, px, py, h0 * x1 - h1 * x0, h0 * y1 - h1 * y0, h0 * w1 - h1 * w0);
  });
}

/** Visits covered pixels with the offsets of their corners' clip coordinates. Whole numbers only: V8 boxes others. */
function forEachFragment(
  [, vertexCount]: readonly number[],
  [triangles, triangleId]: readonly KernelArray[],
  visit: (pixel: number, row: number, column: number, i: number, j: number, k: number) => void,
): void {
  const corners = triangles.values;
  const ids = triangleId.values;
  const [batch, height, width] = triangleId.shape;
  for (let n = 0, pixel = 0; n < batch; n++) {
    const start = 4 * n * vertexCount;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++, pixel++) {
        const t = 3 * ids[pixel];
        if (t < 0) continue;
        const i = start + 4 * corners[t];
        visit(pixel, row, column, i, start + 4 * corners[t + 1], start + 4 * corners[t + 2]);
      }
    }
  }
}

/** `det(p, v_a, v_b)`, `p = (x, y, 1)`, `v = (x, y, w)`. */
function determinant(
  px: number,
  py: number,
  xa: number,
  ya: number,
  wa: number,
  xb: number,
  yb: number,
  wb: number,
): number {
  return px * (ya * wb - wa * yb) + py * (wa * xb - xa * wb) + (xa * yb - ya * xb);
}

/** Adds `p × (x, y, w)` to the (x, y, w) at an offset. */
function addCross(
  sum: NumericArray,
  at: number,
  px: number,
  py: number,
  x: number,
  y: number,
  w: number,
): void {
  sum[at] += py * w - y;
  sum[at + 1] += x - px * w;
  sum[at + 3] += px * y - py * x;
}

/** Whether the triangle's least height on the screen is below `leastGradientHeight`. */
function isSliver(v: NumericArray, i: number, j: number, k: number, height: number, width: number): boolean {
  const w0 = v[i + 3];
  const w1 = v[j + 3];
  const w2 = v[k + 3];
  const sx = width / 2;
  const sy = height / 2;
  const x0 = v[i] / w0;
  const y0 = v[i + 1] / w0;
  const ax = sx * (v[j] / w1 - x0);
  const ay = sy * (v[j + 1] / w1 - y0);
  const bx = sx * (v[k] / w2 - x0);
  const by = sy * (v[k + 1] / w2 - y0);
  const area = ax * by - bx * ay;
  const cx = bx - ax;
  const cy = by - ay;
  const longest = Math.max(ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy);
  return area * area < leastGradientHeight * leastGradientHeight * longest;
}
