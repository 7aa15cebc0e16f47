/** What follows from a mesh's connections alone: neighbours, holes, rings around them, connected pieces. */

/** Polygons as lists of vertices, counter-clockwise from outside. */
export type Polygons = readonly (readonly number[])[];

/** For each vertex the vertices that share an edge with it. */
export function neighbourLists(polygons: Polygons, vertexCount: number): number[][] {
  const lists = Array.from({ length: vertexCount }, () => new Set<number>());
  for (const polygon of polygons) {
    polygon.forEach((a, k) => {
      const b = polygon[(k + 1) % polygon.length];
      lists[a].add(b);
      lists[b].add(a);
    });
  }
  return lists.map((set) => [...set]);
}

/** Closed loops of edges with a polygon on one side only, the longest first. */
export function boundaryLoops(polygons: Polygons): number[][] {
  const edgeKey = (a: number, b: number) => a * 2 ** 26 + b;
  const directed = new Set<number>();
  for (const polygon of polygons)
    polygon.forEach((a, k) => {
      directed.add(edgeKey(a, polygon[(k + 1) % polygon.length]));
    });
  const next = new Map<number, number>();
  for (const polygon of polygons)
    polygon.forEach((a, k) => {
      const b = polygon[(k + 1) % polygon.length];
      if (!directed.has(edgeKey(b, a))) next.set(a, b);
    });
  const loops: number[][] = [];
  while (next.size > 0) {
    const loop: number[] = [];
    for (let v = next.keys().next().value!; next.has(v); ) {
      loop.push(v);
      const following = next.get(v)!;
      next.delete(v);
      v = following;
    }
    loops.push(loop);
  }
  return loops.sort((a, b) => b.length - a.length);
}

/**
 * For each vertex the number of edges to the nearest of a set of vertices; −1 if there is no way, or more than `most`
 * steps.
 */
export function ringDistances(
  neighbours: readonly (readonly number[])[],
  from: Iterable<number>,
  most = Number.POSITIVE_INFINITY,
): Int32Array {
  const distance = new Int32Array(neighbours.length).fill(-1);
  let rim = [...from];
  for (const v of rim) distance[v] = 0;
  for (let step = 1; rim.length > 0 && step <= most; step++) {
    const next: number[] = [];
    for (const v of rim)
      for (const w of neighbours[v])
        if (distance[w] < 0) {
          distance[w] = step;
          next.push(w);
        }
    rim = next;
  }
  return distance;
}

/** Number of the connected piece that each vertex belongs to, from 0. */
export function pieces(neighbours: readonly (readonly number[])[]): Int32Array {
  const piece = new Int32Array(neighbours.length).fill(-1);
  let count = 0;
  for (let v = 0; v < piece.length; v++) {
    if (piece[v] >= 0) continue;
    const waiting = [v];
    piece[v] = count;
    for (let w = waiting.pop(); w !== undefined; w = waiting.pop())
      for (const x of neighbours[w])
        if (piece[x] < 0) {
          piece[x] = count;
          waiting.push(x);
        }
    count++;
  }
  return piece;
}

/** Polygons cut into triangles from their first corner, [F * 3]. */
export function fanTriangles(polygons: Polygons): Int32Array {
  return Int32Array.from(
    polygons.flatMap((polygon) => polygon.slice(2).flatMap((c, i) => [polygon[0], polygon[i + 1], c])),
  );
}

/** Unit normals of the vertices, weighted by area. @param positions [N * 3] @param triangles [F * 3] */
export function meshNormals(positions: ArrayLike<number>, triangles: ArrayLike<number>): Float64Array {
  const normals = new Float64Array(positions.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const edge = (from: number, to: number) => [0, 1, 2].map((k) => positions[to + k] - positions[from + k]);
    const [[ex, ey, ez], [fx, fy, fz]] = [edge(a, b), edge(a, c)];
    const n = [ey * fz - ez * fy, ez * fx - ex * fz, ex * fy - ey * fx];
    for (const v of [a, b, c]) for (let k = 0; k < 3; k++) normals[v + k] += n[k];
  }
  for (let v = 0; v < normals.length; v += 3) {
    const length = Math.hypot(normals[v], normals[v + 1], normals[v + 2]) || 1;
    for (let k = 0; k < 3; k++) normals[v + k] /= length;
  }
  return normals;
}
