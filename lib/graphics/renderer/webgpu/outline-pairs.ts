/**
 * Finds pairs of neighbouring pixels between which an outline passes, on the graphics processor: the walk of
 * `outline.ts` and the choice of `outline-pairs.ts`, with one thread for each pair. Where rounding decides whether a
 * surface folds at one edge or at the next, single precision may find the crossing on another edge, at nearly the
 * same place.
 */
import type * as tf from "@tensorflow/tfjs";
import { type Gpu, type Shader, sizeOf } from "../../../base/engine/webgpu-kernel.js";
import { projectToScreen } from "./visible-triangles.js";

/**
 * All pairs of a picture: pair `2 p` is pixel p and the one to its right, pair `2 p + 1` is pixel p and the one
 * below.
 */
export interface Pairs {
  /** int32, [2 B H W, 6]; read by `readPair`. */
  readonly pairs: tf.TensorInfo;
  /** Whether a pixel is blended along its column, not its row, [B H W]. */
  readonly vertical: tf.TensorInfo;
}

/** @returns the pairs, which the caller owns */
export function findPairs(
  gpu: Gpu,
  [clip, triangleId, depth, triangles, neighbours]: readonly tf.TensorInfo[],
): Pairs {
  const pixels = sizeOf(triangleId);
  const [, height, width] = triangleId.shape;
  const screen = projectToScreen(gpu, clip, height, width);
  const pairs = gpu.run(
    walk,
    [screen, triangleId, depth, triangles, neighbours],
    { shape: [2 * pixels, 6], dtype: "int32" },
    { threads: 2 * pixels },
  );
  const uniforms = { height, width };
  const vertical = gpu.run(choose, [pairs], { shape: [pixels], dtype: "int32" }, { uniforms });
  gpu.dispose(screen);
  return { pairs, vertical };
}

const walk: Shader = {
  name: "Antialias, walk",
  inputs: ["screen", "triangleId", "depth", "triangles", "neighbours"],
  code: /* wgsl */ `
    const mostSteps = 1000;
    const tolerance = 1e-4; // in pixels, for rounding

    fn nextCorner(corner: i32) -> i32 { return select(corner + 1, corner - 2, corner % 3 == 2); }
    fn previousCorner(corner: i32) -> i32 { return select(corner - 1, corner + 2, corner % 3 == 0); }
    fn cross2(a: vec2<f32>, b: vec2<f32>) -> f32 { return fma(a.x, b.y, -(a.y * b.x)); }

    struct Line { first: i32, centre: vec2<f32>, vertical: bool, direction: f32 }

    /** A vertex from the nearer centre: x along the line toward the other centre, which is at 1, y across it. */
    fn place(vertex: i32, line: Line) -> vec2<f32> {
      let at = 4 * (line.first + vertex);
      let offset = vec2<f32>(screen[at], screen[at + 1]) - line.centre;
      let along = select(offset.x, offset.y, line.vertical);
      return vec2<f32>(line.direction * along, select(offset.y, offset.x, line.vertical));
    }

    /** The corner of the triangle for whose edge, crossed by the line, the rest of the triangle is behind; −1 if none. */
    fn exitCorner(triangle: i32, line: Line) -> i32 {
      for (var corner = 3 * triangle; corner < 3 * triangle + 3; corner++) {
        let i = place(triangles[nextCorner(corner)], line);
        let j = place(triangles[previousCorner(corner)], line);
        let below = j.y > 0.0;
        if ((i.y > 0.0) == below) { continue; }
        let turn = cross2(place(triangles[corner], line) - i, j - i);
        if (select(-turn, turn, below) < 0.0) { return corner; }
      }
      return -1;
    }

    fn write(i: i32, kind: i32, reach: f32, before: i32, after: i32, share: f32, slope: f32) {
      result[6 * i] = kind;
      result[6 * i + 1] = bitcast<i32>(reach);
      result[6 * i + 2] = before;
      result[6 * i + 3] = after;
      result[6 * i + 4] = bitcast<i32>(share);
      result[6 * i + 5] = bitcast<i32>(slope);
    }

    fn each(i: i32) {
      write(i, 0, 0.0, 0, 0, 0.0, 0.0);
      let shape = uniforms.triangleIdShape;
      let here = i / 2;
      let vertical = i % 2 == 1;
      let column = here % shape.z;
      let row = (here / shape.z) % shape.y;
      if (select(column + 1 == shape.z, row + 1 == shape.y, vertical)) { return; }
      let there = here + select(1, shape.z, vertical);
      let seenHere = triangleId[here];
      let seenThere = triangleId[there];
      if (seenHere == seenThere) { return; }
      let hereIsNear = seenThere < 0 || (seenHere >= 0 && depth[here] <= depth[there]);
      let step = vec2<f32>(select(1.0, 0.0, vertical), select(0.0, 1.0, vertical));
      let centre = vec2<f32>(f32(column) + 0.5, f32(row) + 0.5);
      var line: Line;
      line.first = (here / (shape.y * shape.z)) * uniforms.screenShape.y;
      line.centre = select(centre + step, centre, hereIsNear);
      line.vertical = vertical;
      line.direction = select(-1.0, 1.0, hereIsNear);

      var corner = exitCorner(select(seenThere, seenHere, hereIsNear), line);
      if (corner < 0) { return; }
      var before = triangles[nextCorner(corner)];
      var after = triangles[previousCorner(corner)];
      if (place(before, line).y > 0.0) {
        let end = before;
        before = after;
        after = end;
      }
      for (var steps = 0; steps < mostSteps; steps++) {
        let start = place(before, line);
        let edge = place(after, line) - start;
        let share = -start.y / edge.y;
        let at = fma(share, edge.x, start.x);
        if (!(at >= -tolerance && at <= 1.0 + tolerance)) { return; }
        let next = neighbours[corner];
        var goesOn = next >= 0;
        var vertex = 0;
        var own = vec2<f32>(0.0);
        if (goesOn) {
          vertex = triangles[next];
          own = place(vertex, line);
          // Whether the neighbour is drawn at all, and its own vertex ahead of the edge.
          goesOn = screen[4 * (line.first + vertex) + 3] == 1.0 && cross2(own - start, edge) >= 0.0;
        }
        if (!goesOn) {
          let reach = clamp(at, 0.0, 1.0) - 0.5;
          write(i, select(2, 1, hereIsNear), reach, before, after, share, edge.x / edge.y);
          return;
        }
        // The walk leaves the neighbour between its own vertex and the end on the line's other side.
        let below = own.y > 0.0;
        let left = select(before, after, below);
        corner = select(previousCorner(next), nextCorner(next), triangles[nextCorner(next)] == left);
        if (below) { after = vertex; } else { before = vertex; }
      }
    }`,
};

