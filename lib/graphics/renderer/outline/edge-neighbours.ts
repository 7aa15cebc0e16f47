/**
 * Which triangle lies across each edge of a mesh. A corner stands for the edge opposite it: corner `3t + k` is the edge
 * of triangle `t` that leaves out its vertex `k`.
 */
import type * as tf from "@tensorflow/tfjs";

/**
 * Stands for the missing neighbour at an edge of one triangle, or of three and more. Both count as the surface's
 * border.
 */
const alone = -1;
const crowded = -2;

/** The neighbours by a tensor's data. Data never change: a variable gets other data when it is assigned to. */
const known = new WeakMap<object, Int32Array>();

/**
 * Finds, for each corner, the corner across its edge. A third of that number, rounded down, is the neighbouring
 * triangle; the vertex at that corner is the neighbour's one that is not on the edge. This is done once for a tensor's
 * data.
 * @param triangles vertex numbers, wound either way, int32, [F, 3]
 * @returns 3 a triangle, below 0 where the surface ends
 */
export function edgeNeighbours(triangles: tf.Tensor2D): Int32Array {
  const before = known.get(triangles.dataId);
  if (before) return before;
  const neighbours = findEdgeNeighbours(triangles.dataSync<"int32">());
  known.set(triangles.dataId, neighbours);
  return neighbours;
}

/**
 * Finds the same from plain numbers, by a hash table with open addressing. A triangle that repeats a corner covers
 * nothing: it has no neighbours and is no triangle's neighbour.
 * @param triangles 3 vertices a triangle
 */
export function findEdgeNeighbours(triangles: ArrayLike<number>): Int32Array {
  const neighbours = new Int32Array(triangles.length).fill(alone);
  const slots = 2 ** Math.ceil(Math.log2(2 * triangles.length + 2));
  const table = new Int32Array(slots).fill(-1); // the first corner of each edge
  for (let corner = 0; corner < triangles.length; corner++) {
    const start = corner - (corner % 3);
    const a = triangles[start + ((corner + 1) % 3)];
    const b = triangles[start + ((corner + 2) % 3)];
    const own = triangles[corner];
    if (a === b || a === own || b === own) continue;
    let slot = hash(Math.min(a, b), Math.max(a, b)) & (slots - 1);
    while (table[slot] >= 0 && !hasEdge(triangles, table[slot], a, b)) slot = (slot + 1) & (slots - 1);
    const first = table[slot];
    if (first < 0) table[slot] = corner;
    else if (neighbours[first] === alone) {
      neighbours[first] = corner;
      neighbours[corner] = first;
    } else {
      if (neighbours[first] >= 0) neighbours[neighbours[first]] = crowded;
      neighbours[first] = crowded;
      neighbours[corner] = crowded;
    }
  }
  return neighbours;
}

function hasEdge(triangles: ArrayLike<number>, corner: number, a: number, b: number): boolean {
  const start = corner - (corner % 3);
  const c = triangles[start + ((corner + 1) % 3)];
  const d = triangles[start + ((corner + 2) % 3)];
  return (a === c && b === d) || (a === d && b === c);
}

/**
 * Mixes two numbers: two multiplications by odd numbers, then the upper bits are folded onto the lower, which the
 * table reads.
 */
function hash(low: number, high: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77);
  return mixed ^ (mixed >>> 15);
}
