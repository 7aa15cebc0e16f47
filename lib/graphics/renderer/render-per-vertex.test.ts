import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../base/tensor/random.js";
import { assertClose, describeOnEachEngine, weightedSum } from "../../testing/each-engine.js";
import { checkGradient } from "../../testing/finite-differences.js";
import { bumpySphere } from "../../testing/sphere-mesh.js";
import { shadingAt, type Vector } from "../scene/light.js";
import { namedLights } from "../scene/named-lights.js";
import { ambientWhite } from "../scene/spherical-harmonics.js";
import { interpolate } from "./interpolate.js";
import { renderTextured } from "./render.js";
import { renderPerVertex } from "./render-per-vertex.js";
import { vertexNormals } from "./vertex-normals.js";

const lightOf = (...lights: (readonly number[])[]) => tf.tensor2d(lights.flat(), [lights.length, 27]);
const noise = (seed: number, shape: [number, number, number, number]) =>
  tf.tensor4d(createRandom(seed).normalArray(tf.util.sizeFromShape(shape)), shape);

function sphereScene(size: number, subdivisions = 2) {
  const mesh = bumpySphere(subdivisions, 0.9);
  return { ...mesh, normals: vertexNormals(mesh.vertices, mesh.triangles), size };
}

describeOnEachEngine("renderPerVertex", () => {
  it("takes the nearest texel of both maps at each vertex, lights it there, and interpolates the colours", () => {
    tf.tidy(() => {
      const scene = sphereScene(32);
      // Sides that are no powers of two, and not the same for the two maps.
      const [albedoMap, lightMap] = [noise(1, [1, 5, 7, 3]), noise(2, [1, 6, 3, 27])];
      const [uvs, normals] = [scene.uvs.dataSync(), scene.normals.dataSync()];
      const texel = (map: tf.Tensor4D, vertex: number) => {
        const [, rows, columns, channels] = map.shape;
        const [column, row] = [Math.floor(uvs[2 * vertex] * columns), Math.floor(uvs[2 * vertex + 1] * rows)];
        const start = (row * columns + column) * channels;
        return Array.from(map.dataSync().subarray(start, start + channels));
      };
      const colours = Array.from({ length: scene.vertices.shape[1] }, (_, v) => {
        const normal = Array.from(normals.subarray(3 * v, 3 * v + 3)) as unknown as Vector;
        const albedo = texel(albedoMap, v);
        return shadingAt(texel(lightMap, v), normal).map((shading, c) => shading * albedo[c]);
      });
      const { image, mask, fragments } = renderPerVertex(scene, albedoMap, lightMap);
      const expected = interpolate(tf.tensor3d([colours]), fragments, scene.triangles);
      assertClose(image.dataSync(), expected.dataSync(), 1e-4);
      assertClose(mask.dataSync(), renderTextured(scene, albedoMap, lightMap).mask.dataSync(), 0);
    });
  });

  it("shows a constant albedo under ambient white", () => {
    tf.tidy(() => {
      const scene = sphereScene(32);
      const { image, mask } = renderPerVertex(scene, tf.fill([1, 4, 4, 3], 0.4), lightOf(ambientWhite));
      assertClose(
        image.dataSync(),
        Array.from(mask.dataSync()).flatMap((covered) => Array(3).fill(0.4 * covered)),
        1e-6,
      );
    });
  });

  it("approaches per-pixel shading as the mesh gets finer than the map", () => {
    tf.tidy(() => {
      const smooth = tf.image.resizeBilinear(noise(3, [1, 3, 3, 3]), [64, 64]);
      const light = lightOf(namedLights.window);
      const difference = (subdivisions: number) => {
        const scene = sphereScene(48, subdivisions);
        const [one, other] = [renderPerVertex, renderTextured].map((f) => f(scene, smooth, light).image);
        return tf.mean(tf.abs(tf.sub(one, other))).dataSync()[0] as number;
      };
      const [coarse, fine] = [difference(2), difference(5)];
      assert.ok(fine < coarse / 3, `${coarse} with 128 triangles, ${fine} with 8,192`);
    });
  });

  it("follows uvs with their own triangles, where each takes its vertex's normal", () => {
    tf.tidy(() => {
      const scene = sphereScene(32);
      const corners = tf.reshape(scene.triangles, [-1]) as tf.Tensor1D;
      const uvTriangles = tf.reshape<tf.Rank.R2>(tf.range(0, corners.size, 1, "int32"), [-1, 3]);
      const seams = { ...scene, uvs: tf.gather(scene.uvs, corners, 1), uvTriangles };
      const [map, light] = [noise(4, [1, 8, 8, 3]), lightOf(namedLights.sunset)];
      const [whole, split] = [scene, seams].map((s) => renderPerVertex(s, map, light).image.dataSync());
      assertClose(split, whole, 1e-6);
    });
  });

  it("treats every face of a batch by itself, with uvs for all", () => {
    tf.tidy(() => {
      const scene = sphereScene(24);
      const twice = {
        ...scene,
        vertices: tf.tile(scene.vertices, [2, 1, 1]),
        normals: tf.tile(scene.normals, [2, 1, 1]),
      };
      const maps = [noise(5, [1, 8, 8, 3]), noise(6, [1, 8, 8, 3])];
      const lights = [lightOf(namedLights.window), lightOf(namedLights.sunset)];
      const both = renderPerVertex(twice, tf.concat(maps, 0), tf.concat(lights, 0)).image.dataSync();
      const alone = [0, 1].flatMap((i) => [...renderPerVertex(scene, maps[i], lights[i]).image.dataSync()]);
      assert.deepEqual([...both], alone);
    });
  });

  it("has the gradient of its central differences to both maps and the normals, and none to uvs", async () => {
    const { vertices, triangles, uvs, normals } = tf.tidy(() => sphereScene(16, 1));
    const inputs = [noise(7, [1, 3, 3, 3]), noise(8, [1, 2, 2, 27]), normals];
    const render = (a: tf.Tensor, l: tf.Tensor, n: tf.Tensor, at: tf.Tensor = uvs) => {
      const scene = { vertices, triangles, uvs: at as tf.Tensor3D, normals: n as tf.Tensor3D, size: 16 };
      return weightedSum(renderPerVertex(scene, a as tf.Tensor4D, l as tf.Tensor4D).image);
    };
    const error = await checkGradient((a, l, n) => render(a, l, n), inputs, { samples: 30 });
    const toUvs = tf.tidy(() =>
      tf
        .grad((at: tf.Tensor) => render(inputs[0], inputs[1], inputs[2], at))(uvs)
        .dataSync(),
    );
    tf.dispose([...inputs, vertices, triangles, uvs]);
    assert.ok(toUvs.every((value) => value === 0));
    assert.ok(error < 1e-2, `error ${error}`);
  });

  it("names a wrong argument and leaves nothing behind but its rendering", () => {
    tf.tidy(() => {
      const scene = sphereScene(16);
      const [map, light] = [noise(9, [1, 4, 4, 3]), lightOf(ambientWhite)];
      const uvTriangles = tf.tensor2d([[0, 1, 2]], [1, 3], "int32");
      const before = tf.memory().numTensors;
      assert.throws(
        () => renderPerVertex({ ...scene, uvTriangles }, map, light),
        /renderPerVertex: `uvTriangles` should have as many rows/,
      );
      const rendering = renderPerVertex(scene, map, light);
      assert.equal(tf.memory().numTensors, before + 5);
      tf.dispose([rendering.image, rendering.mask, rendering.fragments]);
      assert.equal(tf.memory().numTensors, before);
    });
  });
});
