/**
 * Catmull-Clark subdivision of a quad mesh as a sparse matrix from coarse to fine vertices (E. Catmull and
 * J. Clark, 1978; boundary edges and vertices by the cubic B-spline rule). It is linear, so bases can be
 * kept on the coarse mesh.
 */
import { type SparseMatrix, sparseFromRows } from "./sparse-matrix.js";

export type QuadCorners = readonly [number, number, number, number];

export interface Subdivision {
  /** Fine from coarse vertices. Rows: old vertices, then one a face, then one an edge. */
  readonly matrix: SparseMatrix;
  /** Four fine quads a coarse one, in order of its corners; each starts at that corner and keeps the winding. */
  readonly quads: QuadCorners[];
}

export function catmullClark(quads: readonly QuadCorners[], vertexCount: number): Subdivision {
  const edges = collectEdges(quads);
  const facesOf: number[][] = Array.from({ length: vertexCount }, () => []);
  const neighbours: number[][] = Array.from({ length: vertexCount }, () => []);
  const boundary: number[][] = Array.from({ length: vertexCount }, () => []);
  quads.forEach((quad, f) => {
    for (const v of quad) facesOf[v].push(f);
  });
  for (const { a, b, faces } of edges.list) {
    neighbours[a].push(b);
    neighbours[b].push(a);
    if (faces.length === 1) {
      boundary[a].push(b);
      boundary[b].push(a);
    }
  }

  type Row = [number, number][];
  const facePoint = (f: number, weight: number): Row => quads[f].map((v) => [v, weight / 4]);
  const rows: Row[] = [];
  for (let v = 0; v < vertexCount; v++) {
    const ends = boundary[v];
    const valence = facesOf[v].length;
    if (ends.length > 0)
      rows.push([[v, 0.75], ...ends.map((w): [number, number] => [w, 0.25 / ends.length])]);
    else if (valence === 0) rows.push([[v, 1]]);
    else {
      rows.push([
        [v, (valence - 2) / valence],
        ...facesOf[v].flatMap((f) => facePoint(f, 1 / valence ** 2)),
        ...neighbours[v].map((w): [number, number] => [w, 1 / (valence * neighbours[v].length)]),
      ]);
    }
  }
  quads.forEach((_, f) => {
    rows.push(facePoint(f, 1));
  });
  for (const { a, b, faces } of edges.list) {
    if (faces.length === 1)
      rows.push([
        [a, 0.5],
        [b, 0.5],
      ]);
    else rows.push([[a, 0.25], [b, 0.25], ...faces.flatMap((f) => facePoint(f, 0.25))]);
  }

  const edgeVertex = (a: number, b: number) => vertexCount + quads.length + edges.index(a, b);
  const fine = quads.flatMap((quad, f) =>
    quad.map((corner, k): QuadCorners => {
      const next = quad[(k + 1) % 4];
      const previous = quad[(k + 3) % 4];
      return [corner, edgeVertex(corner, next), vertexCount + f, edgeVertex(previous, corner)];
    }),
  );
  return { matrix: sparseFromRows(rows, vertexCount), quads: fine };
}

/**
 * The same four-way split for values that are to be interpolated bilinearly (texture coordinates): edge
 * points are means of two, face points means of four. Rows in the order of `catmullClark`.
 */
export function bilinearSubdivision(quads: readonly QuadCorners[], vertexCount: number): SparseMatrix {
  const corners = Array.from({ length: vertexCount }, (_, v): [number, number][] => [[v, 1]]);
  const faces = quads.map((quad) => quad.map((v): [number, number] => [v, 0.25]));
  const edges = collectEdges(quads).list.map(({ a, b }): [number, number][] => [
    [a, 0.5],
    [b, 0.5],
  ]);
  return sparseFromRows([...corners, ...faces, ...edges], vertexCount);
}

interface Edge {
  readonly a: number;
  readonly b: number;
  readonly faces: number[];
}

function collectEdges(quads: readonly QuadCorners[]): { list: Edge[]; index(a: number, b: number): number } {
  const list: Edge[] = [];
  const indices = new Map<number, number>();
  const key = (a: number, b: number) => Math.min(a, b) * 2 ** 26 + Math.max(a, b);
  quads.forEach((quad, f) => {
    quad.forEach((a, k) => {
      const b = quad[(k + 1) % 4];
      const known = indices.get(key(a, b));
      if (known !== undefined) list[known].faces.push(f);
      else {
        indices.set(key(a, b), list.length);
        list.push({ a: Math.min(a, b), b: Math.max(a, b), faces: [f] });
      }
    });
  });
  return { list, index: (a, b) => indices.get(key(a, b))! };
}
