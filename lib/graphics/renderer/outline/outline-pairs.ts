/**
 * Finds pairs of neighbouring pixels between which an outline passes, and decides which of the two is blended with
 * the other.
 */
import type { KernelArray, NumericArray } from "../../../base/engine/kernel-array.js";
import { clipSize, clipW, pixelX, pixelY } from "../../scene/viewport.js";
import { findOutline, type Outline, type ScreenMesh } from "./outline.js";

/** A tolerance for rounding, in pixels. */
const margin = 1e-3;

export interface OutlinePair {
  readonly outline: Outline;
  /**
   * The numbers of the two pixels in the batch: `near` is the pixel that shows the outline's own surface, `far` the
   * one behind.
   */
  readonly near: number;
  readonly far: number;
  /** The one of the two in which the crossing is. */
  readonly target: number;
  /** By how much the outline reaches beyond the middle between the two, −1/2 to 1/2. */
  readonly reach: number;
  readonly vertical: boolean;
  /** 1 if `far` is below or to the right of `near`, −1 if above or to the left. */
  readonly direction: number;
  /** The offset of the mesh's first clip coordinate in the batch. */
  readonly start: number;
}

/**
 * A slanted outline passes between the pixels of a row and between those of a column, but must count once. So each
 * pixel is blended with the neighbours of one direction only: that in which it would be blended more. Each blend is
 * weighted by the squared cosine between the line and the outline's normal. (nvdiffrast leaves out edges flatter than
 * 45°, one by one: a pixel with a flat edge on its row and a steep one in its column is then not blended at all.) So
 * the parts of a blend add to 1 at most, and pictures change little by little: while a head of 2,048 triangles turns
 * by 5° in 128 steps, no pixel of 64×64 changes by more than 0.15 in one step.
 * @param clip [B, N, 4]
 * @param triangleId,depth [B, H, W]
 * @param triangles,neighbours [F, 3]
 * @returns in a fixed order
 */
export function findOutlinePairs([
  clip,
  triangleId,
  depth,
  triangles,
  neighbours,
]: readonly KernelArray[]): OutlinePair[] {
  const [batch, height, width] = triangleId.shape;
  const size = clipSize * clip.shape[1];
  const pairs: OutlinePair[] = [];
  for (let n = 0; n < batch; n++) {
    const vertices = clip.values.subarray(n * size, (n + 1) * size);
    const mesh: ScreenMesh = {
      ...projectToScreen(vertices, height, width),
      triangles: triangles.values,
      neighbours: neighbours.values,
    };
    findPairs(mesh, triangleId, depth, n, n * size, pairs);
  }
  const alongRows = new Float64Array(batch * height * width);
  const alongColumns = new Float64Array(batch * height * width);
  for (const { vertical, target, reach, outline } of pairs) {
    (vertical ? alongColumns : alongRows)[target] += Math.abs(reach) / (1 + outline.slope ** 2);
  }
  return pairs.filter(({ vertical, target }) => alongColumns[target] > alongRows[target] === vertical);
}

function findPairs(
  mesh: ScreenMesh,
  triangleId: KernelArray,
  depth: KernelArray,
  image: number,
  start: number,
  pairs: OutlinePair[],
): void {
  const ids = triangleId.values;
  const distances = depth.values;
  const [, height, width] = triangleId.shape;
  const marks = markOutlines(mesh, height, width);
  const tryPair = (row: number, column: number, here: number, there: number, vertical: boolean) => {
    if (ids[here] === ids[there]) return;
    const hereIsNear = ids[there] < 0 || (ids[here] >= 0 && distances[here] <= distances[there]);
    const near = hereIsNear ? here : there;
    const far = hereIsNear ? there : here;
    const nearRow = vertical && !hereIsNear ? row + 1 : row;
    const nearColumn = vertical || hereIsNear ? column : column + 1;
    const direction = hereIsNear ? 1 : -1;
    const outline = findOutline(mesh, ids[near], nearRow, nearColumn, vertical, direction);
    if (!outline) return;
    const reach = outline.at - 0.5;
    pairs.push({ outline, near, far, target: reach < 0 ? near : far, reach, vertical, direction, start });
  };
  for (let row = 0, pixel = image * height * width; row < height; row++) {
    for (let column = 0; column < width; column++, pixel++) {
      if (marks[row * width + column] === 0) continue;
      if (column + 1 < width) tryPair(row, column, pixel, pixel + 1, false);
      if (row + 1 < height) tryPair(row, column, pixel, pixel + width, true);
    }
  }
}

/**
 * Marks the pixels from which an outline may be crossed on the way to the pixel to the right or below: those within
 * the bounds of an edge at which the surface ends or folds. Most pixels then need no walk: a closed mesh of 33 k
 * triangles takes 1.8 ms at 224 px, and 5 without these marks.
 */
function markOutlines(mesh: ScreenMesh, height: number, width: number): Uint8Array {
  const { x, y, triangles, neighbours } = mesh;
  const marks = new Uint8Array(height * width);
  for (let corner = 0; corner < neighbours.length; corner++) {
    const other = neighbours[corner];
    if (other > corner) continue; // this edge is visited later
    const start = corner - (corner % 3);
    const i = triangles[start + ((corner + 1) % 3)];
    const j = triangles[start + ((corner + 2) % 3)];
    if (other >= 0) {
      const k = triangles[corner];
      const l = triangles[other];
      const dx = x[j] - x[i];
      const dy = y[j] - y[i];
      const side = dx * (y[k] - y[i]) - dy * (x[k] - x[i]);
      const otherSide = dx * (y[l] - y[i]) - dy * (x[l] - x[i]);
      if (side * otherSide < 0) continue; // the surface goes on
    }
    const left = Math.max(Math.ceil(Math.min(x[i], x[j]) - 1.5 - margin), 0);
    const right = Math.min(Math.floor(Math.max(x[i], x[j]) - 0.5 + margin), width - 1);
    const top = Math.max(Math.ceil(Math.min(y[i], y[j]) - 1.5 - margin), 0);
    const bottom = Math.min(Math.floor(Math.max(y[i], y[j]) - 0.5 + margin), height - 1);
    for (let row = top; row <= bottom; row++) {
      if (left <= right) marks.fill(1, row * width + left, row * width + right + 1);
    }
  }
  return marks;
}

/** Projects vertices to pixels. A vertex that cannot be drawn gets NaN, and so none of its triangles is there. */
function projectToScreen(clip: NumericArray, height: number, width: number) {
  const x = new Float64Array(clip.length / clipSize);
  const y = new Float64Array(clip.length / clipSize);
  for (let i = 0, j = 0; i < x.length; i++, j += clipSize) {
    // A sum of four single-precision numbers, taken in double precision, is finite if they are finite.
    const finite = Number.isFinite(clip[j] + clip[j + 1] + clip[j + 2] + clip[j + clipW]);
    const inverse = finite && clip[j + clipW] > 0 ? 1 / clip[j + clipW] : Number.NaN;
    x[i] = pixelX(clip[j] * inverse, width);
    y[i] = pixelY(clip[j + 1] * inverse, height);
  }
  return { x, y };
}
