/** What the camera sees of a face, in plain numbers and without an engine: the projected skin, and which samples are in view. */
import type { MaskImage } from "../../base/image/rgb-image.js";
import { multiplySparseDense } from "../../base/tensor/sparse-matrix.js";
import { findVisible } from "../../graphics/renderer/visibility.js";
import type { Camera } from "../../graphics/scene/camera.js";
import { rotationMatrix } from "../../graphics/scene/pose.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";

export interface SeenSurface {
  /** `M_proj`: 1 where facial skin is seen. */
  readonly projected: MaskImage;
  /** World frame, [N * 3]. */
  readonly vertices: Float32Array;
  /** Visible triangle, −1 where none, [S * S]. */
  readonly triangleId: Int32Array;
  /** Clip coordinates, [N * 4]. */
  readonly clip: Float32Array;
}

type Shape = Pick<Coefficients, "identity" | "expression" | "angles" | "translation">;

export function seeSurface(
  data: MorphableModelData,
  shape: Shape,
  size: number,
  camera: Camera,
): SeenSurface {
  const vertices = posedVertices(data, shape);
  const clip = clipCoordinates(vertices, camera);
  const triangleId = findVisible(clip, data.triangles, { height: size, width: size, cullBackFaces: true });
  const skin = new Float32Array(triangleId).map((t) => (t >= 0 ? data.skinTriangle[t] : 0));
  return { projected: { width: size, height: size, data: skin }, vertices, triangleId, clip };
}

/** Eq. 2 and the pose. */
function posedVertices(
  data: MorphableModelData,
  { identity, expression, angles, translation }: Shape,
): Float32Array {
  const coarse = Float32Array.from(data.meanShape);
  addModes(coarse, data.identityModes, identity);
  addModes(coarse, data.expressionModes, expression);
  const vertices = data.shapeSubdivision.reduce<Float32Array>((v, m) => multiplySparseDense(m, v, 3), coarse);
  const [a, b, c] = rotationMatrix([angles[0], angles[1], angles[2]]);
  for (let i = 0; i < vertices.length; i += 3) {
    const [x, y, z] = [vertices[i], vertices[i + 1], vertices[i + 2]];
    vertices[i] = a[0] * x + a[1] * y + a[2] * z + translation[0];
    vertices[i + 1] = b[0] * x + b[1] * y + b[2] * z + translation[1];
    vertices[i + 2] = c[0] * x + c[1] * y + c[2] * z + translation[2];
  }
  return vertices;
}

function addModes(out: Float32Array, modes: Float32Array, coefficients: Float32Array): void {
  for (let m = 0; m < coefficients.length; m++) {
    const c = coefficients[m];
    if (c === 0) continue;
    for (let i = 0, from = m * out.length; i < out.length; i++) out[i] += c * modes[from + i];
  }
}

/** As `projectToClip`. */
function clipCoordinates(
  vertices: Float32Array,
  { focal, referenceSize, distance, near, far }: Camera,
): Float32Array {
  const scale = focal / (referenceSize / 2);
  const slope = (far + near) / (far - near);
  const offset = slope * distance - (2 * far * near) / (far - near);
  const clip = new Float32Array((vertices.length / 3) * 4);
  for (let i = 0, o = 0; i < vertices.length; i += 3, o += 4) {
    clip[o] = scale * vertices[i];
    clip[o + 1] = scale * vertices[i + 1];
    clip[o + 2] = offset - slope * vertices[i + 2];
    clip[o + 3] = distance - vertices[i + 2];
  }
  return clip;
}

/** How far a sample may lie behind the surface that is seen at its pixel, in units of 10 cm. */
const depthSlack = 0.03;

/**
 * How much each sample counts: the cosine between normal and view if the sample is seen and the mask has skin there,
 * else 0.
 * @param mask at the size of `seen`
 */
export function sampleWeights(
  data: MorphableModelData,
  sampled: Int32Array,
  seen: SeenSurface,
  mask: MaskImage,
  camera: Camera,
): Float64Array {
  const { vertices, clip, triangleId } = seen;
  const size = mask.width;
  return Float64Array.from(sampled, (v) => {
    const column = Math.floor((size / 2) * (1 + clip[4 * v] / clip[4 * v + 3]));
    const row = Math.floor((size / 2) * (1 - clip[4 * v + 1] / clip[4 * v + 3]));
    if (!(column >= 0 && column < size && row >= 0 && row < size)) return 0;
    const pixel = row * size + column;
    const t = triangleId[pixel];
    if (t < 0 || mask.data[pixel] < 0.5) return 0;
    const z = vertices[3 * v + 2];
    const nearest = Math.max(...[0, 1, 2].map((k) => vertices[3 * data.triangles[3 * t + k] + 2]));
    if (z < nearest - depthSlack) return 0;
    const toCamera = [-vertices[3 * v], -vertices[3 * v + 1], camera.distance - z];
    const n = triangleNormal(vertices, data.triangles, t);
    const cosine = (n[0] * toCamera[0] + n[1] * toCamera[1] + n[2] * toCamera[2]) / Math.hypot(...toCamera);
    return cosine > 0.15 ? cosine : 0;
  });
}

function triangleNormal(vertices: Float32Array, triangles: Int32Array, t: number): [number, number, number] {
  const [a, b, c] = [0, 1, 2].map((k) => 3 * triangles[3 * t + k]);
  const [p, q] = [b, c].map((i) => [0, 1, 2].map((k) => vertices[i + k] - vertices[a + k]));
  const n = [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
  const length = Math.hypot(...n) || 1;
  return [n[0] / length, n[1] / length, n[2] / length];
}
