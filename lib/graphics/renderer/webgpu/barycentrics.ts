/**
 * Barycentrics and their gradient on the graphics processor, by the formulas of `barycentrics.ts`: corners relative
 * to the pixel's ray are as short as their differences, so that single precision is enough:
 *
 *     u_i = (x_i − w_i p_x, y_i − w_i p_y)      c_i = u_j × u_k      b_i = c_i / Σ c
 *     d_0 = h_1 u_2 − h_2 u_1      ∂/∂v_0 = (−d_y, d_x, p_x d_y − p_y d_x), and cyclic
 */
import { exactSum, type Scatter } from "../../../base/engine/kernels/webgpu/exact-sum.js";
import type { Shader, WebgpuKernel } from "../../../base/engine/webgpu-kernel.js";

/** The corners of a pixel's triangle, from the pixel's ray; and what the barycentrics come from. */
const located = /**
const located =  * The corners of a pixel's triangle, relative to the pixel's ray, and the numbers from which
const located =  * barycentrics are made.
const located =  */ `
  struct Place { corner: vec3<i32>, ray: vec2<f32>, w: vec3<f32>, u: mat3x2<f32>, c: vec3<f32>, scale: f32 }

  fn cross2(a: vec2<f32>, b: vec2<f32>) -> f32 { return fma(a.x, b.y, -(a.y * b.x)); }

  fn fromRay(vertex: i32, ray: vec2<f32>) -> vec2<f32> {
    let w = clip[vertex + 3];
    return vec2<f32>(fma(-ray.x, w, clip[vertex]), fma(-ray.y, w, clip[vertex + 1]));
  }

  fn locate(pixel: i32, triangle: i32) -> Place {
    let shape = uniforms.triangleIdShape;
    let column = pixel % shape.z;
    let row = (pixel / shape.z) % shape.y;
    let first = (pixel / (shape.z * shape.y)) * uniforms.clipShape.y;
    var place: Place;
    for (var k = 0; k < 3; k++) { place.corner[k] = 4 * (first + triangles[3 * triangle + k]); }
    place.ray = vec2<f32>(
      f32(2 * column + 1) / f32(shape.z) - 1.0,
      1.0 - f32(2 * row + 1) / f32(shape.y), // up
    );
    for (var k = 0; k < 3; k++) {
      place.w[k] = clip[place.corner[k] + 3];
      place.u[k] = fromRay(place.corner[k], place.ray);
    }
    let u = place.u;
    let c = vec3<f32>(cross2(u[1], u[2]), cross2(u[2], u[0]), cross2(u[0], u[1]));
    // Edge-on to within rounding, the sum is noise: weights of no direction, but within the triangle.
    let sum = c.x + c.y + c.z;
    let all = abs(c.x) + abs(c.y) + abs(c.z);
    let steady = abs(sum) > 1e-5 * all;
    place.c = select(select(vec3<f32>(1.0, 0.0, 0.0), abs(c), all > 0.0), c, steady);
    place.scale = 1.0 / select(select(1.0, all, all > 0.0), sum, steady);
    return place;
  }`;

const barycentrics: Shader = {
  name: "Barycentrics",
  inputs: ["clip", "triangles", "triangleId"],
  code: /* wgsl */ `${located}
    fn each(i: i32) {
      var b = vec3<f32>(0.0);
      if (triangleId[i] >= 0) {
        let place = locate(i, triangleId[i]);
        b = place.c * place.scale;
      }
      for (var k = 0; k < 3; k++) { result[3 * i + k] = b[k]; }
    }`,
};

const depth: Shader = {
  name: "Barycentrics, depth",
  inputs: barycentrics.inputs,
  code: /* wgsl */ `${located}
    fn each(i: i32) {
      result[i] = 0.0;
      if (triangleId[i] < 0) { return; }
      let place = locate(i, triangleId[i]);
      result[i] = dot(place.c, place.w) * place.scale; // Σ b w
    }`,
};

/** Each output has a shader: to locate a pixel twice is cheaper than to take a packed result apart. */
export const barycentricsOnWebgpu: WebgpuKernel<object> = (gpu, inputs, [weights, distance]) => [
  gpu.run(barycentrics, inputs, weights, { threads: distance.shape.reduce((a, b) => a * b, 1) }),
  gpu.run(depth, inputs, distance),
];

const gradient: Scatter = {
  name: "BarycentricsGradient",
  inputs: ["dBarycentrics", "dDepth", "clip", "triangles", "triangleId"],
  uniforms: { leastHeight: "f32" },
  code: /* wgsl */ `${located}
    /** Whether the least height on the screen is below \`leastHeight\`; edges in pixels, times w0 w1 w2. */
    fn isSliver(place: Place) -> bool {
      let half = 0.5 * vec2<f32>(f32(uniforms.triangleIdShape.z), f32(uniforms.triangleIdShape.y));
      let w = place.w;
      let a = half * w.z * (place.u[1] * w.x - place.u[0] * w.y);
      let b = half * w.y * (place.u[2] * w.x - place.u[0] * w.z);
      let c = b - a;
      let area = cross2(a, b);
      let longest = max(max(dot(a, a), dot(b, b)), dot(c, c));
      return abs(area) < uniforms.leastHeight * w.x * w.y * w.z * sqrt(longest);
    }

    fn contribute(i: i32) {
      if (triangleId[i] < 0) { return; }
      let place = locate(i, triangleId[i]);
      if (isSliver(place)) { return; }
      let b = place.c * place.scale;
      // The depth is Σ b w: its gradient goes to both factors.
      let g = vec3<f32>(dBarycentrics[3 * i], dBarycentrics[3 * i + 1], dBarycentrics[3 * i + 2]) + dDepth[i] * place.w;
      let h = (g - dot(g, b)) * place.scale;
      for (var k = 0; k < 3; k++) {
        let next = (k + 1) % 3;
        let last = (k + 2) % 3;
        let d = h[next] * place.u[last] - h[last] * place.u[next];
        add(place.corner[k], -d.y);
        add(place.corner[k] + 1, d.x);
        add(place.corner[k] + 3, fma(place.ray.x, d.y, -(place.ray.y * d.x)) + dDepth[i] * b[k]);
      }
    }`,
};

/** Pixels to vertices: a sum by scatter, as the pixels that see a vertex change with the picture. */
export const barycentricsGradientOnWebgpu =
  (leastHeight: number): WebgpuKernel<object> =>
  (gpu, inputs, [output]) => {
    const threads = inputs[1].shape.reduce((a, b) => a * b, 1);
    return [
      exactSum(gpu, gradient, inputs, output, { threads, terms: 3 * threads, uniforms: { leastHeight } }),
    ];
  };
