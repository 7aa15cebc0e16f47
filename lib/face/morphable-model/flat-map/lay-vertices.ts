/** Finds for vertices of another face mesh the points of our mean face that show the same place of a face. */
import { mirrorOrder } from "../../landmarks/landmarks.js";
import { fanTriangles, meshNormals, type Polygons } from "../mesh/mesh-topology.js";
import type { ReferenceFace } from "./reference-face.js";
import { type Point3, similarityWarp, smoothWarp, type Warp } from "./smooth-warp.js";
import { type SurfacePoint, type SurfaceSearch, searchSurface } from "./surface-points.js";

/** How many points of the surface lead the warp beside the landmarks. They are found anew in each round. */
const samples = 180;
const rounds = 3;
/** A point farther than this from the warped mesh (units of 10 cm) is another place, for example the neck under the chin. */
const reach = 0.12;

/** Landmarks that lead the warp: not the brows, which each annotation draws in its own way, nor the ends of the jaw. */
const leading = [
  ...Array.from({ length: 15 }, (_, j) => j + 1),
  ...Array.from({ length: 41 }, (_, j) => j + 27),
];
/** How much the warp may miss each landmark. It may miss those of the jaw most, because they lie where a silhouette was. */
const stiffnessOf = (j: number) => (j === 8 ? 0.02 : j < 17 ? 0.5 : 0.005);

export interface LaidVertex extends SurfacePoint {
  /** Whether the surfaces agree there: they are near and face the same way. Inside nostrils they do not. */
  readonly agrees: boolean;
}

/** A mesh that is laid onto our face. */
export interface LaidMesh {
  /** The point of our skin that a vertex lies on; undefined where there is none within 1.2 cm. */
  at(vertex: number): LaidVertex | undefined;
  /** The same for a point of the edge between two vertices. @param share of the way from the first to the second */
  between(from: number, to: number, share: number): LaidVertex | undefined;
}

/** @param vertices the vertices of skin, which may lead the warp */
export function layVertices(
  mesh: { positions: ArrayLike<number>; polygons: Polygons; landmarks: ArrayLike<number> },
  vertices: readonly number[],
  reference: ReferenceFace,
): LaidMesh {
  const point = (positions: ArrayLike<number>, v: number): Point3 => [
    positions[3 * v],
    positions[3 * v + 1],
    positions[3 * v + 2],
  ];
  const ours = symmetric(leading, (j) => point(reference.positions, reference.data.landmarks[j]));
  const theirs = symmetric(leading, (j) => point(mesh.positions, mesh.landmarks[j]));
  const place = similarityWarp(theirs.slice(15), ours.slice(15));
  const placed = new Float64Array(mesh.positions.length);
  for (let v = 0; v < placed.length / 3; v++) placed.set(place(point(mesh.positions, v)), 3 * v);

  const triangles = fanTriangles(mesh.polygons);
  const own = [...new Set(triangles)];
  const surface = searchSurface(reference.positions, reference.data.triangles, 3, reach);
  const landmarks = theirs.map(place);
  const stiffness = leading.map(stiffnessOf);
  const chosen = spread(placed, vertices, samples);
  let warp = smoothWarp(landmarks, ours, stiffness);
  for (let round = 0; round < rounds; round++) {
    const warped = warpAll(placed, own, warp);
    const normals = meshNormals(warped, triangles);
    const [from, to]: [Point3[], Point3[]] = [[], []];
    for (const v of chosen) {
      const found = nearestSkin(surface, reference, point(warped, v), point(normals, v), 0.7);
      if (!found || reference.atRim[found.triangle]) continue;
      // Each point comes with its mirror image, so that the warp is symmetric.
      for (const side of [1, -1] as const) {
        from.push(mirrored(point(placed, v), side));
        to.push(mirrored(positionOf(reference, found), side));
      }
    }
    warp = smoothWarp(
      [...landmarks, ...from],
      [...ours, ...to],
      [...stiffness, ...from.map(() => 0.1 / (round + 1))],
    );
  }
  const warped = warpAll(placed, own, warp);
  const normals = meshNormals(warped, triangles);
  const lay = (p: Point3, normal: Point3): LaidVertex | undefined => {
    const any = nearestSkin(surface, reference, p, normal, -1);
    const facing = any && nearestSkin(surface, reference, p, normal, 0.3);
    if (facing && facing.distance < reach / 3) return { ...facing, agrees: true };
    return any && { ...(facing ?? any), agrees: false };
  };
  const mix = (values: Float64Array, a: number, b: number, share: number) => {
    const [from, to] = [point(values, a), point(values, b)];
    return from.map((value, k) => value + share * (to[k] - value)) as unknown as Point3;
  };
  return {
    at: (v) => lay(point(warped, v), point(normals, v)),
    between: (a, b, share) => lay(mix(warped, a, b, share), mix(normals, a, b, share)),
  };
}

/** The nearest point of our skin whose normal turns away by no more than the angle of the given cosine. */
function nearestSkin(
  surface: SurfaceSearch,
  { data, normals }: ReferenceFace,
  p: Point3,
  normal: Point3,
  cosine: number,
): SurfacePoint | undefined {
  return surface.nearest(p, (t) => {
    if (!data.skinTriangle[t]) return false;
    const v = 3 * data.triangles[3 * t];
    return normals[v] * normal[0] + normals[v + 1] * normal[1] + normals[v + 2] * normal[2] >= cosine;
  });
}

function positionOf({ data, positions }: ReferenceFace, { triangle, barycentrics }: SurfacePoint): Point3 {
  return [0, 1, 2].map((k) =>
    barycentrics.reduce((sum, w, c) => sum + w * positions[3 * data.triangles[3 * triangle + c] + k], 0),
  ) as unknown as Point3;
}

function mirrored([x, y, z]: Point3, side: 1 | -1): Point3 {
  return [side * x, y, z];
}

/** The landmarks, each as the mean of its place and the mirror image of its partner's. */
function symmetric(indices: readonly number[], at: (j: number) => Point3): Point3[] {
  return indices.map((j) => {
    const [own, other] = [at(j), mirrored(at(mirrorOrder[j]), -1)];
    return own.map((value, k) => (value + other[k]) / 2) as unknown as Point3;
  });
}

/** @param vertices the vertices that are warped; all others get 0 */
function warpAll(positions: Float64Array, vertices: readonly number[], warp: Warp): Float64Array {
  const out = new Float64Array(positions.length);
  for (const v of vertices)
    out.set(warp([positions[3 * v], positions[3 * v + 1], positions[3 * v + 2]]), 3 * v);
  return out;
}

/** Chooses `count` vertices that lie as far from each other as possible. */
function spread(positions: Float64Array, vertices: readonly number[], count: number): number[] {
  const distance = new Float64Array(vertices.length).fill(Number.POSITIVE_INFINITY);
  const chosen: number[] = [];
  for (let next = 0; chosen.length < Math.min(count, vertices.length); ) {
    const v = vertices[next];
    chosen.push(v);
    let farthest = 0;
    vertices.forEach((w, i) => {
      const [x, y, z] = [0, 1, 2].map((k) => positions[3 * w + k] - positions[3 * v + k]);
      distance[i] = Math.min(distance[i], x * x + y * y + z * z);
      if (distance[i] > farthest) [farthest, next] = [distance[i], i];
    });
  }
  return chosen;
}
