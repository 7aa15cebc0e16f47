/** Normals of a mesh's vertices and their gradient on the graphics processor. */

import type * as tf from "@tensorflow/tfjs";
import { exactSum, type Scatter } from "../../../base/engine/kernels/webgpu/exact-sum.js";
import { type Gpu, type Shader, sizeOf, type WebgpuKernel } from "../../../base/engine/webgpu-kernel.js";

/** For the triangle of thread i: the corners' first numbers, and `n = p × q` with `p = b − a`, `q = c − a`. */
const triangle = /* wgsl */ `
  fn corners(i: i32) -> vec3<i32> {
    let faces = uniforms.trianglesShape.x;
    let t = 3 * (i % faces);
    let first = (i / faces) * uniforms.vertexCount;
    return 3 * (first + vec3<i32>(triangles[t], triangles[t + 1], triangles[t + 2]));
  }

  fn point(i: i32) -> vec3<f32> { return vec3<f32>(vertices[i], vertices[i + 1], vertices[i + 2]); }

  fn addVector(place: i32, v: vec3<f32>) {
    add(place, v.x);
    add(place + 1, v.y);
    add(place + 2, v.z);
  }`;

const uniforms = { vertexCount: "i32" } as const;

const triangleSums: Scatter = {
  name: "VertexNormals",
  inputs: ["vertices", "triangles"],
  uniforms,
  code: /* wgsl */ `${triangle}
    fn contribute(i: i32) {
      let corner = corners(i);
      let a = point(corner.x);
      let normal = cross(point(corner.y) - a, point(corner.z) - a);
      addVector(corner.x, normal);
      addVector(corner.y, normal);
      addVector(corner.z, normal);
    }`,
};

/**
 * Sums over the triangles of each vertex. This is a sum by scatter: a gather would need lists of triangles by vertex,
 * made by the main processor, where the tensor of triangles no longer is.
 */
function sumTriangleNormals(gpu: Gpu, vertices: tf.TensorInfo, triangles: tf.TensorInfo): tf.TensorInfo {
  return exactSum(
    gpu,
    triangleSums,
    [vertices, triangles],
    { shape: vertices.shape, dtype: "float32" },
    {
      threads: vertices.shape[0] * triangles.shape[0],
      terms: sizeOf(triangles),
      uniforms: { vertexCount: vertices.shape[1] },
    },
  );
}

/** 1 over a sum's length; 0 where the sum is too short for a direction, or NaN. */
const direction = /* wgsl */ `
  fn sumAt(i: i32) -> vec3<f32> { return vec3<f32>(sums[3 * i], sums[3 * i + 1], sums[3 * i + 2]); }
  fn isNumber(v: vec3<f32>) -> vec3<bool> { return vec3<bool>(!isnan(v.x), !isnan(v.y), !isnan(v.z)); }
  fn inverseLength(sum: vec3<f32>) -> f32 {
    if (!all(isNumber(sum))) { return 0.0; }
    // Scaled first: the squares of small triangles' areas would fall below what a float can hold.
    let largest = max(max(abs(sum.x), abs(sum.y)), abs(sum.z));
    if (largest <= uniforms.leastLength) { return 0.0; }
    let scaled = sum / largest;
    return inverseSqrt(dot(scaled, scaled)) / largest;
  }`;

const normalize: Shader = {
  name: "VertexNormals, length",
  inputs: ["sums"],
  uniforms: { leastLength: "f32" },
  code: /* wgsl */ `${direction}
    fn each(i: i32) {
      let sum = sumAt(i);
      let normal = select(vec3<f32>(uniforms.NAN), sum * inverseLength(sum), isNumber(sum));
      for (var k = 0; k < 3; k++) { result[3 * i + k] = normal[k]; }
    }`,
};

/** `(g − n (n·g)) / |s|`, with `n = s / |s|` */
const throughLength: Shader = {
  name: "VertexNormalsGradient, length",
  inputs: ["dy", "sums"],
  uniforms: { leastLength: "f32" },
  code: /* wgsl */ `${direction}
    fn each(i: i32) {
      let sum = sumAt(i);
      let inverse = inverseLength(sum);
      let normal = sum * inverse;
      let g = vec3<f32>(dy[3 * i], dy[3 * i + 1], dy[3 * i + 2]);
      let known = all(isNumber(sum));
      let across = select(vec3<f32>(uniforms.NAN), (g - dot(normal, g) * normal) * inverse, known);
      for (var k = 0; k < 3; k++) { result[3 * i + k] = across[k]; }
    }`,
};

/** From a gradient g to `n` come the gradients `q × g` to p and `g × p` to q. */
const throughCrossProducts: Scatter = {
  name: "VertexNormalsGradient",
  inputs: ["toSums", "vertices", "triangles"],
  uniforms,
  code: /* wgsl */ `${triangle}
    fn toSum(i: i32) -> vec3<f32> { return vec3<f32>(toSums[i], toSums[i + 1], toSums[i + 2]); }
    fn contribute(i: i32) {
      let corner = corners(i);
      let a = point(corner.x);
      let p = point(corner.y) - a;
      let q = point(corner.z) - a;
      let g = toSum(corner.x) + toSum(corner.y) + toSum(corner.z);
      let toP = cross(q, g);
      let toQ = cross(g, p);
      addVector(corner.y, toP);
      addVector(corner.z, toQ);
      addVector(corner.x, -(toP + toQ));
    }`,
};

export const vertexNormalsOnWebgpu =
  (leastLength: number): WebgpuKernel<object> =>
  (gpu, [vertices, triangles], [output]) => {
    const sums = sumTriangleNormals(gpu, vertices, triangles);
    const threads = sizeOf(vertices) / 3;
    const normals = gpu.run(normalize, [sums], output, { threads, uniforms: { leastLength } });
    gpu.dispose(sums);
    return [normals];
  };

export const vertexNormalsGradientOnWebgpu =
  (leastLength: number): WebgpuKernel<object> =>
  (gpu, [dy, vertices, triangles], [output]) => {
    const sums = sumTriangleNormals(gpu, vertices, triangles);
    const threads = sizeOf(vertices) / 3;
    const toSums = gpu.run(
      throughLength,
      [dy, sums],
      { shape: vertices.shape, dtype: "float32" },
      {
        threads,
        uniforms: { leastLength },
      },
    );
    const gradient = exactSum(gpu, throughCrossProducts, [toSums, vertices, triangles], output, {
      threads: vertices.shape[0] * triangles.shape[0],
      terms: sizeOf(triangles),
      uniforms: { vertexCount: vertices.shape[1] },
    });
    gpu.dispose(sums, toSums);
    return [gradient];
  };
