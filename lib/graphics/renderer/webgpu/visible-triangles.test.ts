/** Which triangle a pixel sees: the shaders beside the z-buffer of `cpu`, and the laws that both keep. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../../base/engine/prepare-engine.js";
import { valuesOn } from "../../../testing/compare-backends.js";
import { describeOnEngine } from "../../../testing/describe-on-engine.js";
import { bumpyMeshes, looseTriangles } from "../../../testing/random-scenes.js";
import { projectToClip } from "../../scene/camera.js";
import { rasterize } from "../rasterize.js";

type Scene = { readonly clip: () => tf.Tensor3D; readonly triangles: () => tf.Tensor2D };

const faces = (list: number[][]) => tf.tensor2d(list, [list.length, 3], "int32");

/** Clip coordinates of meshes whose vertices are given in pixels of a 16×16 picture, w, and z/w. */
function clipFromPixels(...meshes: (readonly (readonly [x: number, y: number, w?: number, z?: number])[])[]) {
  const clip = (x: number, y: number, w = 1, z = 0) => [(x / 8 - 1) * w, (1 - y / 8) * w, z * w, w];
  return tf.tensor3d(meshes.map((mesh) => mesh.map((vertex) => clip(...vertex))));
}

async function ids(scene: Scene, size: number, cullBackFaces = true): Promise<Int32Array> {
  const [found] = await valuesOn("webgpu", () => [
    rasterize(scene.clip(), scene.triangles(), size, size, { cullBackFaces }).triangleId,
  ]);
  return found as Int32Array;
}

/** The part of the pixels in which webgpu sees another triangle than cpu. */
async function shareOfOthers(scene: Scene, width: number, cullBackFaces: boolean): Promise<number> {
  const see = () => [rasterize(scene.clip(), scene.triangles(), 64, width, { cullBackFaces }).triangleId];
  const [expected] = await valuesOn("cpu", see);
  const [actual] = await valuesOn("webgpu", see);
  assert.ok(expected.some((id) => id >= 0) && expected.length === actual.length);
  return Array.from(expected).filter((id, i) => id !== actual[i]).length / expected.length;
}

