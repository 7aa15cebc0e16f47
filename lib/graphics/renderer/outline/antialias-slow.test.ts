import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../../base/tensor/random.js";
import { assertClose, describeOnEachEngine, weightedSum } from "../../../testing/each-engine.js";
import { checkGradient } from "../../../testing/finite-differences.js";
import { headMesh } from "../../../testing/head-mesh.js";
import { bumpySphere } from "../../../testing/sphere-mesh.js";
import { projectToClip } from "../../scene/camera.js";
import { transformVertices } from "../../scene/pose.js";
import { deviceX, deviceY } from "../../scene/viewport.js";
import { coverage } from "../fragments.js";
import { interpolate } from "../interpolate.js";
import { rasterize } from "../rasterize.js";
import { antialias } from "./antialias.js";

type Corner = readonly [x: number, y: number, w: number];

const faces = (list: readonly (readonly number[])[]) => tf.tensor2d(list.flat(), [list.length, 3], "int32");

/** Clip coordinates of one mesh whose vertices are given in pixels of a square picture and in w, at least 0.5. */
function clipFromPixels(vertices: readonly Corner[], size: number): tf.Tensor3D {
  const clip = vertices.map(([x, y, w]) => [deviceX(x, size) * w, deviceY(y, size) * w, 0.9 * w - 0.5, w]);
  return tf.tensor3d([clip]);
}

/** Corners of four-sided pieces, counter-clockwise on the screen, as two triangles each. */
const twoEach = (pieces: number) =>
  faces(
    Array.from({ length: pieces }, (_, i) => [
      [4 * i, 4 * i + 1, 4 * i + 2],
      [4 * i, 4 * i + 2, 4 * i + 3],
    ]).flat(),
  );

/** A mask of what is seen, or a picture with one brightness a vertex, antialiased over black. */
function draw(clip: tf.Tensor3D, triangles: tf.Tensor2D, size: number, brightness?: readonly number[]) {
  const fragments = rasterize(clip, triangles, size, size, { cullBackFaces: false });
  const attributes = brightness && tf.tensor3d([...brightness], [1, brightness.length, 1]);
  const colour = attributes ? interpolate(attributes, fragments, triangles) : coverage(fragments);
  return { colour, fragments, soft: antialias(colour, fragments, clip, triangles) };
}

/** A piece whose right side runs through (x, y) in direction (dx, dy), downward; its other sides are off the screen. */
function halfPlane([x, y]: readonly number[], [dx, dy]: readonly number[], w: number): Corner[] {
  const far = 200;
  const [top, bottom] = [
    [x - far * dx, y - far * dy],
    [x + far * dx, y + far * dy],
  ];
  const [ox, oy] = [-far * dy, far * dx]; // to the right of a walk down is the screen's left
  return [
    [top[0], top[1], w],
    [top[0] + ox, top[1] + oy, w],
    [bottom[0] + ox, bottom[1] + oy, w],
    [bottom[0], bottom[1], w],
  ];
}

/** How far a line through the point, in the direction, runs inside a square picture. */
function lengthInside([x, y]: readonly number[], [dx, dy]: readonly number[], size: number): number {
  const samples = 200_000;
  let inside = 0;
  for (let i = 0; i < samples; i++) {
    const t = ((i + 0.5) / samples - 0.5) * 4 * size;
    const [px, py] = [x + t * dx, y + t * dy];
    if (px > 0 && px < size && py > 0 && py < size) inside++;
  }
  return (inside / samples) * 4 * size;
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);

