/**
 * Catmull-Clark subdivision of a quad mesh as a sparse matrix from coarse to fine vertices (E. Catmull and J. Clark,
 * 1978; boundary edges and vertices by the cubic B-spline rule). It is linear, so bases can be kept on the coarse mesh.
 * The rows are written straight into typed arrays, because a model is subdivided each time it is loaded, and lists of
 * pairs take four times as long.
 */
import { type SparseMatrix, sparseRowWriter } from "../../../base/tensor/sparse-matrix.js";

export type QuadCorners = readonly [number, number, number, number];

export interface Subdivision {
  /** Makes fine vertices from coarse ones. Rows: the old vertices, then one for each face, then one for each edge. */
  readonly matrix: SparseMatrix;
  /** Four fine quads for each coarse one, in the order of its corners. Each starts at its corner and keeps the winding. */
  readonly quads: QuadCorners[];
}

export function catmullClark(quads: readonly QuadCorners[], vertexCount: number): Subdivision {
  const edges = collectEdges(quads);
  const facesOf = incidence(quads, vertexCount);
  const edgesOf = incidence(edges.ends, vertexCount);
  const writer = sparseRowWriter(vertexCount, 16 * vertexCount + 4 * quads.length + 8 * edges.ends.length);
  const addFacePoint = (f: number, weight: number) => {
    for (const v of quads[f]) writer.add(v, weight / 4);
  };
  for (let v = 0; v < vertexCount; v++) {
    const around = edgesOf(v);
    const rim = around.filter((e) => edges.second[e] < 0);
    const other = (e: number) => edges.ends[e][0] + edges.ends[e][1] - v;
    const faces = facesOf(v);
    const valence = faces.length;
    if (rim.length > 0) {
      writer.add(v, 0.75);
      for (const e of rim) writer.add(other(e), 0.25 / rim.length);
    } else if (valence === 0) writer.add(v, 1);
    else {
      writer.add(v, (valence - 2) / valence);
      for (const f of faces) addFacePoint(f, 1 / valence ** 2);
      for (const e of around) writer.add(other(e), 1 / (valence * around.length));
    }
    writer.endRow();
  }
  for (let f = 0; f < quads.length; f++) {
    addFacePoint(f, 1);
    writer.endRow();
  }
  edges.ends.forEach((ends, e) => {
    const inner = edges.second[e] >= 0;
    for (const v of ends) writer.add(v, inner ? 0.25 : 0.5);
    if (inner) for (const f of [edges.first[e], edges.second[e]]) addFacePoint(f, 0.25);
    writer.endRow();
  });

  const edgeVertex = vertexCount + quads.length;
  const fine = quads.flatMap((quad, f) =>
    quad.map((corner, k): QuadCorners => {
      const [next, previous] = [edges.ofCorner[4 * f + k], edges.ofCorner[4 * f + ((k + 3) % 4)]];
      return [corner, edgeVertex + next, vertexCount + f, edgeVertex + previous];
    }),
  );
  return { matrix: writer.matrix(), quads: fine };
}

/**
 * The same four-way split for values that are to be interpolated bilinearly (texture coordinates): edge
 * points are means of two, face points means of four. Rows in the order of `catmullClark`.
 */
export function bilinearSubdivision(quads: readonly QuadCorners[], vertexCount: number): SparseMatrix {
  const { ends } = collectEdges(quads);
  const writer = sparseRowWriter(vertexCount, vertexCount + 4 * quads.length + 2 * ends.length);
  const addMean = (of: readonly number[]) => {
    for (const v of of) writer.add(v, 1 / of.length);
    writer.endRow();
  };
  for (let v = 0; v < vertexCount; v++) addMean([v]);
  quads.forEach(addMean);
  ends.forEach(addMean);
  return writer.matrix();
}

interface Edges {
  /** Lower and higher vertex of each edge, in the order in which the quads name them. */
  readonly ends: (readonly [number, number])[];
  /**
   * The quads on the two sides of each edge; `second` is −1 at the rim. Of an edge with three quads the first two stand
   * here.
   */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** The edge from each corner of each quad to the next, [quads * 4]. */
  readonly ofCorner: Int32Array;
}

function collectEdges(quads: readonly QuadCorners[]): Edges {
  const ends: (readonly [number, number])[] = [];
  const first = new Int32Array(4 * quads.length);
  const second = new Int32Array(4 * quads.length).fill(-1);
  const ofCorner = new Int32Array(4 * quads.length);
  const indices = new Map<number, number>();
  quads.forEach((quad, f) => {
    quad.forEach((a, k) => {
      const b = quad[(k + 1) % 4];
      const [low, high] = a < b ? [a, b] : [b, a];
      const key = low * 2 ** 26 + high;
      let e = indices.get(key);
      if (e === undefined) {
        e = ends.length;
        indices.set(key, e);
        ends.push([low, high]);
        first[e] = f;
      } else if (second[e] < 0) second[e] = f;
      ofCorner[4 * f + k] = e;
    });
  });
  return { ends, first, second, ofCorner };
}

/** For each vertex the items that contain it, in their order. */
function incidence(items: readonly (readonly number[])[], vertexCount: number): (v: number) => Int32Array {
  const start = new Int32Array(vertexCount + 1);
  for (const item of items) for (const v of item) start[v + 1]++;
  for (let v = 0; v < vertexCount; v++) start[v + 1] += start[v];
  const next = start.slice();
  const list = new Int32Array(start[vertexCount]);
  items.forEach((item, i) => {
    for (const v of item) list[next[v]++] = i;
  });
  return (v) => list.subarray(start[v], start[v + 1]);
}