await describeOnEngine("webgpu", "visible triangles on webgpu", () => {
  before(() => prepareEngine("webgpu"));

  it("are those of cpu for loose triangles of all sizes, through each other, past near and far", async () => {
    for (const [seed, cullBackFaces, spoil] of [
      [1, true, false],
      [2, false, false],
      [3, true, true],
      [4, false, true],
    ] as const) {
      const share = await shareOfOthers(looseTriangles(2, 150, seed, spoil), 48, cullBackFaces);
      assert.ok(share <= 1e-3, `${share}`);
    }
  });

  it("are those of cpu for closed meshes", async () => {
    const { vertices, triangles } = bumpyMeshes(2);
    for (const [width, cullBackFaces] of [
      [16, true],
      [33, false],
      [64, true],
    ] as const) {
      const share = await shareOfOthers(
        { clip: () => tf.tidy(() => projectToClip(vertices())), triangles },
        width,
        cullBackFaces,
      );
      assert.ok(share <= 1e-3, `${share}`);
    }
  });

  it("cover each pixel of a closed mesh once", async () => {
    const { vertices, triangles } = bumpyMeshes(1, 2);
    const [points, list] = [vertices().arraySync()[0], triangles().arraySync()];
    // A mesh a triangle: all other vertices are nowhere.
    const nowhere = [Number.NaN, Number.NaN, Number.NaN];
    const apart = list.map((corners) => points.map((point, i) => (corners.includes(i) ? point : nowhere)));
    const size = 40;
    const together = await ids({ clip: () => tf.tidy(() => projectToClip(vertices())), triangles }, size);
    const alone = await ids(
      { clip: () => tf.tidy(() => projectToClip(tf.tensor3d(apart))), triangles },
      size,
    );
    const count = new Int32Array(size * size);
    alone.forEach((id, i) => {
      assert.ok(id < 0 || id === Math.floor(i / count.length));
      count[i % count.length] += Number(id >= 0);
    });
    assert.deepEqual(
      Array.from(count),
      Array.from(together, (id) => Number(id >= 0)),
    );
    for (let row = 0; row < size; row++) {
      const run = together.subarray(size * row, size * (row + 1)).map((id) => Number(id >= 0));
      assert.match(run.join(""), /^0*1*0*$/, `row ${row}`); // no cracks
    }
  });

  it("have centres that lie exactly on shared edges and corners once, at the left and top", async () => {
    const ring = [[12.5, 8.5], [12.5, 4.5], [8.5, 4.5], [4.5, 4.5], [4.5, 8.5], [4.5, 12.5], [8.5, 12.5], [12.5, 12.5]] as const; // biome-ignore format: corners
    const count = new Int32Array(256);
    for (let i = 0; i < 8; i++) {
      const clip = () => clipFromPixels([[8.5, 8.5], ...ring]);
      const found = await ids({ clip, triangles: () => faces([[0, 1 + i, 1 + ((i + 1) % 8)]]) }, 16);
      found.forEach((id, p) => {
        count[p] += Number(id >= 0);
      });
    }
    for (let p = 0; p < 256; p++) {
      const [x, y] = [p % 16, Math.floor(p / 16)];
      assert.equal(count[p], Number(x >= 4 && x < 12 && y >= 4 && y < 12), `pixel ${x}, ${y}`);
    }
  });

  it("are none where there is no area, no number, nothing before the camera, or nothing between near and far", async () => {
    const good = [14, 14, 1] as const;
    const meshes: [number, number, number?, number?][][] = [
      [[...good], [...good], [...good]],
      [[2, 2], [4, 4], [...good]],
      [[2, 2], [2, Number.NaN], [...good]],
      [[2, 2, 1, Number.NaN], [2, 14], [...good]],
      [[2, 2], [2, Number.POSITIVE_INFINITY], [...good]],
      [[2, 2, 0], [2, 14], [...good]],
      [[2, 2], [2, 14, -1], [...good]],
      [[-20, 2], [-20, 14], [-1, 8]],
      [[2, 17], [2, 40], [14, 40]],
      [[2, 2, 1, -1.1], [2, 14, 1, -1.1], [14, 14, 1, -1.1]],
      [[2, 2, 1, 1.1], [2, 14, 1, 1.1], [14, 14, 1, 1.1]],
    ]; // biome-ignore format: corners
    const none = await ids(
      { clip: () => clipFromPixels(...meshes), triangles: () => faces([[0, 1, 2]]) },
      16,
      false,
    );
    assert.ok(none.every((id) => id === -1));
    const noTriangles = {
      clip: () => clipFromPixels([[2, 2]]),
      triangles: () => tf.zeros<tf.Rank.R2>([0, 3], "int32"),
    };
    assert.ok((await ids(noTriangles, 16)).every((id) => id === -1));
    const huge = () =>
      clipFromPixels([
        [-1e6, -1e6],
        [-1e6, 2e6],
        [2e6, 2e6],
      ]);
    const half = await ids({ clip: huge, triangles: () => faces([[0, 1, 2]]) }, 16);
    assert.ok(half.filter((id) => id === 0).length > 100);
    const wrongNumbers = [
      [0, 1, 7],
      [-1, 1, 2],
    ];
    assert.ok(
      (await ids({ clip: huge, triangles: () => faces(wrongNumbers) }, 16, false)).every((id) => id === -1),
    );
  });

  it("are the first in the list where several lie at one depth, and front faces only if asked", async () => {
    const corners = [
      [2, 2],
      [2, 14],
      [14, 14],
    ] as const;
    const lists = [
      [
        [2, 1, 0],
        [0, 1, 2],
        [1, 2, 0],
      ],
      [
        [0, 1, 2],
        [0, 2, 1],
        [0, 1, 2],
      ],
    ]; // back faces first, then in the middle
    const firsts = [
      [true, 1],
      [false, 0],
    ] as const;
    for (const [list, [cull, first]] of [
      [lists[0], firsts[0]],
      [lists[1], firsts[1]],
    ] as const) {
      const found = await ids(
        { clip: () => clipFromPixels(corners), triangles: () => faces(list) },
        16,
        cull,
      );
      assert.deepEqual([...new Set(found)].sort(), [-1, first]);
    }
  });
});
