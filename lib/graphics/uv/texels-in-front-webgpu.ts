/** Which texels nothing lies before, on the graphics processor; see `unwrap-texture.ts`. */
import type { Shader, WebgpuKernel } from "../../base/engine/webgpu-kernel.js";

const shader: Shader = {
  name: "TexelsInFront",
  inputs: ["uv", "position", "triangleId", "depth"],
  uniforms: { cameraDistance: "f32", tolerance: "f32" },
  code: /* wgsl */ `
    fn each(i: i32) {
      result[i] = 0.0;
      let shape = uniforms.triangleIdShape;
      let size = vec2<f32>(f32(shape.z), f32(shape.y));
      let place = floor(vec2<f32>(uv[2 * i], uv[2 * i + 1]) * size);
      if (!(all(place >= vec2<f32>(0.0)) && all(place < size))) { return; }
      let image = i / (uniforms.uvShape.y * uniforms.uvShape.z);
      let pixel = (image * shape.y + i32(place.y)) * shape.z + i32(place.x);
      let distance = uniforms.cameraDistance - position[3 * i + 2];
      if (triangleId[pixel] >= 0 && distance <= depth[pixel] + uniforms.tolerance) { result[i] = 1.0; }
    }`,
};

export const texelsInFrontOnWebgpu: WebgpuKernel<{ cameraDistance: number; tolerance: number }> = (
  gpu,
  inputs,
  [output],
  uniforms,
) => [gpu.run(shader, inputs, output, { uniforms })];
