import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../base/tensor/random.js";
import { assertClose, describeOnEachEngine, weightedSum } from "../../testing/each-engine.js";
import { checkGradient } from "../../testing/finite-differences.js";
import { sphereMesh } from "../../testing/sphere-mesh.js";
import { projectToClip } from "../scene/camera.js";
import { transformVertices } from "../scene/pose.js";
import { locateFragments } from "./barycentrics.js";
import { coverage, disposeFragments, type Fragments } from "./fragments.js";
import { rasterize } from "./rasterize.js";

const oneTriangle = [[0, 1, 2]];
const faces = (list: number[][]) => tf.tensor2d(list, [list.length, 3], "int32");

/** Clip coordinates of one mesh whose vertices are given in pixels of a 16×16 picture, w, and z/w. */
function clipFromPixels(vertices: readonly (readonly [x: number, y: number, w: number, z?: number])[]) {
  return tf.tensor3d([vertices.map(([x, y, w, z = 0]) => [(x / 8 - 1) * w, (1 - y / 8) * w, z * w, w])]);
}

/** Ids of a 16×16 picture. */
function idsOf(clip: tf.Tensor3D, triangles: number[][], cullBackFaces = true): Int32Array {
  return tf.tidy(() =>
    rasterize(clip, faces(triangles), 16, 16, { cullBackFaces }).triangleId.dataSync<"int32">(),
  );
}

