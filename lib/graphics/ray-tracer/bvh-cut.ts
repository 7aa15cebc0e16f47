/**
 * Decides where to cut a set of triangles in two, by the surface area heuristic over bins (Wald 2007, "On fast
 * Construction of SAH-based Bounding Volume Hierarchies"): a cut costs, for each side, the area of its box times its
 * number of triangles.
 */
import { boxSize, emptyBox, type TriangleBoxes, widen } from "./triangle-boxes.js";

export interface Cut {
  readonly axis: number;
  /** Triangles whose middle, taken twice, is less than this are on the first side. */
  readonly at: number;
  readonly cost: number;
}

const bins = 16;

/** Room for the bins; it is used again for every cut. */
export interface Bins {
  readonly boxes: Float64Array;
  readonly counts: Int32Array;
  readonly costs: Float64Array;
  readonly side: Float64Array;
}

export function createBins(): Bins {
  return {
    boxes: new Float64Array(boxSize * bins),
    counts: new Int32Array(bins),
    costs: new Float64Array(bins),
    side: new Float64Array(boxSize),
  };
}

/**
 * @param room is overwritten
 * @param order numbers of triangles; those from `from` to before `to` are cut
 * @returns undefined if all their middles are one point
 */
export function cheapestCut(
  room: Bins,
  { boxes, middles }: TriangleBoxes,
  order: Int32Array,
  from: number,
  to: number,
): Cut | undefined {
  let best: Cut | undefined;
  const { costs } = room;
  for (let axis = 0; axis < 3; axis++) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = from; i < to; i++) {
      const middle = middles[3 * order[i] + axis];
      if (middle < low) low = middle;
      if (middle > high) high = middle;
    }
    const scale = bins / (high - low);
    if (!(scale < Infinity)) continue;
    for (let b = 0; b < bins; b++) emptyBox(room.boxes, boxSize * b);
    room.counts.fill(0);
    for (let i = from; i < to; i++) {
      const t = order[i];
      const bin = Math.min(Math.floor((middles[3 * t + axis] - low) * scale), bins - 1);
      room.counts[bin]++;
      widen(room.boxes, boxSize * bin, boxes, boxSize * t);
    }
    costs.fill(0);
    addSide(room, 0, 1);
    addSide(room, bins - 1, -1);
    for (let b = 0; b + 1 < bins; b++) {
      if (!best || costs[b] < best.cost) best = { axis, at: low + (b + 1) / scale, cost: costs[b] };
    }
  }
  return best;
}

/**
 * Adds to `costs[b]`, the cost of the cut right of bin b, the share of its first side (step 1 from the first bin) or
 * of its second side (−1 from the last bin).
 */
function addSide({ boxes, counts, costs, side }: Bins, start: number, step: 1 | -1): void {
  emptyBox(side, 0);
  let triangles = 0;
  for (let k = 0, b = start; k + 1 < bins; k++, b += step) {
    widen(side, 0, boxes, boxSize * b);
    triangles += counts[b];
    if (triangles === 0) continue;
    const x = side[3] - side[0];
    const y = side[4] - side[1];
    const z = side[5] - side[2];
    costs[step > 0 ? b : b - 1] += triangles * (x * y + y * z + z * x);
  }
}