/**
 * For shaders with `pairs`: a pair that has an outline, or one with `found` false. `near` and `far` are its pixels,
 * `target` the one that is blended.
 */
export const readPair = /* wgsl */ `
  struct Pair {
    found: bool, near: i32, far: i32, blended: i32, reach: f32,
    before: i32, after: i32, share: f32, slope: f32, direction: f32,
  }

  fn readPair(i: i32, width: i32) -> Pair {
    let here = i / 2;
    let there = here + select(1, width, i % 2 == 1);
    let hereIsNear = pairs[6 * i] == 1;
    var pair: Pair;
    pair.found = pairs[6 * i] != 0;
    pair.near = select(there, here, hereIsNear);
    pair.far = select(here, there, hereIsNear);
    pair.reach = bitcast<f32>(pairs[6 * i + 1]);
    pair.blended = select(pair.far, pair.near, pair.reach < 0.0);
    pair.before = pairs[6 * i + 2];
    pair.after = pairs[6 * i + 3];
    pair.share = bitcast<f32>(pairs[6 * i + 4]);
    pair.slope = bitcast<f32>(pairs[6 * i + 5]);
    pair.direction = select(-1.0, 1.0, hereIsNear);
    return pair;
  }

  /** The pairs of a pixel: with the ones to its right and below, then with the ones to its left and above; −1 if none. */
  fn pairsOf(pixel: i32, height: i32, width: i32) -> vec4<i32> {
    let column = pixel % width;
    let row = (pixel / width) % height;
    return vec4<i32>(
      2 * pixel,
      2 * pixel + 1,
      select(2 * (pixel - 1), -1, column == 0),
      select(2 * (pixel - width) + 1, -1, row == 0),
    );
  }`;

const choose: Shader = {
  name: "Antialias, choose",
  inputs: ["pairs"],
  uniforms: { height: "i32", width: "i32" },
  code: /* wgsl */ `${readPair}
    fn each(i: i32) {
      var sums = vec2<f32>(0.0); // along the row, along the column
      let own = pairsOf(i, uniforms.height, uniforms.width);
      for (var k = 0; k < 4; k++) {
        if (own[k] < 0) { continue; }
        let pair = readPair(own[k], uniforms.width);
        if (pair.found && pair.blended == i) { sums[k % 2] += abs(pair.reach) / fma(pair.slope, pair.slope, 1.0); }
      }
      result[i] = select(0, 1, sums.y > sums.x);
    }`,
};
