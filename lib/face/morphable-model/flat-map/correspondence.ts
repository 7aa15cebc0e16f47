/**
 * Lays another face mesh onto the embedded model's mean face, so that both share one parameterisation and one albedo. A
 * similarity and a smooth warp follow the 68 landmarks, then the nearest points of the surface whose normals agree.
 * Each vertex of skin takes the uv of the nearest point of our skin. The vertices behind lips and lids are spread over
 * the openings, and folds are ironed out.
 */

import { boundaryLoops, neighbourLists, type Polygons, pieces } from "../mesh/mesh-topology.js";
import { type CutVertex, cutAtOutline } from "./face-outline.js";
import { flattenFace } from "./flatten-face.js";
import { type LaidVertex, layVertices } from "./lay-vertices.js";
import { mirrorPartners } from "./mirror-partners.js";
import { behindOpenings } from "./openings.js";
import { type ReferenceFace, uvAt } from "./reference-face.js";

export interface FaceMesh {
  /** Mean shape in the model frame (x right, y up, z forward), [N * 3]. */
  readonly positions: ArrayLike<number>;
  /** The polygons of the face, counter-clockwise from outside. Some vertices may belong to no polygon. */
  readonly polygons: Polygons;
  /** The polygons that hang on the face behind lips and lids. */
  readonly lining?: Polygons;
  /** [68] */
  readonly landmarks: ArrayLike<number>;
}

export interface FaceCorrespondence {
  /** New vertices where the outline of our face crosses edges. They are numbered after the mesh's own. */
  readonly cuts: readonly CutVertex[];
  /** Places in our parameterisation, origin top left, [(N + cuts) * 2]. Only those of vertices in polygons have a meaning. */
  readonly uvs: Float64Array;
  /** Polygons within the outline of our face, and the lining. */
  readonly polygons: Polygons;
  /** For each polygon 1 if it is skin; eyes, lid margins, inner mouth and lining are not. */
  readonly skin: Uint8Array;
  /** How many skin triangles lay upside down in the map before and after ironing, and how many there are in all. */
  readonly folds: { readonly before: number; readonly after: number; readonly skin: number };
}

/** How far outside our outline a vertex is still kept, units of 10 cm. */
const rimTolerance = 0.01;

export function layOntoFace(mesh: FaceMesh, reference: ReferenceFace): FaceCorrespondence {
  const { polygons: face, lining = [], landmarks } = mesh;
  const vertexCount = mesh.positions.length / 3;
  const behind = behindOpenings(mesh);
  const outside = [...new Set(face.flat())].filter((v) => !behind[v]);
  const laid = layVertices(mesh, outside, reference);

  const beyond = (found: LaidVertex | undefined) =>
    !found || (reference.atRim[found.triangle] === 1 && found.distance > rimTolerance);
  const found = new Map(outside.map((v) => [v, laid.at(v)]));
  const cutOff = beyondFromRim(face, vertexCount, (v) => found.has(v) && beyond(found.get(v)));
  const { polygons: inner, cuts } = cutAtOutline(
    face,
    vertexCount,
    (v) => cutOff[v] === 1,
    (from, to, share) => beyond(laid.between(from, to, share)),
  );
  cuts.forEach(({ from, to, share }, i) => {
    found.set(vertexCount + i, laid.between(from, to, share));
  });
  const uvs = new Float64Array(2 * (vertexCount + cuts.length));
  const doubtful = new Set<number>();
  for (const [v, place] of found) {
    if (place) uvs.set(uvAt(reference, place), 2 * v);
    if (!place?.agrees) doubtful.add(v);
  }
  const polygons = [...pieceOf(inner, vertexCount + cuts.length, landmarks[30]), ...lining];
  const isLining = new Set(lining);
  const skin = Uint8Array.from(polygons, (polygon) =>
    Number(!isLining.has(polygon) && polygon.every((v) => !behind[v])),
  );
  const positions = withCuts(mesh.positions, cuts);
  const partners = mirrorPartners(positions, new Set(polygons.flat()));
  for (const v of [...doubtful]) if (partners[v] >= 0) doubtful.add(partners[v]);
  const folds = flattenFace({ uvs, polygons, skin, partners, doubtful });
  return { cuts, uvs, polygons, skin, folds };
}

/**
 * Marks the vertices beyond our outline that the mesh's outer rim reaches through others of their kind. Vertices deep
 * in the nostrils are far from our surface too, but they belong to the face.
 * @returns 1 for such vertices, [vertexCount]
 */
function beyondFromRim(face: Polygons, vertexCount: number, beyond: (v: number) => boolean): Uint8Array {
  const neighbours = neighbourLists(face, vertexCount);
  const marked = new Uint8Array(vertexCount);
  const waiting = (boundaryLoops(face)[0] ?? []).filter(beyond);
  for (let v = waiting.pop(); v !== undefined; v = waiting.pop()) {
    if (marked[v]) continue;
    marked[v] = 1;
    waiting.push(...neighbours[v].filter((w) => !marked[w] && beyond(w)));
  }
  return marked;
}

/** @returns the positions of the mesh's vertices and then of the cuts */
function withCuts(positions: ArrayLike<number>, cuts: readonly CutVertex[]): Float64Array {
  const out = new Float64Array(positions.length + 3 * cuts.length);
  out.set(positions);
  cuts.forEach(({ from, to, share }, i) => {
    for (let k = 0; k < 3; k++) {
      const value = positions[3 * from + k];
      out[positions.length + 3 * i + k] = value + share * (positions[3 * to + k] - value);
    }
  });
  return out;
}

/** The connected polygons to which a vertex belongs. */
function pieceOf(polygons: Polygons, vertexCount: number, vertex: number): Polygons {
  const piece = pieces(neighbourLists(polygons, vertexCount));
  return polygons.filter(([v]) => piece[v] === piece[vertex]);
}
