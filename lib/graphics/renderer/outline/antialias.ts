/**
 * Pictures with outlines that move smoothly, in the manner of nvdiffrast (Laine et al. 2020, section 3.6): where two
 * neighbouring pixels see different things, the outline of the nearer thing crosses the line between their centres at
 * a part `s` of the way. The pixel in which it crosses is blended with its neighbour,
 *
 *     s < 1/2:  near += (1/2 − s) (far − near)        s ≥ 1/2:  far += (s − 1/2) (near − far)
 *
 * This is the pixel's exact coverage if the outline is straight and leaves the pixel through two opposite sides. The
 * derivative by `s` is `near − far` in both cases: the change of the picture as the outline moves on.
 */
import * as tf from "@tensorflow/tfjs";
import { defineOp } from "../../../base/engine/define-op.js";
import { checkShapes } from "../../../base/tensor/check-shapes.js";
import { clipSize, clipW, pixelX, pixelY } from "../../scene/viewport.js";
import type { Fragments } from "../fragments.js";
import {
  antialiasClipGradientOnWebgpu,
  antialiasColourGradientOnWebgpu,
  antialiasOnWebgpu,
} from "../webgpu/antialias.js";
import { edgeNeighbours } from "./edge-neighbours.js";
import { findOutlinePairs } from "./outline-pairs.js";

/**
 * An edge that runs nearly along the line between two centres moves its crossing far. For the gradient it moves by at
 * most this many pixels when the edge moves by one.
 */
const mostSlope = 10;

/**
 * Blends pixels across outlines: the mesh's borders, and edges whose two triangles face opposite ways on the screen.
 * Differentiable in `colour` and, by the crossings, in `clip`; other pixels stay as they are, to the bit. A result is
 * always between its pixel's and its neighbours' colours.
 *
 * Where the surface ends without an edge (cut off at near or far, or by another surface) there is no outline.
 * @param colour any picture of the fragments, whose empty pixels already have the background's colour, [B, H, W, C]
 * @param fragments of the same mesh
 * @param clip the clip coordinates that were rasterised, [B, N, 4]
 * @param triangles the triangles that were rasterised, int32, [F, 3]; a seam with doubled vertices is an outline
 * @returns [B, H, W, C]
 */
export function antialias(
  colour: tf.Tensor4D,
  { triangleId, depth }: Pick<Fragments, "triangleId" | "depth">,
  clip: tf.Tensor3D,
  triangles: tf.Tensor2D,
): tf.Tensor4D {
  checkShapes("antialias", {
    colour: [colour, ["B", "H", "W", "C"]],
    triangleId: [triangleId, ["B", "H", "W"]],
    depth: [depth, ["B", "H", "W"]],
    clip: [clip, ["B", "N", 4]],
    triangles: [triangles, ["F", 3]],
  });
  return tf.tidy(() => {
    const neighbours = tf.tensor2d(edgeNeighbours(triangles), [triangles.shape[0], 3], "int32");
    return antialiasOp([colour, clip, triangleId, depth, triangles, neighbours], {})[0] as tf.Tensor4D;
  });
}

const inputs = ["colour", "clip", "triangleId", "depth", "triangles", "neighbours"];

const antialiasOp = defineOp({
  name: "Antialias",
  inputs,
  outputs: ([colour]) => [{ shape: colour, dtype: "float32" }],
  webgpu: antialiasOnWebgpu,
  run: ([colour, ...rest], [out]) => {
    const from = colour.values;
    const to = out.values;
    const channels = colour.shape[3];
    to.set(from);
    for (const { near, far, target, reach } of findOutlinePairs(rest)) {
      for (let c = 0; c < channels; c++) {
        to[channels * target + c] += reach * (from[channels * near + c] - from[channels * far + c]);
      }
    }
  },
  gradient: ([dy], saved) => ({
    colour: () => colourGradient([dy, ...saved.slice(1)], {})[0],
    clip: () => clipGradient([dy, ...saved], {})[0],
    depth: () => tf.zerosLike(saved[3]),
  }),
});

const colourGradient = defineOp({
  name: "AntialiasColourGradient",
  inputs: ["dy", ...inputs.slice(1)],
  outputs: ([dy]) => [{ shape: dy, dtype: "float32" }],
  webgpu: antialiasColourGradientOnWebgpu,
  run: ([dy, ...rest], [out]) => {
    const g = dy.values;
    const sum = out.values;
    const channels = dy.shape[3];
    sum.set(g);
    for (const { near, far, target, reach } of findOutlinePairs(rest)) {
      for (let c = 0; c < channels; c++) {
        const value = reach * g[channels * target + c];
        sum[channels * near + c] += value;
        sum[channels * far + c] -= value;
      }
    }
  },
});

const clipGradient = defineOp({
  name: "AntialiasClipGradient",
  inputs: ["dy", ...inputs],
  outputs: ([, , clip]) => [{ shape: clip, dtype: "float32" }],
  webgpu: antialiasClipGradientOnWebgpu(mostSlope),
  run: ([dy, colour, ...rest], [out]) => {
    const g = dy.values;
    const from = colour.values;
    const v = rest[0].values;
    const [, height, width, channels] = colour.shape;
    const sum = new Float64Array(v.length); // many pairs on a long edge: in double precision
    // The viewport is affine, so its slopes are differences of it.
    const perX = pixelX(1, width) - pixelX(0, width);
    const perY = pixelY(1, height) - pixelY(0, height);
    /** From a gradient to a vertex's place in pixels to one to its clip coordinates. */
    const add = (i: number, gx: number, gy: number) => {
      const inverse = 1 / v[i + clipW];
      const dx = gx * perX * inverse;
      const dy = gy * perY * inverse;
      sum[i] += dx;
      sum[i + 1] += dy;
      sum[i + clipW] -= (dx * v[i] + dy * v[i + 1]) * inverse;
    };
    for (const pair of findOutlinePairs(rest)) {
      const { near, far, target, vertical, direction, start } = pair;
      const { before, after, share, slope } = pair.outline;
      let value = 0;
      for (let c = 0; c < channels; c++) {
        value += g[channels * target + c] * (from[channels * near + c] - from[channels * far + c]);
      }
      // The crossing follows the edge's ends by their shares: along the line as they do, across it by the slope.
      const along = direction * value;
      const across = -Math.min(Math.max(slope, -mostSlope), mostSlope) * value;
      const gx = vertical ? across : along;
      const gy = vertical ? along : across;
      add(start + clipSize * before, (1 - share) * gx, (1 - share) * gy);
      add(start + clipSize * after, share * gx, share * gy);
    }
    out.values.set(sum);
  },
});
