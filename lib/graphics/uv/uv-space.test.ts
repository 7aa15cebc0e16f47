import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { multiplySparseDense } from "../../base/tensor/sparse-matrix.js";
import { loadEmbeddedModel } from "../../face/morphable-model/embedded-model.js";
import type { MorphableModelData } from "../../face/morphable-model/morphable-model.js";
import { checkGradient } from "../../testing/finite-differences.js";
import { createUvSpace, type UvMesh, type UvSpace } from "./uv-space.js";

const size = 128;

/** Two triangles on the middle of the map, of which the first alone is skin. */
function square(): UvMesh {
  const [low, high] = [0.25, 0.75];
  return {
    uvs: tf.tensor3d([low, low, high, low, high, high, low, high], [1, 4, 2]),
    triangles: tf.tensor2d([0, 2, 1, 0, 3, 2], [2, 3], "int32"),
    skinTriangle: Uint8Array.of(1, 0),
  };
}

for (const engine of ["cpu", "wasm"] as const) {
  describe(`uv/uv-space: a square [${engine}]`, () => {
    let mesh: UvMesh;
    let space: UvSpace;

    before(async () => {
      await prepareEngine(engine);
      mesh = square();
      space = createUvSpace(mesh, 8);
    });

    after(() => {
      space.dispose();
      tf.dispose([mesh.uvs, mesh.triangles]);
    });

    it("covers the texels whose centres lie in it, and masks those on skin", () => {
      const covered = Array.from(space.covered.dataSync());
      const expected = Array.from({ length: 64 }, (_, p) => {
        const [x, y] = [p % 8, Math.floor(p / 8)];
        return Number(x >= 2 && x < 6 && y >= 2 && y < 6);
      });
      assert.deepEqual(covered, expected);
      const mask = space.uvMask.dataSync();
      const skin = [mask[2 * 8 + 5], mask[5 * 8 + 2]];
      assert.deepEqual(skin, [1, 0], "the upper right is skin, the lower left is not");
      assert.ok(mask.every((value, p) => value <= covered[p]));
    });

    it("interpolates linearly inside and repeats the nearest value outside", () => {
      const map = tf.tidy(() => space.vertexToUv(tf.tensor3d([0, 1, 1, 0], [1, 4, 1])));
      assert.deepEqual(map.shape, [1, 8, 8, 1]);
      const row = Array.from(map.dataSync()).slice(3 * 8, 4 * 8);
      const expected = [1 / 8, 1 / 8, 1 / 8, 3 / 8, 5 / 8, 7 / 8, 7 / 8, 7 / 8];
      row.forEach((value, x) => {
        assert.ok(Math.abs(value - expected[x]) < 1e-6, `${row}`);
      });
      map.dispose();
    });

    for (const batch of [1, 2]) {
      it(`has the gradient of its central differences, for a batch of ${batch}`, async () => {
        const random = createRandom(1);
        const attributes = tf.tensor3d(random.normalArray(batch * 4 * 3), [batch, 4, 3]);
        const weights = tf.tensor4d(random.normalArray(batch * 64 * 3), [batch, 8, 8, 3]);
        const error = await checkGradient(
          (x) => tf.sum(tf.mul(tf.square(space.vertexToUv(x as tf.Tensor3D)), weights)),
          [attributes],
          { samples: 24 },
        );
        tf.dispose([attributes, weights]);
        assert.ok(error < 2e-3, `relative error ${error}`);
      });
    }

    it("maps a batch as each alone, and leaves no tensors behind", () => {
      const attributes = tf.tensor3d(createRandom(2).normalArray(2 * 4 * 3), [2, 4, 3]);
      const held = tf.memory().numTensors;
      tf.tidy(() => {
        const both = space.vertexToUv(attributes).dataSync();
        const each = tf
          .unstack(attributes)
          .flatMap((one) => [...space.vertexToUv(tf.expandDims(one, 0)).dataSync()]);
        assert.deepEqual([...both], each);
      });
      space.vertexToUv(attributes).dispose();
      tf.grad((x) => tf.sum(space.vertexToUv(x as tf.Tensor3D)))(attributes).dispose();
      assert.equal(tf.memory().numTensors, held);
      attributes.dispose();
    });

    it("frees all its tensors on `dispose`", () => {
      const held = tf.memory().numTensors;
      createUvSpace(mesh, 16).dispose();
      assert.equal(tf.memory().numTensors, held);
    });

    it("names wrong shapes", () => {
      const uvs = tf.zeros<tf.Rank.R3>([2, 4, 2]);
      assert.throws(() => createUvSpace({ ...mesh, uvs }, 8), /createUvSpace: `uvs`/);
      assert.throws(
        () => space.vertexToUv(tf.zeros<tf.Rank>([4, 3]) as tf.Tensor3D),
        /vertexToUv|interpolate/,
      );
      uvs.dispose();
    });
  });
}

