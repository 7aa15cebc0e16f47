/**
 * The z-buffer of `visibility.ts` on the graphics processor: each triangle has a thread, which visits the pixels of
 * the triangle's box.
 *
 * The nearest depth of each pixel is found first, then the lowest number among the triangles that have it: this
 * order, by depth and then by number, does not depend on the order of the threads. Both passes are one shader, and a
 * number says which pass it is, so both compute a depth with the same bits.
 *
 * Numbers that have double precision there have single precision here. An edge is still evaluated from its
 * lower-numbered vertex, and `fma` fixes the order of operations, so the two triangles that share it get exactly
 * opposite values: there is no gap, and no pixel belongs to both. A centre within about 1e-5 pixels of an edge may
 * fall on the other side of it here.
 *
 * WGSL does not have to support infinities or NaN, so the bits of a number tell whether it is finite.
 */
import type * as tf from "@tensorflow/tfjs";
import type { Gpu, Shader, WebgpuKernel } from "../../../base/engine/webgpu-kernel.js";

export type VisibleTrianglesAttributes = {
  readonly height: number;
  readonly width: number;
  readonly cullBackFaces: boolean;
};

export const visibleTrianglesOnWebgpu: WebgpuKernel<VisibleTrianglesAttributes> = (
  gpu,
  [clip, triangles],
  [output],
  { height, width, cullBackFaces },
) => {
  const [batch, vertexCount] = clip.shape;
  const faces = triangles.shape[0];
  const pixels = batch * height * width;
  const screen = projectToScreen(gpu, clip, height, width);
  const nearest = gpu.run(clear, [], { shape: [2 * pixels], dtype: "int32" });
  for (const second of [0, 1]) {
    gpu.run(draw, [screen, triangles], nearest, {
      threads: batch * faces,
      uniforms: { height, width, vertexCount, faces, pixels, second, cull: Number(cullBackFaces) },
    });
  }
  const triangleId = gpu.run(pick, [nearest], output, { uniforms: { pixels } });
  gpu.dispose(screen, nearest);
  return [triangleId];
};

/**
 * Projects vertices to the screen: x and y in pixels, z/w, and whether all three are finite and w is above 0. A
 * vertex farther away than 1e15 pixels, where areas leave the range of a float, counts as not finite.
 * @param clip [B, N, 4]
 * @returns [B, N, 4], the caller's
 */
export function projectToScreen(gpu: Gpu, clip: tf.TensorInfo, height: number, width: number): tf.TensorInfo {
  const threads = clip.shape[0] * clip.shape[1];
  const uniforms = { height, width };
  return gpu.run(project, [clip], { shape: clip.shape, dtype: "float32" }, { threads, uniforms });
}

const project: Shader = {
  name: "VisibleTriangles, project",
  inputs: ["clip"],
  uniforms: { height: "i32", width: "i32" },
  code: /* wgsl */ `
    fn isFinite(value: f32) -> bool { return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u; }
    fn each(i: i32) {
      let w = clip[4 * i + 3];
      let half = 0.5 * vec2<f32>(f32(uniforms.width), f32(uniforms.height));
      let x = fma(clip[4 * i] / w, half.x, half.x);
      let y = fma(-clip[4 * i + 1] / w, half.y, half.y); // down
      let z = clip[4 * i + 2] / w;
      let good = isFinite(w) && w > 0.0 && isFinite(x) && isFinite(y) && isFinite(z) && max(abs(x), abs(y)) < 1e15;
      result[4 * i] = x;
      result[4 * i + 1] = y;
      result[4 * i + 2] = z;
      result[4 * i + 3] = select(0.0, 1.0, good);
    }`,
};

/** Means that there is no depth and no number: the largest whole number. */
const clear: Shader = {
  name: "VisibleTriangles, clear",
  inputs: [],
  code: "fn each(i: i32) { result[i] = 0x7fffffff; }",
};

