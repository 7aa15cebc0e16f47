/**
 * Finds the triangle seen through each pixel's centre, by a z-buffer over plain typed arrays.
 *
 * Why it is fast: a vertex is projected once, not once a triangle; a triangle whose bounding box holds no pixel centre
 * is dropped before any set-up (a dense face has 0.4 pixels a triangle at 224 px); z/w and 1/w are affine on the screen,
 * so that nothing is divided per pixel. On a cap of 35,721 vertices and 70,688 triangles the C++ kernel of
 * tf_mesh_renderer took twice the time.
 *
 * Watertight: an edge's function is evaluated from its lower-numbered vertex, so that the two triangles which share the
 * edge get exactly opposite values, and a centre exactly on an edge belongs to the triangle for which that edge is at
 * its top or left.
 */
import { pixelX, pixelY } from "../scene/viewport.js";

export interface VisibilityOptions {
  readonly height: number;
  readonly width: number;
  readonly cullBackFaces: boolean;
}

export interface Visibility {
  readonly triangleId: Int32Array;
  readonly depth: Float32Array;
}

/** Vertices on the screen, in pixels; NaN, which no later comparison passes, where w is not above 0. */
interface Screen {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly inverseW: Float64Array;
}

interface Buffers {
  readonly width: number;
  readonly triangleId: Int32Array;
  readonly z: Float64Array;
  readonly inverseW: Float64Array;
}

/** Smaller than any edge value of a centre off the edge: turns `e > 0` into `e >= notOnEdge`. */
const notOnEdge = 1e-300;

/**
 * @param clip clip coordinates of one mesh, 4 a vertex
 * @param triangles 3 vertices a triangle, counter-clockwise as the viewer sees its front
 */
export function findVisible(
  clip: ArrayLike<number>,
  triangles: ArrayLike<number>,
  { height, width, cullBackFaces }: VisibilityOptions,
): Visibility {
  const screen = projectToScreen(clip, height, width);
  const triangleId = new Int32Array(height * width).fill(-1);
  const z = new Float64Array(height * width).fill(Number.POSITIVE_INFINITY);
  const buffers: Buffers = { width, triangleId, z, inverseW: new Float64Array(height * width) };
  const { x, y } = screen;
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
    // Twice the area; pixels have y down, so that counter-clockwise, the front, is negative.
    const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
    if (!(area < 0) && (cullBackFaces || !(area > 0))) continue; // back, zero or NaN
    const left = firstCentre(Math.min(x0, x1, x2));
    const right = lastCentre(Math.max(x0, x1, x2), width);
    if (!(left <= right)) continue;
    const top = firstCentre(Math.min(y0, y1, y2));
    const bottom = lastCentre(Math.max(y0, y1, y2), height);
    if (!(top <= bottom)) continue;
    fillTriangle(screen, buffers, t, i0, i1, i2, left, right, top, bottom);
  }
  return { triangleId, depth: depthOf(buffers) };
}

function projectToScreen(clip: ArrayLike<number>, height: number, width: number): Screen {
  const count = clip.length / 4;
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  const z = new Float64Array(count);
  const inverseW = new Float64Array(count);
  for (let i = 0, j = 0; i < count; i++, j += 4) {
    const inverse = clip[j + 3] > 0 ? 1 / clip[j + 3] : Number.NaN;
    inverseW[i] = inverse;
    x[i] = pixelX(clip[j] * inverse, width);
    y[i] = pixelY(clip[j + 1] * inverse, height);
    z[i] = clip[j + 2] * inverse;
  }
  return { x, y, z, inverseW };
}

/** First pixel of the screen whose centre is at or after the coordinate. */
function firstCentre(coordinate: number): number {
  return Math.max(Math.ceil(coordinate - 0.5), 0);
}

/** Last pixel of the screen whose centre is at or before the coordinate. */
function lastCentre(coordinate: number, size: number): number {
  return Math.min(Math.floor(coordinate - 0.5), size - 1);
}

/** Tests the pixel centres in a box against the triangle's three edges and its depth against the z-buffer. */
function fillTriangle(
  { x, y, z, inverseW }: Screen,
  out: Buffers,
  triangle: number,
  i0: number,
  i1: number,
  i2: number,
  left: number,
  right: number,
  top: number,
  bottom: number,
): void {
  const area = (x[i1] - x[i0]) * (y[i2] - y[i0]) - (x[i2] - x[i0]) * (y[i1] - y[i0]);
  const inside = area > 0 ? 1 : -1; // the sign that makes edge functions positive inside
  // Edge k is opposite corner k: e_k(p) = dx_k (p_y − y) − dy_k (p_x − x), with (x, y) the lower-numbered end.
  const dx0 = inside * (x[i2] - x[i1]);
  const dx1 = inside * (x[i0] - x[i2]);
  const dx2 = inside * (x[i1] - x[i0]);
  const dy0 = inside * (y[i2] - y[i1]);
  const dy1 = inside * (y[i0] - y[i2]);
  const dy2 = inside * (y[i1] - y[i0]);
  const least0 = ownsEdge(dx0, dy0) ? 0 : notOnEdge;
  const least1 = ownsEdge(dx1, dy1) ? 0 : notOnEdge;
  const least2 = ownsEdge(dx2, dy2) ? 0 : notOnEdge;
  const a0 = Math.min(i1, i2);
  const a1 = Math.min(i2, i0);
  const a2 = Math.min(i0, i1);
  const scale = inside / area;
  for (let row = top; row <= bottom; row++) {
    const r0 = dx0 * (row + 0.5 - y[a0]);
    const r1 = dx1 * (row + 0.5 - y[a1]);
    const r2 = dx2 * (row + 0.5 - y[a2]);
    for (let column = left; column <= right; column++) {
      const e0 = r0 - dy0 * (column + 0.5 - x[a0]);
      const e1 = r1 - dy1 * (column + 0.5 - x[a1]);
      const e2 = r2 - dy2 * (column + 0.5 - x[a2]);
      if (!(e0 >= least0 && e1 >= least1 && e2 >= least2)) continue;
      const depth = (e0 * z[i0] + e1 * z[i1] + e2 * z[i2]) * scale;
      const pixel = row * out.width + column;
      if (!(depth < out.z[pixel] && depth >= -1 && depth <= 1)) continue; // hidden, or nearer than near, or past far
      out.z[pixel] = depth;
      out.inverseW[pixel] = (e0 * inverseW[i0] + e1 * inverseW[i1] + e2 * inverseW[i2]) * scale;
      out.triangleId[pixel] = triangle;
    }
  }
}

/** The buffer holds 1/w, which is affine on the screen. */
function depthOf({ inverseW }: Buffers): Float32Array {
  const depth = new Float32Array(inverseW.length);
  for (let i = 0; i < depth.length; i++) if (inverseW[i] > 0) depth[i] = 1 / inverseW[i];
  return depth;
}

/** Whether an edge that runs along (dx, dy), its inside positive, is at its triangle's left or top. */
function ownsEdge(dx: number, dy: number): boolean {
  return dy < 0 || (dy === 0 && dx > 0);
}
