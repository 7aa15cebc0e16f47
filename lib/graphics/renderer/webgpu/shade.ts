/** Eq. 3 and its gradients on the graphics processor, with one thread for each pixel. */
import type * as tf from "@tensorflow/tfjs";
import { type Shader, sizeOf, type WebgpuKernel } from "../../../base/engine/webgpu-kernel.js";
import { bandCount, lightSize, shFactors } from "../../scene/spherical-harmonics.js";

const { one, linear, mixed, polar, equatorial } = shFactors;

/**
 * Does what `surface-basis.ts` does; `perImage` and `perPixel` are the steps from one light to the next, 0 if there
 * is one light for all.
 */
const surface = /* wgsl */ `
  fn normalAt(pixel: i32) -> vec3<f32> {
    return vec3<f32>(normals[3 * pixel], normals[3 * pixel + 1], normals[3 * pixel + 2]);
  }

  fn lightAt(pixel: i32) -> i32 {
    return (pixel / uniforms.pixels) * uniforms.perImage + (pixel % uniforms.pixels) * uniforms.perPixel;
  }

  fn basis(n: vec3<f32>) -> array<f32, ${bandCount}> {
    return array<f32, ${bandCount}>(
      ${one}, ${linear} * n.y, ${linear} * n.z, ${linear} * n.x,
      ${mixed} * n.x * n.y, ${mixed} * n.y * n.z, ${polar} * (3.0 * n.z * n.z - 1.0),
      ${mixed} * n.x * n.z, ${equatorial} * (n.x * n.x - n.y * n.y),
    );
  }`;

const uniforms = { pixels: "i32", perImage: "i32", perPixel: "i32" } as const;

function wayThrough(normals: tf.TensorInfo, light: tf.TensorInfo) {
  return {
    pixels: normals.shape[1] * normals.shape[2],
    perImage: light.shape[0] === 1 ? 0 : sizeOf(light) / light.shape[0],
    perPixel: light.shape.length === 4 ? lightSize : 0,
  };
}

/** `by_c Σ_b light[c, b] Φ_b(n)`: the picture if `by` is the albedo, the albedo's gradient if it is dy. */
const light: Shader = {
  name: "ShadeSphericalHarmonics",
  inputs: ["by", "normals", "lights"],
  uniforms,
  code: /* wgsl */ `${surface}
    fn each(i: i32) {
      let normal = normalAt(i);
      let squared = dot(normal, normal);
      for (var c = 0; c < 3; c++) { result[3 * i + c] = 0.0; }
      if (squared == 0.0) { return; }
      var phi = basis(normal * inverseSqrt(squared));
      let start = lightAt(i);
      for (var c = 0; c < 3; c++) {
        var sum = 0.0;
        for (var b = 0; b < ${bandCount}; b++) { sum = fma(lights[start + ${bandCount} * c + b], phi[b], sum); }
        result[3 * i + c] = by[3 * i + c] * sum;
      }
    }`,
};

export const shadeOnWebgpu: WebgpuKernel<object> = (gpu, [by, normals, lights], [output]) => [
  gpu.run(light, [by, normals, lights], output, {
    threads: sizeOf(normals) / 3,
    uniforms: wayThrough(normals, lights),
  }),
];

export const albedoGradientOnWebgpu: WebgpuKernel<object> = (gpu, [dy, , ...rest], outputs, attributes) =>
  shadeOnWebgpu(gpu, [dy, ...rest], outputs, attributes);