describe("graphics/uv/uv-space: the embedded model", () => {
  let data: MorphableModelData;
  let mesh: UvMesh;
  let space: UvSpace;

  before(async () => {
    await prepareEngine("wasm");
    data = await loadEmbeddedModel();
    mesh = {
      uvs: tf.tensor3d(data.uvs, [1, data.uvs.length / 2, 2]),
      triangles: tf.tensor2d(data.triangles, [data.triangles.length / 3, 3], "int32"),
      skinTriangle: data.skinTriangle,
    };
    space = createUvSpace(mesh, size);
  });

  after(() => {
    space.dispose();
    tf.dispose([mesh.uvs, mesh.triangles]);
  });

  it("carries each texel's own centre back: vertexToUv(uv)(x, y) = ((x + ½) / U, (y + ½) / U)", () => {
    const map = tf.tidy(() => space.vertexToUv(mesh.uvs).dataSync());
    const covered = space.covered.dataSync();
    let worst = 0;
    for (let p = 0; p < size * size; p++) {
      if (!covered[p]) continue;
      worst = Math.max(
        worst,
        Math.abs(map[2 * p] - ((p % size) + 0.5) / size),
        Math.abs(map[2 * p + 1] - (Math.floor(p / size) + 0.5) / size),
      );
    }
    assert.ok(worst < 1e-4, `off by ${worst}`);
  });

  it("keeps the mask of skin within what is covered, eyes and mouth out of it", () => {
    const [mask, covered] = [space.uvMask, space.covered].map((map) => map.dataSync<"float32">());
    assert.ok(mask.every((value, p) => value <= covered[p]));
    const at = (v: number) =>
      Math.floor(data.uvs[2 * v + 1] * size) * size + Math.floor(data.uvs[2 * v] * size);
    for (let t = 0; t < data.skinTriangle.length; t++) {
      if (data.skinTriangle[t]) continue;
      // A texel in the middle of three others' corners can only be of the same part if all corners agree.
      const corners = [0, 1, 2].map((c) => at(data.triangles[3 * t + c]));
      if (corners.every((p) => p === corners[0]) && isInside(data, t, corners[0]))
        assert.equal(mask[corners[0]], 0);
    }
    const lip = Math.round(
      (data.uvs[2 * data.landmarks[62] + 1] + data.uvs[2 * data.landmarks[66] + 1]) * 0.5 * size,
    );
    assert.equal(mask[lip * size + size / 2], 0, "the mouth's opening");
    const share = mask.reduce((a, b) => a + b) / mask.length;
    assert.ok(share > 0.5, `${share} of the map is skin`);
  });

  it("mirrors maps by mirroring the face: masks exactly, positions by x ↔ −x", () => {
    for (const mask of [space.uvMask, space.covered]) {
      const mirrored = tf.tidy(() => tf.sum(tf.abs(tf.sub(mask, tf.reverse(mask, 2)))).dataSync()[0]);
      assert.equal(mirrored, 0);
    }
    const mean = data.shapeSubdivision.reduce((x, m) => multiplySparseDense(m, x, 3), data.meanShape);
    const worst = tf.tidy(() => {
      const map = space.vertexToUv(tf.tensor3d(mean, [1, mean.length / 3, 3]));
      const other = tf.mul(tf.reverse(map, 2), tf.tensor1d([-1, 1, 1]));
      return tf.max(tf.mul(tf.abs(tf.sub(map, other)), space.uvMask)).dataSync()[0];
    });
    // Quads are cut along diagonals that do not mirror; on curved quads that leaves a hair's breadth.
    assert.ok(worst < 2e-3, `off by ${worst} units of 10 cm`);
  });

  it("leaves nothing without a value: outside the face too, maps hold values of the face", () => {
    const map = tf.tidy(() => space.vertexToUv(tf.ones([1, data.uvs.length / 2, 1])).dataSync());
    assert.ok(map.every((value) => Math.abs(value - 1) < 1e-5));
  });
});

/** Whether the centre of a texel lies inside a triangle of the map. */
function isInside(data: MorphableModelData, t: number, texel: number): boolean {
  const centre = [(texel % size) + 0.5, Math.floor(texel / size) + 0.5];
  const corners = [0, 1, 2].map((c) => [0, 1].map((k) => data.uvs[2 * data.triangles[3 * t + c] + k] * size));
  const signs = corners.map(([ax, ay], c) => {
    const [bx, by] = corners[(c + 1) % 3];
    return Math.sign((bx - ax) * (centre[1] - ay) - (by - ay) * (centre[0] - ax));
  });
  return signs.every((s) => s === signs[0]);
}
