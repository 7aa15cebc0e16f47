/** Interpolation of vertex attributes and its gradients on the graphics processor. */
import { exactSum, type Scatter } from "../../../base/engine/kernels/webgpu/exact-sum.js";
import { type Shader, sizeOf, type WebgpuKernel } from "../../../base/engine/webgpu-kernel.js";

/** The places where the attributes of a pixel's corners start; `rows` and `channels` are those of the attributes. */
const corners = /* wgsl */ `
  fn corner(pixel: i32, k: i32) -> i32 {
    let shape = uniforms.triangleIdShape;
    let image = select(pixel / (shape.y * shape.z), 0, uniforms.batch == 1);
    let row = triangles[3 * triangleId[pixel] + k];
    return (image * uniforms.rows + row) * uniforms.channels;
  }`;

const uniforms = { batch: "i32", rows: "i32", channels: "i32" } as const;

const forward: Shader = {
  name: "InterpolateFragments",
  inputs: ["attributes", "barycentrics", "triangleId", "triangles"],
  uniforms,
  code: /* wgsl */ `${corners}
    fn each(i: i32) {
      let pixel = i / uniforms.channels;
      let channel = i % uniforms.channels;
      var mean = 0.0;
      if (triangleId[pixel] >= 0) {
        for (var k = 0; k < 3; k++) {
          mean = fma(barycentrics[3 * pixel + k], attributes[corner(pixel, k) + channel], mean);
        }
      }
      result[i] = mean;
    }`,
};

/** The sizes by which shaders find their way in attributes [A, N, C]. */
const wayThrough = ([batch, rows, channels]: readonly number[]) => ({ batch, rows, channels });

export const interpolateOnWebgpu: WebgpuKernel<object> = (gpu, inputs, [output]) => [
  gpu.run(forward, inputs, output, { uniforms: wayThrough(inputs[0].shape) }),
];

const toAttributes: Scatter = {
  name: "InterpolateFragmentsAttributesGradient",
  inputs: ["dy", "barycentrics", "triangleId", "triangles"],
  uniforms,
  code: /* wgsl */ `${corners}
    fn contribute(i: i32) {
      let pixel = i / uniforms.channels;
      if (triangleId[pixel] < 0) { return; }
      for (var k = 0; k < 3; k++) {
        add(corner(pixel, k) + i % uniforms.channels, barycentrics[3 * pixel + k] * dy[i]);
      }
    }`,
};

/** Pixels to vertices: a sum by scatter, as the pixels that see a vertex change with the picture. */
export const interpolateAttributesGradientOnWebgpu: WebgpuKernel<object> = (
  gpu,
  [dy, attributes, barycentrics, triangleId, triangles],
  [output],
) => [
  exactSum(gpu, toAttributes, [dy, barycentrics, triangleId, triangles], output, {
    threads: sizeOf(dy),
    terms: 3 * sizeOf(triangleId),
    uniforms: wayThrough(attributes.shape),
  }),
];

const toBarycentrics: Shader = {
  name: "InterpolateFragmentsBarycentricsGradient",
  inputs: ["dy", "attributes", "triangleId", "triangles"],
  uniforms,
  code: /* wgsl */ `${corners}
    fn each(i: i32) {
      let pixel = i / 3;
      var sum = 0.0;
      if (triangleId[pixel] >= 0) {
        let start = corner(pixel, i % 3);
        for (var c = 0; c < uniforms.channels; c++) {
          sum = fma(dy[pixel * uniforms.channels + c], attributes[start + c], sum);
        }
      }
      result[i] = sum;
    }`,
};

export const interpolateBarycentricsGradientOnWebgpu: WebgpuKernel<object> = (
  gpu,
  [dy, attributes, , triangleId, triangles],
  [output],
) => [
  gpu.run(toBarycentrics, [dy, attributes, triangleId, triangles], output, {
    uniforms: wayThrough(attributes.shape),
  }),
];