const draw: Shader = {
  name: "VisibleTriangles, draw",
  inputs: ["screen", "triangles"],
  uniforms: {
    height: "i32",
    width: "i32",
    vertexCount: "i32",
    faces: "i32",
    pixels: "i32",
    second: "i32",
    cull: "i32",
  },
  atomic: true,
  code: /* wgsl */ `
    fn vertex(i: i32) -> vec4<f32> {
      return vec4<f32>(screen[4 * i], screen[4 * i + 1], screen[4 * i + 2], screen[4 * i + 3]);
    }

    /** Positive inside, for the edge through \`start\` along \`way\`. */
    fn edge(way: vec2<f32>, start: vec2<f32>, centre: vec2<f32>) -> f32 {
      return fma(way.x, centre.y - start.y, -(way.y * (centre.x - start.x)));
    }

    /** A centre exactly on an edge belongs to the triangle for which the edge is at its left or top. */
    fn covers(value: f32, way: vec2<f32>) -> bool {
      return value > 0.0 || (value == 0.0 && (way.y < 0.0 || (way.y == 0.0 && way.x > 0.0)));
    }

    /** Depths in the order of whole numbers; 0 has one form only. */
    fn orderOf(depth: f32) -> i32 {
      let bits = bitcast<i32>(select(depth, 0.0, depth == 0.0));
      return select(bits, bits ^ 0x7fffffff, bits < 0);
    }

    fn each(i: i32) {
      let image = i / uniforms.faces;
      let triangle = i % uniforms.faces;
      let corner = vec3<i32>(triangles[3 * triangle], triangles[3 * triangle + 1], triangles[3 * triangle + 2]);
      if (any(corner < vec3<i32>(0)) || any(corner >= vec3<i32>(uniforms.vertexCount))) { return; }
      let first = image * uniforms.vertexCount;
      let a = vertex(first + corner.x);
      let b = vertex(first + corner.y);
      let c = vertex(first + corner.z);
      if (a.w == 0.0 || b.w == 0.0 || c.w == 0.0) { return; }

      // Twice the area; with y down the front is negative. 0 is none, and what rounding may have turned is kept: the
      // edges decide on it.
      let products = vec2<f32>((b.x - a.x) * (c.y - a.y), (c.x - a.x) * (b.y - a.y));
      let area = products.x - products.y;
      let unsure = 1e-6 * (abs(products.x) + abs(products.y));
      if (area == 0.0 || (uniforms.cull == 1 && area > unsure)) { return; }
      let inside = select(-1.0, 1.0, uniforms.cull == 0 && area > 0.0);

      let size = vec2<f32>(f32(uniforms.width), f32(uniforms.height));
      let least = clamp(ceil(min(min(a.xy, b.xy), c.xy) - 0.5), vec2<f32>(0.0), size);
      let most = clamp(floor(max(max(a.xy, b.xy), c.xy) - 0.5), vec2<f32>(-1.0), size - 1.0);
      let way0 = inside * (c.xy - b.xy); // opposite a
      let way1 = inside * (a.xy - c.xy);
      let way2 = inside * (b.xy - a.xy);
      let start0 = select(c.xy, b.xy, corner.y < corner.z);
      let start1 = select(a.xy, c.xy, corner.z < corner.x);
      let start2 = select(b.xy, a.xy, corner.x < corner.y);
      for (var row = i32(least.y); row <= i32(most.y); row++) {
        for (var column = i32(least.x); column <= i32(most.x); column++) {
          let centre = vec2<f32>(f32(column) + 0.5, f32(row) + 0.5);
          let e0 = edge(way0, start0, centre);
          let e1 = edge(way1, start1, centre);
          let e2 = edge(way2, start2, centre);
          if (!(covers(e0, way0) && covers(e1, way1) && covers(e2, way2))) { continue; }
          let scale = 1.0 / (e0 + e1 + e2);
          let depth = fma(e2 * scale, c.z - a.z, fma(e1 * scale, b.z - a.z, a.z)); // affine on the screen
          if (!(depth >= -1.0 && depth <= 1.0)) { continue; } // nearer than near, or past far
          let pixel = (image * uniforms.height + row) * uniforms.width + column;
          if (uniforms.second == 0) {
            atomicMin(&result[pixel], orderOf(depth));
          } else if (atomicLoad(&result[pixel]) == orderOf(depth)) {
            atomicMin(&result[uniforms.pixels + pixel], triangle);
          }
        }
      }
    }`,
};

const pick: Shader = {
  name: "VisibleTriangles, pick",
  inputs: ["nearest"],
  uniforms: { pixels: "i32" },
  code: /* wgsl */ `
    fn each(i: i32) {
      let triangle = nearest[uniforms.pixels + i];
      result[i] = select(triangle, -1, triangle == 0x7fffffff);
    }`,
};