describeOnEachEngine("rasterize", () => {
  it("covers the pixel centres of a flat triangle and gives the affine barycentrics (16×16, by formula)", () => {
    tf.tidy(() => {
      // Corners (2, 2), (2, 14), (14, 14): the pixels with 2 < x, y < 14, x < y; centres on x = y are the edge's.
      const clip = clipFromPixels([[2, 2, 1], [2, 14, 1], [14, 14, 1]]); // biome-ignore format: corners
      const { triangleId, barycentrics, depth } = rasterize(clip, faces(oneTriangle), 16, 16);
      const [ids, b, d] = [triangleId.dataSync(), barycentrics.dataSync(), depth.dataSync()];
      for (let p = 0; p < 256; p++) {
        const [x, y] = [(p % 16) + 0.5, Math.floor(p / 16) + 0.5];
        if (x === y) continue;
        const inside = x > 2 && y < 14 && x < y;
        assert.equal(ids[p], inside ? 0 : -1, `pixel ${x}, ${y}`);
        const weights = inside ? [1 - (y - 2) / 12, (y - x) / 12, (x - 2) / 12] : [0, 0, 0];
        assertClose(b.slice(3 * p, 3 * p + 3), weights, 1e-6);
        assert.equal(d[p], inside ? 1 : 0);
      }
    });
  });

  it("is perspective-correct: as the hit of the pixel's ray with the triangle in space", () => {
    tf.tidy(() => {
      const vertices = [[-0.6, -0.5, 4], [0.7, -0.2, -3], [-0.1, 0.6, 1]]; // biome-ignore format: corners
      const clip = projectToClip(tf.tensor3d([vertices]));
      const { triangleId, barycentrics, depth } = rasterize(clip, faces(oneTriangle), 64, 64);
      const [ids, b, d] = [triangleId.dataSync(), barycentrics.dataSync(), depth.dataSync()];
      let covered = 0;
      for (let p = 0; p < 64 * 64; p++) {
        if (ids[p] < 0) continue;
        covered++;
        const ray = [(p % 64) + 0.5 - 32, 32 - Math.floor(p / 64) - 0.5, (-1015 * 64) / 224];
        const { weights, distance } = intersect([0, 0, 10], ray, vertices);
        assertClose(b.slice(3 * p, 3 * p + 3), weights, 2e-6);
        assertClose([d[p]], [-ray[2] * distance], 1e-5);
      }
      assert.ok(covered > 200, `${covered} pixels`);
    });
  });

  it("has the gradient of its central differences to x, y and w, and none to z", async () => {
    const clip = clipFromPixels([[1, 2, 2], [3, 15, 3], [14, 12, 1.5], [13, 1, 2.5]]); // biome-ignore format: corners
    const triangles = faces([[0, 1, 2], [0, 2, 3]]); // biome-ignore format: two triangles
    const { triangleId, ...rest } = rasterize(clip, triangles, 16, 16);
    // The gradient is that of a fixed visibility, so the differences are too.
    const sumOf = ({ barycentrics, depth }: Pick<Fragments, "barycentrics" | "depth">) =>
      tf.add(weightedSum(barycentrics), weightedSum(depth)) as tf.Scalar;
    const apply = (c: tf.Tensor) => sumOf(locateFragments(c as tf.Tensor3D, triangles, triangleId));
    const error = await checkGradient(apply, [clip], { step: 2e-3, samples: 16 });
    const whole = tf.grad((c: tf.Tensor) => sumOf(rasterize(c as tf.Tensor3D, triangles, 16, 16)));
    const alone = tf.grad(apply);
    tf.tidy(() => assertClose(whole(clip).dataSync(), alone(clip).dataSync(), 0));
    assert.ok(error < 1e-2, `error ${error}`);
    tf.dispose([clip, triangles, triangleId, rest.barycentrics, rest.depth]);
  });

  it("covers each pixel of a closed mesh once: no cracks, front and back alike", () => {
    const { vertices, triangles } = sphereMesh(2);
    const random = createRandom(5);
    for (let trial = 0; trial < 4; trial++) {
      tf.tidy(() => {
        const angles = tf.tensor2d([[random.normal(), random.normal(), random.normal()]]);
        const turned = transformVertices(tf.tensor3d([vertices]), angles, tf.zeros<tf.Rank.R2>([1, 3]));
        const clip = projectToClip(turned);
        const ids = rasterize(clip, faces(triangles), 96, 96).triangleId.dataSync();
        // Each triangle alone, front faces only: how often is each pixel covered?
        const count = new Int32Array(96 * 96);
        for (const triangle of triangles) {
          const alone = tf.tidy(() => rasterize(clip, faces([triangle]), 96, 96).triangleId.dataSync());
          alone.forEach((id, p) => {
            if (id >= 0) count[p]++;
          });
        }
        // The outline of the sphere is convex: covered pixels of a row are one run.
        for (let row = 0; row < 96; row++) {
          const run = Array.from(ids.subarray(96 * row, 96 * (row + 1)), (id) => (id >= 0 ? "1" : "0")).join(
            "",
          );
          assert.match(run, /^0*1*0*$/, `row ${row}: ${run}`);
        }
        assert.ok(count.every((times, p) => times === (ids[p] >= 0 ? 1 : 0)));
      });
    }
  });

  it("gives centres that lie exactly on shared edges and corners to one triangle", () => {
    tf.tidy(() => {
      // A fan of eight right triangles around a pixel centre, with edges through centres.
      const ring = [[12.5, 8.5], [12.5, 4.5], [8.5, 4.5], [4.5, 4.5], [4.5, 8.5], [4.5, 12.5], [8.5, 12.5], [12.5, 12.5]]; // biome-ignore format: corners
      const clip = clipFromPixels([[8.5, 8.5, 1], ...ring.map(([x, y]) => [x, y, 1] as const)]);
      const fan = ring.map((_, i) => [0, 1 + i, 1 + ((i + 1) % 8)]);
      const count = new Int32Array(256);
      for (const triangle of fan) {
        idsOf(clip, [triangle]).forEach((id, p) => {
          if (id >= 0) count[p]++;
        });
      }
      for (let p = 0; p < 256; p++) {
        const [x, y] = [p % 16, Math.floor(p / 16)];
        const inside = x >= 4 && x < 12 && y >= 4 && y < 12; // the square's left and top edges are its own
        assert.equal(count[p], inside ? 1 : 0, `pixel ${x}, ${y}`);
      }
    });
  });

  it("mirrors when the scene is mirrored", () => {
    tf.tidy(() => {
      const { vertices, triangles } = sphereMesh(2);
      const moved = vertices.map(([x, y, z]) => [0.5 * x + 0.2 + 0.1 * y, 0.6 * y, z]);
      const mirrored = moved.map(([x, y, z]) => [-x, y, z]);
      const render = (points: number[][], list: number[][]) =>
        rasterize(projectToClip(tf.tensor3d([points])), faces(list), 40, 40);
      const one = render(moved, triangles);
      const other = render(
        mirrored,
        triangles.map(([a, b, c]) => [a, c, b]),
      );
      assert.deepEqual(tf.reverse(other.triangleId, 2).dataSync(), one.triangleId.dataSync());
      assertClose(tf.reverse(other.depth, 2).dataSync(), one.depth.dataSync(), 1e-5);
      const swapped = tf.gather(tf.reverse(other.barycentrics, 2), tf.tensor1d([0, 2, 1], "int32"), 3);
      assertClose(swapped.dataSync(), one.barycentrics.dataSync(), 1e-4);
    });
  });

  it("leaves back faces out, or draws them if asked, and lets the nearer triangle hide the farther", () => {
    tf.tidy(() => {
      const front = clipFromPixels([[2, 2, 1], [2, 14, 1], [14, 14, 1]]); // biome-ignore format: corners
      assert.ok(idsOf(front, [[0, 2, 1]]).every((id) => id === -1));
      assert.deepEqual(idsOf(front, [[0, 2, 1]], false).filter((id) => id === 0).length, 66 + 0 * 12);
      const two = clipFromPixels([[2, 2, 1, 0.5], [2, 14, 1, 0.5], [14, 14, 1, 0.5], [2, 2, 1], [2, 14, 1], [14, 14, 1]]); // biome-ignore format: corners
      for (const order of [
        [
          [0, 1, 2],
          [3, 4, 5],
        ],
        [
          [3, 4, 5],
          [0, 1, 2],
        ],
      ]) {
        // biome-ignore format: two orders
        const nearer = order.findIndex(([first]) => first === 3);
        assert.ok(idsOf(two, order).every((id) => id === -1 || id === nearer));
      }
    });
  });

  it("leaves out what has no area, is not a number, is behind the camera, off the screen or past near and far", () => {
    const good: [number, number, number] = [14, 14, 1];
    const bad: [string, [number, number, number, number?][]][] = [
      ["a point", [good, good, good]],
      ["a line", [[2, 2, 1], [4, 4, 1], good]], // biome-ignore format: corners
      ["NaN", [[2, 2, 1], [2, Number.NaN, 1], good]], // biome-ignore format: corners
      ["NaN z", [[2, 2, 1, Number.NaN], [2, 14, 1], good]], // biome-ignore format: corners
      ["infinite", [[2, 2, 1], [2, Number.POSITIVE_INFINITY, 1], good]], // biome-ignore format: corners
      ["infinite w", [[2, 2, 1], [2, 14, Number.POSITIVE_INFINITY], good]], // biome-ignore format: corners
      ["w = 0", [[2, 2, 0], [2, 14, 1], good]], // biome-ignore format: corners
      ["w < 0", [[2, 2, 1], [2, 14, -1], good]], // biome-ignore format: corners
      ["off to the left", [[-20, 2, 1], [-20, 14, 1], [-1, 8, 1]]], // biome-ignore format: corners
      ["off below", [[2, 17, 1], [2, 40, 1], [14, 40, 1]]], // biome-ignore format: corners
      ["nearer than near", [[2, 2, 1, -1.1], [2, 14, 1, -1.1], [14, 14, 1, -1.1]]], // biome-ignore format: corners
      ["past far", [[2, 2, 1, 1.1], [2, 14, 1, 1.1], [14, 14, 1, 1.1]]], // biome-ignore format: corners
    ];
    for (const [what, corners] of bad) {
      tf.tidy(() => {
        const clip = clipFromPixels(corners);
        assert.ok(
          idsOf(clip, oneTriangle, false).every((id) => id === -1),
          what,
        );
        const gradient = tf.grad((c: tf.Tensor) =>
          weightedSum(rasterize(c as tf.Tensor3D, faces(oneTriangle), 16, 16).barycentrics),
        );
        assert.ok(
          gradient(clip)
            .dataSync()
            .every((value) => value === 0),
          what,
        );
      });
    }
    tf.tidy(() => {
      const huge = clipFromPixels([[-1e6, -1e6, 1], [-1e6, 2e6, 1], [2e6, 2e6, 1]]); // biome-ignore format: corners
      assert.ok(idsOf(huge, oneTriangle).filter((id) => id === 0).length > 100);
      assert.ok(idsOf(huge, [[0, 1, 7], [-1, 1, 2]]).every((id) => id === -1)); // biome-ignore format: wrong numbers
    });
  });

  it("gives an edge-on triangle no gradient, and others a finite one", () => {
    tf.tidy(() => {
      const grad = tf.grad((c: tf.Tensor) =>
        weightedSum(rasterize(c as tf.Tensor3D, faces(oneTriangle), 16, 16).barycentrics),
      );
      const sliver = clipFromPixels([[2, 2.496, 1], [2, 2.504, 1], [14, 2.5, 1]]); // biome-ignore format: corners
      assert.ok(idsOf(sliver, oneTriangle).some((id) => id === 0));
      assert.ok(
        grad(sliver)
          .dataSync()
          .every((value) => value === 0),
      );
      const small = clipFromPixels([[2.4, 2.4, 1], [2.4, 2.6, 1], [2.7, 2.5, 1]]); // biome-ignore format: corners
      const values = grad(small).dataSync();
      assert.ok(values.some((value) => value !== 0) && values.every(Number.isFinite));
    });
  });

  it("treats every mesh of a batch by itself", () => {
    tf.tidy(() => {
      const a = clipFromPixels([[2, 2, 1], [2, 14, 1], [14, 14, 1]]); // biome-ignore format: corners
      const b = clipFromPixels([[1, 5, 2], [3, 15, 3], [15, 9, 1]]); // biome-ignore format: corners
      const grad = tf.grad((c: tf.Tensor) => {
        const { barycentrics } = rasterize(c as tf.Tensor3D, faces(oneTriangle), 16, 16);
        return tf.sum(tf.mul(tf.square(barycentrics), tf.tensor1d([1, 2, 3])));
      });
      const both = tf.concat([a, b], 0);
      const whole = rasterize(both, faces(oneTriangle), 16, 16);
      const alone = [a, b].map((clip) => rasterize(clip, faces(oneTriangle), 16, 16));
      for (const key of ["triangleId", "barycentrics", "depth"] as const) {
        const expected = alone.flatMap((fragments) => [...fragments[key].dataSync()]);
        assert.deepEqual([...whole[key].dataSync()], expected);
      }
      const expected = [a, b].flatMap((clip) => [...grad(clip).dataSync()]);
      assert.deepEqual([...grad(both).dataSync()], expected);
    });
  });

  it("names a wrong argument and leaves nothing behind but its fragments", () => {
    const [clip, wrong, triangles] = [
      clipFromPixels([[2, 2, 1], [2, 14, 1], good16]),
      tf.zeros<tf.Rank.R3>([1, 3, 3]),
      faces(oneTriangle),
    ];
    const before = tf.memory().numTensors;
    assert.throws(
      () => rasterize(wrong, triangles, 16, 16),
      /rasterize: `clip` should have shape \[B, N, 4\]/,
    );
    assert.throws(() => rasterize(clip, triangles, 16.5, 16), /rasterize: `height` should be a whole number/);
    const fragments = rasterize(clip, triangles, 16, 16);
    const mask = coverage(fragments);
    assert.equal(tf.memory().numTensors, before + 4);
    assert.deepEqual(mask.shape, [1, 16, 16, 1]);
    mask.dispose();
    disposeFragments(fragments);
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([clip, wrong, triangles]);
  });
});

const good16 = [14, 14, 1] as const;

/** Where a ray hits a triangle's plane, by Möller and Trumbore, in double precision. */
function intersect(origin: number[], ray: number[], [a, b, c]: number[][]) {
  const minus = (p: number[], q: number[]) => p.map((value, i) => value - q[i]);
  const dot = (p: number[], q: number[]) => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
  const cross = ([x, y, z]: number[], [u, v, w]: number[]) => [y * w - z * v, z * u - x * w, x * v - y * u];
  const [ab, ac, to] = [minus(b, a), minus(c, a), minus(origin, a)];
  const across = cross(ray, ac);
  const determinant = dot(ab, across);
  const toAb = cross(to, ab);
  const [u, v] = [dot(to, across) / determinant, dot(ray, toAb) / determinant];
  return { weights: [1 - u - v, u, v], distance: dot(ac, toAb) / determinant };
}
