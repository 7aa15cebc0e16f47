/** A tree of boxes over a mesh's triangles (bounding volume hierarchy): a ray meets a few of them instead of all. */
import { type Bins, cheapestCut, createBins } from "./bvh-cut.js";
import { slotSize } from "./ray-triangle.js";
import { boxSize, emptyBox, measureTriangles, type TriangleBoxes, widen } from "./triangle-boxes.js";

export interface Bvh {
  /** The lower corner, then the upper corner of each node's box, 6 numbers a node; the root is the first. */
  readonly bounds: Float64Array;
  /** The number of triangles of a leaf; 0 for a fork. */
  readonly count: Int32Array;
  /** For a leaf, its first slot in `corners`; for a fork, its second child (its first child is the node after it). */
  readonly next: Int32Array;
  /** The axis along which a fork's first child comes before its second. */
  readonly axis: Uint8Array;
  /** The triangles' corners in the order of the leaves, 9 numbers a slot. */
  readonly corners: Float64Array;
  /** The mesh's number of the triangle in each slot. */
  readonly triangle: Int32Array;
  /** Room for the nodes that a walk still has to visit. */
  readonly stack: Int32Array;
}

const mostInLeaf = 4;

/** The tree while it grows; `order` holds the triangles that are being cut. */
interface Growth extends Pick<Bvh, "bounds" | "count" | "next" | "axis"> {
  readonly measured: TriangleBoxes;
  readonly bins: Bins;
  readonly order: Int32Array;
  nodes: number;
  depth: number;
}

/**
 * Builds the tree. Triangles without area, or with a corner that is not finite, are left out: no ray meets them.
 * @param vertices [N, 3]
 * @param triangles vertex numbers in 0 to N−1, [F, 3]
 */
export function buildBvh(vertices: ArrayLike<number>, triangles: ArrayLike<number>): Bvh {
  const measured = measureTriangles(vertices, triangles);
  const order = measured.proper.slice();
  const room = Math.max(2 * order.length - 1, 1);
  const growth: Growth = {
    measured,
    bins: createBins(),
    order,
    bounds: new Float64Array(boxSize * room),
    count: new Int32Array(room),
    next: new Int32Array(room),
    axis: new Uint8Array(room),
    nodes: 0,
    depth: 0,
  };
  grow(growth, 0, order.length, 1);
  const corners = new Float64Array(slotSize * order.length);
  for (let slot = 0, o = 0; slot < order.length; slot++) {
    for (let k = 0; k < 3; k++) {
      const v = 3 * triangles[3 * order[slot] + k];
      for (let i = 0; i < 3; i++, o++) corners[o] = vertices[v + i];
    }
  }
  const { bounds, count, next, axis, depth } = growth;
  return { bounds, count, next, axis, corners, triangle: order, stack: new Int32Array(depth + 1) };
}

/** Adds the node of the triangles from `from` to before `to`, and all nodes below it. */
function grow(growth: Growth, from: number, to: number, depth: number): void {
  const { measured, order, bounds, count, next, axis } = growth;
  const node = growth.nodes++;
  growth.depth = Math.max(growth.depth, depth);
  emptyBox(bounds, boxSize * node);
  for (let i = from; i < to; i++) widen(bounds, boxSize * node, measured.boxes, boxSize * order[i]);
  const cut = to - from > mostInLeaf ? cheapestCut(growth.bins, measured, order, from, to) : undefined;
  if (!cut) {
    count[node] = to - from;
    next[node] = from;
    return;
  }
  const middle = partition(growth, from, to, cut.axis, cut.at);
  axis[node] = cut.axis;
  grow(growth, from, middle, depth + 1);
  next[node] = growth.nodes;
  grow(growth, middle, to, depth + 1);
}

/**
 * Brings triangles whose middle is before `at` to the front; where rounding would leave one side empty, it cuts in
 * halves.
 */
function partition({ order, measured }: Growth, from: number, to: number, axis: number, at: number): number {
  let [i, j] = [from, to - 1];
  while (i <= j) {
    if (measured.middles[3 * order[i] + axis] < at) {
      i++;
      continue;
    }
    const held = order[i];
    order[i] = order[j];
    order[j--] = held;
  }
  return i > from && i < to ? i : (from + to) >> 1;
}
