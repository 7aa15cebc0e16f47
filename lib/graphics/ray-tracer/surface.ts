/**
 * Reads the surface where a ray meets the mesh: place, smooth normal, albedo, and where to begin a ray toward a
 * light.
 *
 * Smooth normals are those of a curved surface, but the triangles are flat. Near the edge of light and shade, a
 * triangle may face away from a light that its smooth normals face: it would shadow itself, and the shape of the mesh
 * would show. Shadow rays therefore begin on the curved surface: the hit, lifted out of the triangle by the planes
 * through its corners (Hanika 2021, "Hacking the Shadow Terminator", Ray Tracing Gems II, chapter 4),
 *
 *     P' = P − Σ b_i d_i n_i,    d_i = min((P − V_i) · n_i, 0),
 *
 * which changes nothing where the surface is flat or hollow. Then the point is moved off the triangle along its
 * normal, much farther than rounding errors and much less than any detail.
 */
import type { Hit } from "./ray.js";
import type { AlbedoMap, ReadyMesh } from "./traced-mesh.js";

export interface Surface {
  /** World frame. */
  readonly position: Float64Array;
  /** Where rays toward a light begin. */
  readonly shadowOrigin: Float64Array;
  /** A unit vector, or 0 where the mesh has no normal. */
  readonly normal: Float64Array;
  /** Red, green, blue. */
  readonly albedo: Float64Array;
  /** The place on the albedo map, if there is one. */
  readonly uv: Float64Array;
}

export function createSurface(): Surface {
  return {
    position: new Float64Array(3),
    shadowOrigin: new Float64Array(3),
    normal: new Float64Array(3),
    albedo: new Float64Array(3),
    uv: new Float64Array(2),
  };
}

/**
 * @param hit a hit of one of the mesh's triangles
 * @param offset how far shadow rays begin along the triangle's normal, in the mesh's units
 * @param surface is overwritten
 */
export function readSurface(mesh: ReadyMesh, hit: Hit, offset: number, surface: Surface): void {
  const { vertices, normals, triangles, albedo } = mesh;
  const t = 3 * hit.triangle;
  interpolate(vertices, triangles, t, hit, surface.position);
  interpolate(normals, triangles, t, hit, surface.normal);
  makeUnit(surface.normal);
  if ("colours" in albedo) interpolate(albedo.colours, triangles, t, hit, surface.albedo);
  else {
    interpolate(albedo.uvs, albedo.uvTriangles ?? triangles, t, hit, surface.uv);
    sample(albedo, surface.uv, surface.albedo);
  }
  liftOrigin(mesh, t, hit, surface);
  leaveTriangle(vertices, triangles, t, offset, surface);
}

/** The weighted mean of the corners' rows, each of as many numbers as `out` has. */
function interpolate(
  rows: ArrayLike<number>,
  triangles: ArrayLike<number>,
  t: number,
  { b0, b1, b2 }: Hit,
  out: Float64Array,
): void {
  const size = out.length;
  const i = size * triangles[t];
  const j = size * triangles[t + 1];
  const k = size * triangles[t + 2];
  for (let c = 0; c < size; c++) out[c] = b0 * rows[i + c] + b1 * rows[j + c] + b2 * rows[k + c];
}

function makeUnit(vector: Float64Array): void {
  const length = Math.sqrt(vector[0] ** 2 + vector[1] ** 2 + vector[2] ** 2);
  for (let i = 0; i < 3 && length > 0; i++) vector[i] /= length;
}

function sample({ width, height, data }: AlbedoMap, uv: Float64Array, out: Float64Array): void {
  const x = Math.min(Math.max(uv[0] * width - 0.5, 0), width - 1);
  const y = Math.min(Math.max(uv[1] * height - 0.5, 0), height - 1);
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [right, below] = [Math.min(column + 1, width - 1), Math.min(row + 1, height - 1)];
  const [p, q] = [x - column, y - row];
  for (let c = 0; c < 3; c++) {
    const top = (1 - p) * data[3 * (row * width + column) + c] + p * data[3 * (row * width + right) + c];
    const base = (1 - p) * data[3 * (below * width + column) + c] + p * data[3 * (below * width + right) + c];
    out[c] = (1 - q) * top + q * base;
  }
}

function liftOrigin(
  { vertices, normals, triangles }: ReadyMesh,
  t: number,
  hit: Hit,
  surface: Surface,
): void {
  const { position: p, shadowOrigin: lifted } = surface;
  lifted.set(p);
  for (let corner = 0; corner < 3; corner++) {
    const v = 3 * triangles[t + corner];
    const [nx, ny, nz] = [normals[v], normals[v + 1], normals[v + 2]];
    const squared = nx * nx + ny * ny + nz * nz;
    const along = (p[0] - vertices[v]) * nx + (p[1] - vertices[v + 1]) * ny + (p[2] - vertices[v + 2]) * nz;
    if (!(along < 0)) continue;
    // The normal's length is a factor twice.
    const step = ((corner === 0 ? hit.b0 : corner === 1 ? hit.b1 : hit.b2) * along) / squared;
    lifted[0] -= step * nx;
    lifted[1] -= step * ny;
    lifted[2] -= step * nz;
  }
}

/** Moves off the triangle, on the side of the smooth normal. */
function leaveTriangle(
  v: ArrayLike<number>,
  triangles: ArrayLike<number>,
  t: number,
  offset: number,
  { normal, shadowOrigin }: Surface,
): void {
  const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
  const [px, py, pz] = [v[b] - v[a], v[b + 1] - v[a + 1], v[b + 2] - v[a + 2]];
  const [qx, qy, qz] = [v[c] - v[a], v[c + 1] - v[a + 1], v[c + 2] - v[a + 2]];
  const [nx, ny, nz] = [py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx];
  const side = nx * normal[0] + ny * normal[1] + nz * normal[2] < 0 ? -1 : 1;
  const step = (side * offset) / Math.sqrt(nx * nx + ny * ny + nz * nz);
  shadowOrigin[0] += step * nx;
  shadowOrigin[1] += step * ny;
  shadowOrigin[2] += step * nz;
}
