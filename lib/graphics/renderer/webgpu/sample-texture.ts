/** Bilinear look-ups and their gradients on the graphics processor. */
import { exactSum, type Scatter } from "../../../base/engine/kernels/webgpu/exact-sum.js";
import { type Shader, sizeOf, type WebgpuKernel } from "../../../base/engine/webgpu-kernel.js";

/** Does what `Footprint` of `sample-texture.ts` does; `batch`, `rows`, `columns`, `channels` are the texture's. */
const footprint = /* wgsl */ `
  struct Footprint { texel: vec4<i32>, at: vec2<f32>, weight: vec4<f32>, slope: vec2<f32>, isNumber: bool }

  fn lookUp(pixel: i32) -> Footprint {
    let image = select(pixel / (uniforms.uvShape.y * uniforms.uvShape.z), 0, uniforms.batch == 1);
    let size = vec2<f32>(f32(uniforms.columns), f32(uniforms.rows));
    let given = vec2<f32>(uv[2 * pixel], uv[2 * pixel + 1]);
    let known = vec2<bool>(!isnan(given.x), !isnan(given.y));
    let place = select(vec2<f32>(0.0), given, known);
    // One rounding: it must not move a sample across a texel's edge, where the gradient jumps.
    let wanted = vec2<f32>(fma(place.x, size.x, -0.5), fma(place.y, size.y, -0.5));
    let kept = clamp(wanted, vec2<f32>(0.0), size - 1.0);
    let column = clamp(i32(kept.x), 0, max(uniforms.columns - 2, 0));
    let row = clamp(i32(kept.y), 0, max(uniforms.rows - 2, 0));
    let right = select(0, uniforms.channels, uniforms.columns > 1);
    let down = select(0, uniforms.columns * uniforms.channels, uniforms.rows > 1);
    let first = ((image * uniforms.rows + row) * uniforms.columns + column) * uniforms.channels;
    var found: Footprint;
    found.texel = vec4<i32>(first, first + right, first + down, first + down + right);
    found.at = kept - vec2<f32>(f32(column), f32(row));
    let x = found.at.x;
    let y = found.at.y;
    found.weight = vec4<f32>((1.0 - x) * (1.0 - y), x * (1.0 - y), (1.0 - x) * y, x * y);
    found.slope = select(vec2<f32>(0.0), size, kept == wanted); // texels for a step of 1 in uv; 0 where clamped
    found.isNumber = all(known);
    return found;
  }`;

const uniforms = { batch: "i32", rows: "i32", columns: "i32", channels: "i32" } as const;

/** The sizes by which shaders find their way in a texture [A, U, V, C]. */
const wayThrough = ([batch, rows, columns, channels]: readonly number[]) => ({
  batch,
  rows,
  columns,
  channels,
});

const forward: Shader = {
  name: "SampleTexture",
  inputs: ["map", "uv", "mask"],
  uniforms,
  code: /* wgsl */ `${footprint}
    fn each(i: i32) {
      let pixel = i / uniforms.channels;
      let channel = i % uniforms.channels;
      result[i] = 0.0;
      if (mask[pixel] == 0.0) { return; }
      let found = lookUp(pixel);
      var value = 0.0;
      for (var k = 0; k < 4; k++) { value = fma(found.weight[k], map[found.texel[k] + channel], value); }
      result[i] = select(uniforms.NAN, value, found.isNumber);
    }`,
};

export const sampleTextureOnWebgpu: WebgpuKernel<object> = (gpu, inputs, [output]) => [
  gpu.run(forward, inputs, output, { uniforms: wayThrough(inputs[0].shape) }),
];

const toTexture: Scatter = {
  name: "SampleTextureTextureGradient",
  inputs: ["dy", "uv", "mask"],
  uniforms,
  code: /* wgsl */ `${footprint}
    fn contribute(i: i32) {
      let pixel = i / uniforms.channels;
      let channel = i % uniforms.channels;
      if (mask[pixel] == 0.0) { return; }
      let found = lookUp(pixel);
      for (var k = 0; k < 4; k++) {
        add(found.texel[k] + channel, select(uniforms.NAN, found.weight[k] * dy[i], found.isNumber));
      }
    }`,
};

/** Pixels to texels: a sum by scatter, as the pixels that read a texel change with the uvs. */
export const textureGradientOnWebgpu: WebgpuKernel<object> = (gpu, [dy, texture, uv, mask], [output]) => [
  exactSum(gpu, toTexture, [dy, uv, mask], output, {
    threads: sizeOf(dy),
    terms: 4 * sizeOf(mask),
    uniforms: wayThrough(texture.shape),
  }),
];

const toUv: Shader = {
  name: "SampleTextureUvGradient",
  inputs: ["dy", "map", "uv", "mask"],
  uniforms,
  code: /* wgsl */ `${footprint}
    fn each(i: i32) {
      result[2 * i] = 0.0;
      result[2 * i + 1] = 0.0;
      if (mask[i] == 0.0) { return; }
      let found = lookUp(i);
      var along = vec2<f32>(0.0);
      for (var c = 0; c < uniforms.channels; c++) {
        let top = vec2<f32>(map[found.texel.x + c], map[found.texel.y + c]);
        let bottom = vec2<f32>(map[found.texel.z + c], map[found.texel.w + c]);
        let across = mix(top.y - top.x, bottom.y - bottom.x, found.at.y);
        let down = mix(bottom.x - top.x, bottom.y - top.y, found.at.x);
        along += dy[i * uniforms.channels + c] * vec2<f32>(across, down);
      }
      let slope = select(vec2<f32>(uniforms.NAN), along * found.slope, found.isNumber);
      result[2 * i] = slope.x;
      result[2 * i + 1] = slope.y;
    }`,
};

export const uvGradientOnWebgpu: WebgpuKernel<object> = (gpu, [dy, texture, uv, mask], [output]) => [
  gpu.run(toUv, [dy, texture, uv, mask], output, {
    threads: sizeOf(mask),
    uniforms: wayThrough(texture.shape),
  }),
];
