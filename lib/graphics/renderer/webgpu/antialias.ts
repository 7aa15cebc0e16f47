/** Antialiasing and its gradients on the graphics processor; see `antialias.ts`. */
import { exactSum, type Scatter } from "../../../base/engine/kernels/webgpu/exact-sum.js";
import { type Shader, sizeOf, type WebgpuKernel } from "../../../base/engine/webgpu-kernel.js";
import { findPairs, readPair } from "./outline-pairs.js";

/** Whether a pair counts: its blended pixel is blended along its direction. */
const counts = /* wgsl */ `
  fn counts(pair: Pair, i: i32) -> bool { return pair.found && vertical[pair.blended] == i % 2; }`;

/** Blends pixels: each thread has one pixel and gathers the pairs in which it is blended. */
const blend: Shader = {
  name: "Antialias",
  inputs: ["colour", "pairs", "vertical"],
  code: /* wgsl */ `${readPair} ${counts}
    fn each(i: i32) {
      let shape = uniforms.colourShape;
      let pixel = i / shape.w;
      let channel = i % shape.w;
      var value = colour[i];
      let own = pairsOf(pixel, shape.y, shape.z);
      for (var k = 0; k < 4; k++) {
        if (own[k] < 0) { continue; }
        let pair = readPair(own[k], shape.z);
        if (!counts(pair, own[k]) || pair.blended != pixel) { continue; }
        let step = colour[shape.w * pair.near + channel] - colour[shape.w * pair.far + channel];
        value = fma(pair.reach, step, value);
      }
      result[i] = value;
    }`,
};

export const antialiasOnWebgpu: WebgpuKernel<object> = (gpu, [colour, ...rest], [output]) => {
  const { pairs, vertical } = findPairs(gpu, rest);
  const result = gpu.run(blend, [colour, pairs, vertical], output);
  gpu.dispose(pairs, vertical);
  return [result];
};

/** Gives the gradient to the colours: each thread has one pixel and gathers the pairs in which it is read. */
const toColour: Shader = {
  name: "AntialiasColourGradient",
  inputs: ["dy", "pairs", "vertical"],
  code: /* wgsl */ `${readPair} ${counts}
    fn each(i: i32) {
      let shape = uniforms.dyShape;
      let pixel = i / shape.w;
      var value = dy[i];
      let own = pairsOf(pixel, shape.y, shape.z);
      for (var k = 0; k < 4; k++) {
        if (own[k] < 0) { continue; }
        let pair = readPair(own[k], shape.z);
        if (!counts(pair, own[k])) { continue; }
        let reach = select(-pair.reach, pair.reach, pair.near == pixel);
        value = fma(reach, dy[shape.w * pair.blended + i % shape.w], value);
      }
      result[i] = value;
    }`,
};

export const antialiasColourGradientOnWebgpu: WebgpuKernel<object> = (gpu, [dy, ...rest], [output]) => {
  const { pairs, vertical } = findPairs(gpu, rest);
  const result = gpu.run(toColour, [dy, pairs, vertical], output);
  gpu.dispose(pairs, vertical);
  return [result];
};

/** The crossing follows the ends of its edge by their shares: along the line as they do, across it by the slope. */
const toClip: Scatter = {
  name: "AntialiasClipGradient",
  inputs: ["dy", "colour", "clip", "pairs", "vertical"],
  uniforms: { mostSlope: "f32" },
  code: /* wgsl */ `${readPair} ${counts}
    /** From a gradient to a vertex's place in pixels, y down, to one to its clip coordinates. */
    fn addPlace(vertex: i32, gradient: vec2<f32>) {
      let w = clip[vertex + 3];
      let half = 0.5 * vec2<f32>(f32(uniforms.colourShape.z), -f32(uniforms.colourShape.y));
      let d = gradient * half / w;
      add(vertex, d.x);
      add(vertex + 1, d.y);
      add(vertex + 3, -(d.x * clip[vertex] + d.y * clip[vertex + 1]) / w);
    }

    fn contribute(i: i32) {
      let shape = uniforms.colourShape;
      let pair = readPair(i, shape.z);
      if (!counts(pair, i)) { return; }
      var value = 0.0;
      for (var c = 0; c < shape.w; c++) {
        let step = colour[shape.w * pair.near + c] - colour[shape.w * pair.far + c];
        value = fma(dy[shape.w * pair.blended + c], step, value);
      }
      let along = pair.direction * value;
      let across = -clamp(pair.slope, -uniforms.mostSlope, uniforms.mostSlope) * value;
      let gradient = select(vec2<f32>(along, across), vec2<f32>(across, along), i % 2 == 1);
      let first = (i / (2 * shape.y * shape.z)) * uniforms.clipShape.y;
      addPlace(4 * (first + pair.before), (1.0 - pair.share) * gradient);
      addPlace(4 * (first + pair.after), pair.share * gradient);
    }`,
};

/** Pairs to vertices: a sum by scatter, as the pairs that an edge crosses change with the picture. */
export const antialiasClipGradientOnWebgpu =
  (mostSlope: number): WebgpuKernel<object> =>
  (gpu, [dy, colour, ...rest], [output]) => {
    const { pairs, vertical } = findPairs(gpu, rest);
    const threads = 2 * sizeOf(vertical);
    const options = { threads, terms: 2 * threads, uniforms: { mostSlope } };
    const sums = exactSum(gpu, toClip, [dy, colour, rest[0], pairs, vertical], output, options);
    gpu.dispose(pairs, vertical);
    return [sums];
  };
