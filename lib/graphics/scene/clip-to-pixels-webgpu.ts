/** The viewport and its gradient on the graphics processor; see `camera.ts`. */
import type { Shader, WebgpuKernel } from "../../base/engine/webgpu-kernel.js";
import { pixelX, pixelY } from "./viewport.js";

/**
 * Pixels are `origin + slope · device coordinates`. Both numbers come from the viewport, so its flip stays in one
 * place.
 */
function viewportOf(size: number) {
  const [originX, originY] = [pixelX(0, size), pixelY(0, size)];
  return { originX, originY, slopeX: pixelX(1, size) - originX, slopeY: pixelY(1, size) - originY };
}

const toPixels: Shader = {
  name: "ClipToPixels",
  inputs: ["clip"],
  uniforms: { originX: "f32", originY: "f32", slopeX: "f32", slopeY: "f32" },
  code: /* wgsl */ `
    fn each(i: i32) {
      let w = clip[4 * i + 3];
      result[2 * i] = fma(clip[4 * i] / w, uniforms.slopeX, uniforms.originX);
      result[2 * i + 1] = fma(clip[4 * i + 1] / w, uniforms.slopeY, uniforms.originY);
    }`,
};

export const clipToPixelsOnWebgpu: WebgpuKernel<{ size: number }> = (gpu, [clip], [output], { size }) => [
  gpu.run(toPixels, [clip], output, {
    threads: clip.shape[0] * clip.shape[1],
    uniforms: viewportOf(size),
  }),
];

const toClip: Shader = {
  name: "ClipToPixelsGradient",
  inputs: ["dy", "clip"],
  uniforms: { slopeX: "f32", slopeY: "f32" },
  code: /* wgsl */ `
    fn each(i: i32) {
      let inverse = 1.0 / clip[4 * i + 3];
      let gx = dy[2 * i] * uniforms.slopeX * inverse;
      let gy = dy[2 * i + 1] * uniforms.slopeY * inverse;
      result[4 * i] = gx;
      result[4 * i + 1] = gy;
      result[4 * i + 2] = 0.0;
      result[4 * i + 3] = -(gx * clip[4 * i] + gy * clip[4 * i + 1]) * inverse;
    }`,
};

export const clipToPixelsGradientOnWebgpu: WebgpuKernel<{ size: number }> = (
  gpu,
  [dy, clip],
  [output],
  { size },
) => [
  gpu.run(toClip, [dy, clip], output, {
    threads: clip.shape[0] * clip.shape[1],
    uniforms: viewportOf(size),
  }),
];