describeOnEachEngine("antialias", () => {
  it("gives the exact coverage along straight upright and level sides (16×16, by formula)", () => {
    tf.tidy(() => {
      const [left, right, top, bottom] = [3.3, 12.8, 4.625, 11.25];
      const square: Corner[] = [[left, top, 2], [left, bottom, 2], [right, bottom, 2], [right, top, 2]]; // biome-ignore format: corners
      const mask = draw(clipFromPixels(square, 16), twoEach(1), 16).soft.dataSync();
      const overlap = (pixel: number, from: number, to: number) =>
        Math.max(0, Math.min(pixel + 1, to) - Math.max(pixel, from));
      let partly = 0;
      for (let p = 0; p < 256; p++) {
        const [x, y] = [overlap(p % 16, left, right), overlap(Math.floor(p / 16), top, bottom)];
        if (x % 1 !== 0 && y % 1 !== 0) continue; // a pixel with a corner: a blend from two sides, not the area
        assertClose([mask[p]], [x * y], 1e-6);
        if (x * y > 0 && x * y < 1) partly++;
      }
      assert.equal(partly, 2 * 8 + 2 * 6);
    });
  });

  it("gives each row its exact coverage beside a slanted side, and each pixel that the side cuts through", () => {
    tf.tidy(() => {
      const [point, slope] = [[9.15, 8], 0.3];
      const length = Math.hypot(slope, 1);
      const clip = clipFromPixels(halfPlane(point, [slope / length, 1 / length], 3), 16);
      const mask = draw(clip, twoEach(1), 16).soft.dataSync();
      for (let row = 0; row < 16; row++) {
        const side = (y: number) => point[0] + slope * (y - point[1]);
        assertClose([sum(mask.subarray(16 * row, 16 * row + 16))], [side(row + 0.5)], 1e-5);
        const column = Math.floor(side(row + 0.5));
        if (Math.floor(side(row)) !== column || Math.floor(side(row + 1)) !== column) continue;
        assertClose([mask[16 * row + column]], [side(row + 0.5) - column], 1e-5);
      }
    });
  });

  it("finds the outline of a dense closed mesh, whose triangles are smaller than pixels: against 16×16 samples", () => {
    tf.tidy(() => {
      const { vertices, triangles } = bumpySphere(5, 0.9);
      const clip = projectToClip(vertices);
      const { colour, soft } = draw(clip, triangles, 64);
      const fine = coverage(rasterize(clip, triangles, 1024, 1024));
      const exact = tf.avgPool(fine, 16, 16, "valid");
      const error = (mask: tf.Tensor) =>
        Math.sqrt(tf.mean(tf.squaredDifference(mask, exact)).dataSync()[0] as number);
      const [before, after] = [error(colour), error(soft)];
      assert.ok(after < before / 10, `root mean square error ${before} without, ${after} with`);
    });
  });

  it("changes little by little as a mesh turns: without it, pixels jump by 1", () => {
    const head = headMesh(4, 0.85);
    const largestStep = (soft: boolean) => {
      let [most, before] = [0, new Float32Array(0)];
      for (let step = 0; step < 64; step++) {
        tf.tidy(() => {
          const angles = tf.tensor2d([[step * 1.6e-4, step * 6e-4, step * 3e-4]]);
          const clip = projectToClip(transformVertices(head.vertices, angles, tf.zeros([1, 3])));
          const drawn = draw(clip, head.triangles, 64);
          const mask = Float32Array.from((soft ? drawn.soft : drawn.colour).dataSync());
          before.forEach((value, p) => {
            most = Math.max(most, Math.abs(value - mask[p]));
          });
          before = mask;
        });
      }
      return most;
    };
    assert.equal(largestStep(false), 1);
    const most = largestStep(true);
    assert.ok(most < 0.2, `changes by ${most}`);
    tf.dispose(head);
  });

  it("blends by no more than 1, even triangles and gaps narrower than a pixel", () => {
    const random = createRandom(6);
    let partly = 0;
    for (let trial = 0; trial < 300; trial++) {
      tf.tidy(() => {
        const [x, y, spread] = [8 + random.uniform(), 8 + random.uniform(), 0.2 + 4 * random.uniform() ** 2];
        const corners = Array.from({ length: 6 }, (): Corner => [x + spread * random.normal(), y + spread * random.normal(), 1]); // biome-ignore format: corners
        const { soft } = draw(clipFromPixels(corners, 16), faces([[0, 1, 2], [3, 4, 5]]), 16); // biome-ignore format: two triangles
        for (const value of soft.dataSync()) {
          assert.ok(value >= -1e-6 && value <= 1 + 1e-6, `${value} in trial ${trial}`);
          if (value > 0 && value < 1) partly++;
        }
      });
    }
    assert.ok(partly > 300);
  });

  it("changes no bit away from outlines, nor where two triangles of one surface meet", () => {
    tf.tidy(() => {
      const corners: Corner[] = [[3, 3, 1], [3, 13, 2], [13, 13, 1.5], [13, 3, 1]]; // biome-ignore format: corners
      const { colour, soft } = draw(clipFromPixels(corners, 16), twoEach(1), 16, [0.1, 0.9, 0.4, 0.7]);
      const [before, after] = [colour.dataSync(), soft.dataSync()];
      for (let p = 0; p < 256; p++) {
        const [x, y] = [p % 16, Math.floor(p / 16)];
        const atSide = [2, 3, 12, 13].some((side) => x === side || y === side);
        if (!atSide) assert.equal(after[p], before[p], `pixel ${x}, ${y}`);
      }
      assert.ok(before[16 * 8 + 8] > 0);
    });
  });

  it("takes an edge for an outline where the neighbour folds back or is not drawn, else not", () => {
    tf.tidy(() => {
      const ends: Corner[] = [[8.2, 2, 1], [8.2, 14, 1], [2, 8, 1]]; // biome-ignore format: corners
      const list = [[0, 2, 1], [0, 1, 3]]; // biome-ignore format: two triangles on the edge 0–1
      const left = (third: Corner) =>
        draw(clipFromPixels([...ends, third], 16), faces(list), 16).soft.dataSync();
      const row = 16 * 8; // the edge is 0.2 into the pixel to the right of the last covered one
      assertClose(left([14, 8, 1]).slice(row + 7, row + 9), [1, 1], 0); // ahead: one surface
      for (const third of [
        [4, 8, 2],
        [14, 8, -1],
        [Number.NaN, 8, 1],
        [14, 8, Number.NaN],
      ] as Corner[]) {
        assertClose(left(third).slice(row + 7, row + 9), [1, 0.2], 1e-5);
      }
    });
  });

  it("has the gradient of its central differences to colour and clip, at fixed visibility", async () => {
    const size = 16;
    const corners: Corner[] = [[1.13, 2.07, 2], [3.21, 15.3, 3], [14.37, 12.2, 1.5], [12.9, 1.24, 2.5], [6.2, 5.3, 1], [4.1, 9.7, 1.2], [9.9, 10.2, 0.9]]; // biome-ignore format: corners
    const triangles = faces([[0, 1, 2], [0, 2, 3], [4, 5, 6]]); // biome-ignore format: triangles
    const clip = clipFromPixels(corners, size);
    const fragments = rasterize(clip, triangles, size, size);
    const colour = tf.tensor4d(createRandom(3).normalArray(size * size * 2), [1, size, size, 2]);
    const apply = (c: tf.Tensor, k: tf.Tensor) =>
      weightedSum(antialias(c as tf.Tensor4D, fragments, k as tf.Tensor3D, triangles));
    const error = await checkGradient(apply, [colour, clip], { step: 4e-4, samples: 40 });
    const [, toClip] = tf.grads(apply)([colour, clip]);
    const values = toClip.dataSync();
    assert.ok(
      Array.from({ length: 7 }, (_, i) => values[4 * i] !== 0 && values[4 * i + 2] === 0).every(Boolean),
    );
    tf.dispose([triangles, clip, colour, toClip, ...Object.values(fragments)]);
    assert.ok(error < 1e-2, `error ${error}`);
  });

  it("changes the sum of a picture by edge length × colour difference as the edge slides over a background", () => {
    const size = 32;
    const brightness = 0.7;
    for (const degrees of [0, 10, 30, 44, 46, 65, 90, 130, 170, 200, 300]) {
      tf.tidy(() => {
        const angle = (degrees * Math.PI) / 180;
        const [direction, point] = [[-Math.sin(angle), Math.cos(angle)], [16.3, 15.6]]; // biome-ignore format: line
        const normal = [direction[1], -direction[0]]; // out of the piece
        const corners = halfPlane(point, direction, 2);
        const sumAt = (slide: tf.Tensor) => {
          const inDevice = tf.tensor1d([(4 / size) * normal[0], (-4 / size) * normal[1], 0, 0]); // 2 / size × w
          const clip = tf.add(clipFromPixels(corners, size), tf.mul(slide, inDevice)) as tf.Tensor3D;
          return tf.sum(draw(clip, twoEach(1), size, Array(4).fill(brightness)).soft) as tf.Scalar;
        };
        const expected = brightness * lengthInside(point, direction, size);
        const [gradient] = tf.grad(sumAt)(tf.scalar(0)).dataSync();
        assertClose([gradient / expected], [1], 0.05);
        const [before, after] = [-0.5, 0.5].map((slide) => sumAt(tf.scalar(slide)).dataSync()[0] as number);
        assertClose([(after - before) / expected], [1], 0.05);
      });
    }
  });

  it("gives an occlusion's gradient to the nearer triangle, and none to the farther's edge under it", () => {
    tf.tidy(() => {
      const size = 32;
      // The farther piece from 5.3 to 20.4, the nearer from 12.6 on, both from top to bottom and beyond.
      const band = (left: number, right: number, w: number): Corner[] => [[left, -50, w], [left, 80, w], [right, 80, w], [right, -50, w]]; // biome-ignore format: corners
      const clip = clipFromPixels([...band(5.3, 20.4, 3), ...band(12.6, 90, 2)], size);
      const { colour, fragments } = draw(clip, twoEach(2), size, [
        ...Array(4).fill(0.9),
        ...Array(4).fill(0.2),
      ]);
      const total = (c: tf.Tensor) => tf.sum(antialias(colour, fragments, c as tf.Tensor3D, twoEach(2)));
      const gradient = tf.grad(total)(clip).dataSync();
      /** What the sum gains as a piece's side moves right by one pixel: 2 w / size in clip x at both ends. */
      const slide = (ends: number[], w: number) =>
        ends.reduce((change, vertex) => change + gradient[4 * vertex] * ((2 * w) / size), 0);
      assertClose([slide([4, 5], 2)], [size * (0.9 - 0.2)], 1e-3);
      assertClose([slide([0, 1], 3)], [size * -0.9], 1e-3);
      assert.deepEqual([...gradient.slice(8, 16)], Array(8).fill(0));
    });
  });

  it("treats every picture of a batch by itself", () => {
    tf.tidy(() => {
      const random = createRandom(8);
      const triangles = faces([[0, 1, 2], [0, 2, 3], [1, 4, 2]]); // biome-ignore format: triangles
      const clips = [0, 1].map(() =>
        clipFromPixels(
          Array.from(
            { length: 5 },
            (): Corner => [16 * random.uniform(), 16 * random.uniform(), 1 + random.uniform()],
          ),
          16,
        ),
      );
      const loss = (clip: tf.Tensor) => {
        const fragments = rasterize(clip as tf.Tensor3D, triangles, 16, 16, { cullBackFaces: false });
        return antialias(coverage(fragments), fragments, clip as tf.Tensor3D, triangles);
      };
      const gradient = tf.grad((clip: tf.Tensor) => tf.sum(tf.square(loss(clip))));
      const both = tf.concat(clips, 0);
      for (const f of [loss, gradient]) {
        const alone = clips.flatMap((clip) => [...f(clip).dataSync()]);
        assert.deepEqual([...f(both).dataSync()], alone);
        assert.ok(alone.some((value) => value % 1 !== 0));
      }
    });
  });

  it("names a wrong shape and leaves nothing behind but its result", () => {
    tf.tidy(() => {
      const triangles = faces([[0, 1, 2]]);
      const clip = clipFromPixels([[2, 2, 1], [2, 14, 1], [14, 14, 1]], 16); // biome-ignore format: corners
      const fragments = rasterize(clip, triangles, 16, 16);
      const [colour, wrong] = [tf.ones<tf.Rank.R4>([1, 16, 16, 3]), tf.ones<tf.Rank.R4>([1, 16, 15, 3])];
      const before = tf.memory().numTensors;
      assert.throws(
        () => antialias(wrong, fragments, clip, triangles),
        /antialias: `triangleId` should have shape \[B=1, H=16, W=15\] but has \[1,16,16\]/,
      );
      antialias(colour, fragments, clip, triangles).dispose();
      const gradients = tf.grads((c, k) =>
        tf.sum(antialias(c as tf.Tensor4D, fragments, k as tf.Tensor3D, triangles)),
      )([colour, clip]);
      tf.dispose(gradients);
      assert.equal(tf.memory().numTensors, before);
    });
  });
});
