/**
 * Finds the triangle seen through each pixel's centre, by a z-buffer over plain typed arrays.
 *
 * It is fast for three reasons. A vertex is projected once, not once for each of its triangles. A triangle whose
 * bounding box holds no pixel centre is dropped before any other work (a dense face has 0.4 pixels a triangle at 224
 * px). And z/w is affine on the screen, so there is no division per pixel.
 *
 * It leaves no gaps: the function of an edge is evaluated from its lower-numbered vertex, so the two triangles that
 * share the edge get exactly opposite values. A centre exactly on an edge belongs to the triangle that has this edge
 * at its top or left.
 */
import { clipSize, clipW, pixelX, pixelY } from "../scene/viewport.js";

export interface VisibilityOptions {
  readonly height: number;
  readonly width: number;
  readonly cullBackFaces: boolean;
}

/**
 * Vertices on the screen, in pixels. Where w is not finite or not above 0 they are NaN, and every later comparison
 * fails.
 */
interface Screen {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
}

/** Smaller than any edge value of a centre that is off the edge: it turns `e > 0` into `e >= notOnEdge`. */
const notOnEdge = 1e-300;

/**
 * One long loop: with the inner half as a function of its own, called for a triangle in two, it took 1.25 times as long
 * (2.8 ms, not 2.3, for 70,688 triangles at 224 px), and `Math.min` of three numbers costs more than two comparisons.
 * @param clip clip coordinates of one mesh, 4 a vertex
 * @param triangles 3 vertices a triangle, counter-clockwise as the viewer sees its front
 * @returns the triangle of each pixel, −1 where there is none
 */
export function findVisible(
  clip: ArrayLike<number>,
  triangles: ArrayLike<number>,
  { height, width, cullBackFaces }: VisibilityOptions,
): Int32Array {
  const { x, y, z } = projectToScreen(clip, height, width);
  const triangleId = new Int32Array(height * width).fill(-1);
  const nearest = new Float64Array(height * width).fill(2);
  const lastColumn = width - 1;
  const lastRow = height - 1;
  for (let t = 0, k = 0; k < triangles.length; t++, k += 3) {
    const i0 = triangles[k];
    const i1 = triangles[k + 1];
    const i2 = triangles[k + 2];
    const x0 = x[i0];
    const x1 = x[i1];
    const x2 = x[i2];
    const y0 = y[i0];
    const y1 = y[i1];
    const y2 = y[i2];
    // Twice the signed area; pixels have y down, so that counter-clockwise, the front, is negative.
    const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
    if (!(area < 0) && (cullBackFaces || !(area > 0))) continue; // back, zero or NaN
    // The pixels of the screen whose centres are in the triangle's box.
    let low = x0 < x1 ? x0 : x1;
    if (x2 < low) low = x2;
    let high = x0 > x1 ? x0 : x1;
    if (x2 > high) high = x2;
    const left = low > 0.5 ? Math.ceil(low - 0.5) : 0;
    const right = high < lastColumn ? Math.floor(high - 0.5) : lastColumn;
    if (!(left <= right)) continue;
    low = y0 < y1 ? y0 : y1;
    if (y2 < low) low = y2;
    high = y0 > y1 ? y0 : y1;
    if (y2 > high) high = y2;
    const top = low > 0.5 ? Math.ceil(low - 0.5) : 0;
    const bottom = high < lastRow ? Math.floor(high - 0.5) : lastRow;
    if (!(top <= bottom)) continue;
    const inside = area > 0 ? 1 : -1; // this sign makes edge functions positive inside
    // Edge k is opposite corner k: e_k(p) = dx_k (p_y − v_k) − dy_k (p_x − u_k), with (u, v) the lower-numbered end.
    const dx0 = inside * (x2 - x1);
    const dx1 = inside * (x0 - x2);
    const dx2 = inside * (x1 - x0);
    const dy0 = inside * (y2 - y1);
    const dy1 = inside * (y0 - y2);
    const dy2 = inside * (y1 - y0);
    const least0 = ownsEdge(dx0, dy0) ? 0 : notOnEdge;
    const least1 = ownsEdge(dx1, dy1) ? 0 : notOnEdge;
    const least2 = ownsEdge(dx2, dy2) ? 0 : notOnEdge;
    // Pixel numbers stand for centres: the half is subtracted from the edges' ends, once.
    const u0 = (i1 < i2 ? x1 : x2) - 0.5;
    const v0 = (i1 < i2 ? y1 : y2) - 0.5;
    const u1 = (i2 < i0 ? x2 : x0) - 0.5;
    const v1 = (i2 < i0 ? y2 : y0) - 0.5;
    const u2 = (i0 < i1 ? x0 : x1) - 0.5;
    const v2 = (i0 < i1 ? y0 : y1) - 0.5;
    const scale = inside / area;
    const z0 = z[i0] * scale;
    const z1 = z[i1] * scale;
    const z2 = z[i2] * scale;
    for (let row = top; row <= bottom; row++) {
      const r0 = dx0 * (row - v0);
      const r1 = dx1 * (row - v1);
      const r2 = dx2 * (row - v2);
      for (let column = left, pixel = row * width + left; column <= right; column++, pixel++) {
        const e0 = r0 - dy0 * (column - u0);
        const e1 = r1 - dy1 * (column - u1);
        const e2 = r2 - dy2 * (column - u2);
        if (!(e0 >= least0 && e1 >= least1 && e2 >= least2)) continue;
        const depth = e0 * z0 + e1 * z1 + e2 * z2;
        if (!(depth < nearest[pixel] && depth >= -1 && depth <= 1)) continue; // hidden, or nearer than near, or past far
        nearest[pixel] = depth;
        triangleId[pixel] = t;
      }
    }
  }
  return triangleId;
}

function projectToScreen(clip: ArrayLike<number>, height: number, width: number): Screen {
  const count = clip.length / clipSize;
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  const z = new Float64Array(count);
  for (let i = 0, j = 0; i < count; i++, j += clipSize) {
    const w = clip[j + clipW];
    const inverse = w > 0 && w < Number.POSITIVE_INFINITY ? 1 / w : Number.NaN;
    x[i] = pixelX(clip[j] * inverse, width);
    y[i] = pixelY(clip[j + 1] * inverse, height);
    z[i] = clip[j + 2] * inverse;
  }
  return { x, y, z };
}

/** Whether an edge that runs along (dx, dy), with its positive side inside, is at its triangle's left or top. */
function ownsEdge(dx: number, dy: number): boolean {
  return dy < 0 || (dy === 0 && dx > 0);
}
