/**
 * Perspective-correct barycentrics of the visible triangles, with their gradient to the clip coordinates. The
 * visibility itself is taken as constant, as in Genova et al. 2018: a moving outline gives no gradient.
 *
 * With the corners' clip coordinates `x, y, w`, moved so that the pixel's centre `p` (device coordinates) is the
 * origin, `v = (x − w p_x, y − w p_y)`,
 *
 *     c_i = v_j × v_k      b_i = c_i / Σ c      (i, j, k cyclic)
 *
 * and no division by w is needed. With `h_i = (g_i − g·b) / Σ c` for an incoming gradient `g`,
 *
 *     ∂/∂v_0 = h_2 (y_1, −x_1) − h_1 (y_2, −x_2), and cyclic.
 *
 * Both loops are written out: calling a function for each pixel would double their time.
 */
import type * as tf from "@tensorflow/tfjs";
import { defineOp } from "../../base/engine/define-op.js";
import type { KernelArray, NumericArray } from "../../base/engine/kernel-array.js";
import { clipSize, clipW, deviceX, deviceY } from "../scene/viewport.js";
import { barycentricsGradientOnWebgpu, barycentricsOnWebgpu } from "./webgpu/barycentrics.js";

/**
 * The least height, in pixels, of a triangle that gives a gradient. A barycentric weight changes by 1/height for each
 * pixel that a corner moves away from the opposite edge, so the gradients of edge-on triangles would hide all others.
 * The limit is on the height and not on the area, which keeps small but well-shaped triangles (a dense mesh in a
 * small picture).
 */
const leastGradientHeight = 0.02;

/**
 * Finds where on their triangles the pixels' centres lie. Differentiable in `clip`.
 * @param clip [B, N, 4]
 * @param triangles int32, [F, 3]
 * @param triangleId the visible triangles, int32, [B, H, W], −1 where there is none
 * @returns barycentrics [B, H, W, 3] and depth (w) [B, H, W]; zeros where there is no triangle
 */
export function locateFragments(clip: tf.Tensor3D, triangles: tf.Tensor2D, triangleId: tf.Tensor3D) {
  const [barycentrics, depth] = barycentricsOp([clip, triangles, triangleId], {});
  return { barycentrics: barycentrics as tf.Tensor4D, depth: depth as tf.Tensor3D };
}

const barycentricsOp = defineOp({
  name: "Barycentrics",
  inputs: ["clip", "triangles", "triangleId"],
  outputs: ([, , triangleId]) => [
    { shape: [...triangleId, 3], dtype: "float32" },
    { shape: triangleId, dtype: "float32" },
  ],
  run: computeBarycentrics,
  webgpu: barycentricsOnWebgpu,
  gradient: (dy, saved) => ({ clip: () => barycentricsGradient([...dy, ...saved], {})[0] }),
});

const barycentricsGradient = defineOp({
  name: "BarycentricsGradient",
  inputs: ["dBarycentrics", "dDepth", "clip", "triangles", "triangleId"],
  outputs: ([, , clip]) => [{ shape: clip, dtype: "float32" }],
  run: computeGradient,
  webgpu: barycentricsGradientOnWebgpu(leastGradientHeight),
});

function computeBarycentrics(
  [clip, triangles, triangleId]: readonly KernelArray[],
  [{ values: b }, { values: depth }]: readonly KernelArray[],
): void {
  const v = clip.values;
  const corners = triangles.values;
  const ids = triangleId.values;
  const [batch, height, width] = triangleId.shape;
  for (let n = 0, pixel = 0; n < batch; n++) {
    const start = clipSize * n * clip.shape[1];
    for (let row = 0; row < height; row++) {
      const py = deviceY(row + 0.5, height);
      for (let column = 0; column < width; column++, pixel++) {
        const t = 3 * ids[pixel];
        if (t < 0) continue;
        const px = deviceX(column + 0.5, width);
        const i = start + clipSize * corners[t];
        const j = start + clipSize * corners[t + 1];
        const k = start + clipSize * corners[t + 2];
        const w0 = v[i + clipW];
        const w1 = v[j + clipW];
        const w2 = v[k + clipW];
        const x0 = v[i] - px * w0;
        const y0 = v[i + 1] - py * w0;
        const x1 = v[j] - px * w1;
        const y1 = v[j + 1] - py * w1;
        const x2 = v[k] - px * w2;
        const y2 = v[k + 1] - py * w2;
        const c0 = x1 * y2 - y1 * x2;
        const c1 = x2 * y0 - y2 * x0;
        const c2 = x0 * y1 - y0 * x1;
        const scale = 1 / (c0 + c1 + c2);
        b[3 * pixel] = c0 * scale;
        b[3 * pixel + 1] = c1 * scale;
        b[3 * pixel + 2] = c2 * scale;
        depth[pixel] = (c0 * w0 + c1 * w1 + c2 * w2) * scale; // Σ b w
      }
    }
  }
}