const toNormals: Shader = {
  name: "ShadeSphericalHarmonicsNormalsGradient",
  inputs: ["dy", "albedo", "normals", "lights"],
  uniforms,
  code: /* wgsl */ `${surface}
    fn each(i: i32) {
      let normal = normalAt(i);
      let squared = dot(normal, normal);
      for (var c = 0; c < 3; c++) { result[3 * i + c] = 0.0; }
      if (squared == 0.0) { return; }
      // The colours weigh the bands, then the bands give a slope over the sphere.
      var w: array<f32, ${bandCount}>;
      let start = lightAt(i);
      for (var c = 0; c < 3; c++) {
        let g = dy[3 * i + c] * albedo[3 * i + c];
        for (var b = 0; b < ${bandCount}; b++) { w[b] = fma(g, lights[start + ${bandCount} * c + b], w[b]); }
      }
      let inverse = inverseSqrt(squared);
      let n = normal * inverse;
      let slope = vec3<f32>(
        ${linear} * w[3] + ${mixed} * (n.y * w[4] + n.z * w[7]) + ${2 * equatorial} * n.x * w[8],
        ${linear} * w[1] + ${mixed} * (n.x * w[4] + n.z * w[5]) - ${2 * equatorial} * n.y * w[8],
        ${linear} * w[2] + ${mixed} * (n.y * w[5] + n.x * w[7]) + ${6 * polar} * n.z * w[6],
      );
      let across = (slope - dot(slope, n) * n) * inverse;
      for (var c = 0; c < 3; c++) { result[3 * i + c] = across[c]; }
    }`,
};

export const normalsGradientOnWebgpu: WebgpuKernel<object> = (gpu, inputs, [output]) => [
  gpu.run(toNormals, inputs, output, {
    threads: sizeOf(inputs[2]) / 3,
    uniforms: wayThrough(inputs[2], inputs[3]),
  }),
];

/**
 * A thread sums the pixels `part`, `part + parts`, … of one image; with as many parts as pixels it sums one pixel.
 */
const toLights: Shader = {
  name: "ShadeSphericalHarmonicsLightGradient",
  inputs: ["dy", "albedo", "normals"],
  uniforms: { ...uniforms, parts: "i32" },
  code: /* wgsl */ `${surface}
    fn each(i: i32) {
      var sums: array<f32, ${lightSize}>;
      let first = (i / uniforms.parts) * uniforms.pixels;
      for (var p = i % uniforms.parts; p < uniforms.pixels; p += uniforms.parts) {
        let pixel = first + p;
        let normal = normalAt(pixel);
        let squared = dot(normal, normal);
        if (squared == 0.0) { continue; }
        var phi = basis(normal * inverseSqrt(squared));
        for (var c = 0; c < 3; c++) {
          let product = dy[3 * pixel + c] * albedo[3 * pixel + c];
          for (var b = 0; b < ${bandCount}; b++) {
            sums[${bandCount} * c + b] = fma(product, phi[b], sums[${bandCount} * c + b]);
          }
        }
      }
      for (var k = 0; k < ${lightSize}; k++) { result[${lightSize} * i + k] = sums[k]; }
    }`,
};

const sumOfParts: Shader = {
  name: "ShadeSphericalHarmonicsLightGradient, sum",
  inputs: ["partial"],
  uniforms: { parts: "i32" },
  code: /* wgsl */ `
    fn each(i: i32) {
      var sum = 0.0;
      let first = (i / ${lightSize}) * uniforms.parts;
      for (var part = 0; part < uniforms.parts; part++) { sum += partial[${lightSize} * (first + part) + i % ${lightSize}]; }
      result[i] = sum;
    }`,
};

/**
 * The number of threads for an image: enough to fill a graphics processor, few enough that their sums are soon added
 * up.
 */
const mostParts = 512;

/** One light for many pixels: in each run the same threads make the same sums, which are then added in order. */
export const lightGradientOnWebgpu: WebgpuKernel<object> = (gpu, [dy, albedo, normals, lights], [output]) => {
  const way = wayThrough(normals, lights);
  const parts = way.perPixel > 0 ? way.pixels : Math.min(way.pixels, mostParts);
  const threads = normals.shape[0] * parts;
  const options = { threads, uniforms: { ...way, parts } };
  if (way.perPixel > 0) return [gpu.run(toLights, [dy, albedo, normals], output, options)];
  const shape = [threads, lightSize];
  const partial = gpu.run(toLights, [dy, albedo, normals], { shape, dtype: "float32" }, options);
  const sum = gpu.run(sumOfParts, [partial], output, { uniforms: { parts: threads / lights.shape[0] } });
  gpu.dispose(partial);
  return [sum];
};
