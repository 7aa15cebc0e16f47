/** The surface that is seen through a place of the picture: which triangle, where on it, and its values there. */
import { type Camera, defaultCamera, type MorphableModelData } from "rerenderable";
import { deviceX, deviceY, findVisible } from "rerenderable/graphics";
import type { SceneMesh } from "../geometry/mesh-part.js";

export interface View {
  /** Side of the picture of samples. */
  readonly size: number;
  /** Triangle through each sample, −1 where none; [size * size]. */
  readonly triangle: Int32Array;
  /** x, y and w of each vertex on the screen before the division by w, [N * 3]. */
  readonly homogeneous: Float64Array;
  readonly camera: Camera;
}

/** @param triangles those of `mesh` that are drawn */
export function viewMesh(
  vertices: Float32Array,
  triangles: Int32Array,
  size: number,
  camera: Camera = defaultCamera,
): View {
  const { focal, referenceSize, distance, near, far } = camera;
  const scale = (2 * focal) / referenceSize;
  const count = vertices.length / 3;
  const homogeneous = new Float64Array(3 * count);
  const clip = new Float64Array(4 * count);
  const slope = (far + near) / (far - near);
  for (let v = 0; v < count; v++) {
    const w = distance - vertices[3 * v + 2];
    homogeneous[3 * v] = clip[4 * v] = scale * vertices[3 * v];
    homogeneous[3 * v + 1] = clip[4 * v + 1] = scale * vertices[3 * v + 1];
    homogeneous[3 * v + 2] = clip[4 * v + 3] = w;
    clip[4 * v + 2] = slope * w - (2 * far * near) / (far - near);
  }
  const triangle = findVisible(clip, triangles, { height: size, width: size, cullBackFaces: false });
  return { size, triangle, homogeneous, camera };
}

/** A place on a triangle, filled again for every sample. */
export interface SurfacePoint {
  triangle: number;
  /** The rows of the corners, times 3. */
  readonly corners: Int32Array;
  /** Weights of the corners, sum 1, correct in perspective. */
  readonly weights: Float64Array;
  readonly position: Float64Array;
  /** Unit. */
  readonly normal: Float64Array;
  readonly colour: Float64Array;
  /** Distance in front of the camera. */
  depth: number;
}

export function createSurfacePoint(): SurfacePoint {
  return {
    triangle: -1,
    corners: new Int32Array(3),
    weights: new Float64Array(3),
    position: new Float64Array(3),
    normal: new Float64Array(3),
    colour: new Float64Array(3),
    depth: 0,
  };
}

/**
 * @param sample of the view
 * @returns whether anything is seen there
 */
export function readSurface(view: View, mesh: SceneMesh, sample: number, point: SurfacePoint): boolean {
  const t = view.triangle[sample];
  if (t < 0) return false;
  const { corners, weights, position, normal, colour } = point;
  const { homogeneous: h, size } = view;
  const x = deviceX((sample % size) + 0.5, size);
  const y = deviceY(Math.floor(sample / size) + 0.5, size);
  for (let k = 0; k < 3; k++) corners[k] = 3 * mesh.triangles[3 * t + k];
  let sum = 0;
  for (let k = 0; k < 3; k++) {
    const a = corners[(k + 1) % 3];
    const b = corners[(k + 2) % 3];
    // The cofactor of corner k: its edge function, without the division by w.
    weights[k] =
      x * (h[a + 1] * h[b + 2] - h[a + 2] * h[b + 1]) +
      y * (h[a + 2] * h[b] - h[a] * h[b + 2]) +
      (h[a] * h[b + 1] - h[a + 1] * h[b]);
    sum += weights[k];
  }
  for (let k = 0; k < 3; k++) weights[k] /= sum;
  const [i, j, l] = corners;
  const [p, q, r] = weights;
  for (let k = 0; k < 3; k++) {
    position[k] = p * mesh.vertices[i + k] + q * mesh.vertices[j + k] + r * mesh.vertices[l + k];
    normal[k] = p * mesh.normals[i + k] + q * mesh.normals[j + k] + r * mesh.normals[l + k];
    colour[k] = p * mesh.colours[i + k] + q * mesh.colours[j + k] + r * mesh.colours[l + k];
  }
  const length = Math.sqrt(normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2) || 1;
  for (let k = 0; k < 3; k++) normal[k] /= length;
  point.triangle = t;
  point.depth = view.camera.distance - position[2];
  return true;
}

/** Place on the face's map. @param uv is overwritten */
export function readUv(
  { uvs }: Pick<MorphableModelData, "uvs">,
  { corners, weights }: SurfacePoint,
  uv: Float64Array,
): void {
  for (let k = 0; k < 2; k++) {
    uv[k] =
      weights[0] * uvs[(2 * corners[0]) / 3 + k] +
      weights[1] * uvs[(2 * corners[1]) / 3 + k] +
      weights[2] * uvs[(2 * corners[2]) / 3 + k];
  }
}

/**
 * Tilts the normal by the slope of a height over the map (Mikkelsen 2010, "Bump Mapping Unparametrized Surfaces").
 * @param slope change of the height along u and v, 10 cm over the whole map
 */
export function tiltNormal(
  { vertices }: SceneMesh,
  { uvs }: Pick<MorphableModelData, "uvs">,
  { corners, normal }: SurfacePoint,
  slope: Float64Array,
): void {
  const [a, b, c] = corners;
  const [i, j, l] = [(2 * a) / 3, (2 * b) / 3, (2 * c) / 3];
  const u1 = uvs[j] - uvs[i];
  const v1 = uvs[j + 1] - uvs[i + 1];
  const u2 = uvs[l] - uvs[i];
  const v2 = uvs[l + 1] - uvs[i + 1];
  const area = u1 * v2 - u2 * v1;
  if (area === 0) return;
  for (let k = 0; k < 3; k++) {
    const e = (vertices[b + k] - vertices[a + k]) / area;
    const f = (vertices[c + k] - vertices[a + k]) / area;
    alongU[k] = v2 * e - v1 * f;
    alongV[k] = u1 * f - u2 * e;
  }
  cross(alongV, normal, r1);
  cross(normal, alongU, r2);
  const determinant = alongU[0] * r1[0] + alongU[1] * r1[1] + alongU[2] * r1[2];
  if (determinant === 0) return;
  for (let k = 0; k < 3; k++) normal[k] -= (slope[0] * r1[k] + slope[1] * r2[k]) / determinant;
  const length = Math.sqrt(normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2);
  for (let k = 0; k < 3; k++) normal[k] /= length;
}

const [alongU, alongV, r1, r2] = [0, 1, 2, 3].map(() => new Float64Array(3));

function cross(a: Float64Array, b: Float64Array, out: Float64Array): void {
  out[0] = a[1] * b[2] - a[2] * b[1];
  out[1] = a[2] * b[0] - a[0] * b[2];
  out[2] = a[0] * b[1] - a[1] * b[0];
}