function computeGradient(
  [dBarycentrics, dDepth, clip, triangles, triangleId]: readonly KernelArray[],
  [{ values: sum }]: readonly KernelArray[],
): void {
  const g = dBarycentrics.values;
  const gDepth = dDepth.values;
  const v = clip.values;
  const corners = triangles.values;
  const ids = triangleId.values;
  const [batch, height, width] = triangleId.shape;
  for (let n = 0, pixel = 0; n < batch; n++) {
    const start = clipSize * n * clip.shape[1];
    for (let row = 0; row < height; row++) {
      const py = deviceY(row + 0.5, height);
      for (let column = 0; column < width; column++, pixel++) {
        const t = 3 * ids[pixel];
        if (t < 0) continue;
        const i = start + clipSize * corners[t];
        const j = start + clipSize * corners[t + 1];
        const k = start + clipSize * corners[t + 2];
        if (isSliver(v, i, j, k, height, width)) continue;
        const px = deviceX(column + 0.5, width);
        const w0 = v[i + clipW];
        const w1 = v[j + clipW];
        const w2 = v[k + clipW];
        const x0 = v[i] - px * w0;
        const y0 = v[i + 1] - py * w0;
        const x1 = v[j] - px * w1;
        const y1 = v[j + 1] - py * w1;
        const x2 = v[k] - px * w2;
        const y2 = v[k + 1] - py * w2;
        const c0 = x1 * y2 - y1 * x2;
        const c1 = x2 * y0 - y2 * x0;
        const c2 = x0 * y1 - y0 * x1;
        const scale = 1 / (c0 + c1 + c2);
        // The depth is Σ b w, so its gradient goes to both factors.
        const gd = gDepth[pixel];
        const g0 = g[3 * pixel] + gd * w0;
        const g1 = g[3 * pixel + 1] + gd * w1;
        const g2 = g[3 * pixel + 2] + gd * w2;
        const mean = (g0 * c0 + g1 * c1 + g2 * c2) * scale;
        const h0 = (g0 - mean) * scale;
        const h1 = (g1 - mean) * scale;
        const h2 = (g2 - mean) * scale;
        const dx0 = h2 * y1 - h1 * y2;
        const dy0 = h1 * x2 - h2 * x1;
        sum[i] += dx0;
        sum[i + 1] += dy0;
        sum[i + clipW] += gd * c0 * scale - px * dx0 - py * dy0;
        const dx1 = h0 * y2 - h2 * y0;
        const dy1 = h2 * x0 - h0 * x2;
        sum[j] += dx1;
        sum[j + 1] += dy1;
        sum[j + clipW] += gd * c1 * scale - px * dx1 - py * dy1;
        const dx2 = h1 * y0 - h0 * y1;
        const dy2 = h0 * x1 - h1 * x0;
        sum[k] += dx2;
        sum[k + 1] += dy2;
        sum[k + clipW] += gd * c2 * scale - px * dx2 - py * dy2;
      }
    }
  }
}

/** Whether the triangle's least height on the screen is below `leastGradientHeight`. */
function isSliver(v: NumericArray, i: number, j: number, k: number, height: number, width: number): boolean {
  const w0 = v[i + clipW];
  const w1 = v[j + clipW];
  const w2 = v[k + clipW];
  // The edges in pixels, times w0 w1 w2, which spares six divisions.
  const sx = (width / 2) * w2;
  const sy = (height / 2) * w2;
  const ax = sx * (v[j] * w0 - v[i] * w1);
  const ay = sy * (v[j + 1] * w0 - v[i + 1] * w1);
  const tx = (width / 2) * w1;
  const ty = (height / 2) * w1;
  const bx = tx * (v[k] * w0 - v[i] * w2);
  const by = ty * (v[k + 1] * w0 - v[i + 1] * w2);
  const cx = bx - ax;
  const cy = by - ay;
  const area = ax * by - bx * ay;
  const longest = Math.max(ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy);
  const least = leastGradientHeight * w0 * w1 * w2;
  return area * area < least * least * longest;
}
