import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { assertClose, describeOnEachEngine } from "../../testing/each-engine.js";
import { checkGradient } from "../../testing/finite-differences.js";
import { bumpySphere } from "../../testing/sphere-mesh.js";
import { projectToClip } from "../scene/camera.js";
import { namedLights } from "../scene/named-lights.js";
import { ambientWhite } from "../scene/spherical-harmonics.js";
import { locateFragments } from "./barycentrics.js";
import { interpolate } from "./interpolate.js";
import { rasterize } from "./rasterize.js";
import { compositeOver, renderTextured, renderVertexColoured } from "./render.js";
import { sampleTexture } from "./sample-texture.js";
import { shade } from "./shade/shade.js";
import { vertexNormals } from "./vertex-normals.js";

const lightOf = (light: readonly number[]) => tf.tensor2d([...light], [1, 27]);

/** A smooth texture, [1, side, side, 3]. */
function smoothTexture(side: number): tf.Tensor4D {
  const values = Array.from({ length: side * side * 3 }, (_, i) => {
    const [x, y] = [(Math.floor(i / 3) % side) / side, Math.floor(i / 3 / side) / side];
    return 0.5 + 0.2 * Math.sin(5 * x + (i % 3)) + 0.2 * Math.cos(4 * y - (i % 3));
  });
  return tf.tensor4d(values, [1, side, side, 3]);
}

function sphereScene(size: number) {
  const mesh = bumpySphere(3, 0.9);
  return { ...mesh, normals: vertexNormals(mesh.vertices, mesh.triangles), size };
}

describeOnEachEngine("render", () => {
  it("shows the albedo map itself under ambient white, where the scene is, and black elsewhere", () => {
    tf.tidy(() => {
      const scene = sphereScene(48);
      const map = smoothTexture(32);
      const { image, mask, fragments } = renderTextured(scene, map, lightOf(ambientWhite));
      const albedo = sampleTexture(map, interpolate(scene.uvs, fragments, scene.triangles), mask);
      assertClose(image.dataSync(), albedo.dataSync(), 1e-6);
      const [covered, colour] = [mask.dataSync(), image.dataSync()];
      assert.ok(covered.every((value, p) => value === 1 || colour[3 * p] === 0));
      const share = tf.mean(mask).dataSync()[0];
      assert.ok(share > 0.3 && share < 0.9, `covers ${share}`);
    });
  });

  it("takes a map of lights for the one light it repeats", () => {
    tf.tidy(() => {
      const scene = sphereScene(32);
      const [map, light] = [smoothTexture(16), lightOf(namedLights.window)];
      const lights = tf.tile(tf.reshape<tf.Rank.R4>(light, [1, 1, 1, 27]), [1, 16, 16, 1]);
      const [one, many] = [light, lights].map((l) => renderTextured(scene, map, l).image.dataSync());
      assertClose(one, many, 1e-5);
    });
  });

  it("renders a constant albedo a vertex as the same constant map, and follows uvs with their own triangles", () => {
    tf.tidy(() => {
      const scene = sphereScene(32);
      const light = lightOf(namedLights.sunset);
      const constant = renderTextured(scene, tf.fill([1, 4, 4, 3], 0.4), light).image.dataSync();
      const coloured = renderVertexColoured(scene, tf.fill([1, scene.vertices.shape[1], 3], 0.4), light);
      assertClose(coloured.image.dataSync(), constant, 1e-6);
      // The same uvs once a triangle corner, as if every edge were a seam.
      const corners = tf.reshape(scene.triangles, [-1]) as tf.Tensor1D;
      const uvTriangles = tf.reshape<tf.Rank.R2>(tf.range(0, corners.size, 1, "int32"), [-1, 3]);
      const seams = { ...scene, uvs: tf.gather(scene.uvs, corners, 1), uvTriangles };
      const map = smoothTexture(16);
      const [whole, split] = [scene, seams].map((s) => renderTextured(s, map, light).image.dataSync());
      assertClose(split, whole, 1e-6);
    });
  });

  it("lays its picture over another", () => {
    tf.tidy(() => {
      const image = tf.tensor4d([[[[1, 2, 3], [4, 5, 6]]]]); // biome-ignore format: pixels
      const background = tf.tensor4d([[[[7, 8, 9], [10, 11, 12]]]]); // biome-ignore format: pixels
      const result = compositeOver(image, tf.tensor4d([[[[1], [0]]]]), background);
      assertClose(result.dataSync(), [1, 2, 3, 10, 11, 12], 0);
    });
  });

  it("has the gradient of its central differences from vertices, light and texture to a squared error", async () => {
    const { vertices, triangles, uvs } = bumpySphere(2, 0.9);
    const [texture, light] = [smoothTexture(8), lightOf(namedLights.studio)];
    const [size, random] = [24, createRandom(11)];
    const target = tf.tensor4d(random.normalArray(size * size * 3), [1, size, size, 3]);
    const { triangleId, barycentrics, depth } = rasterize(
      tf.tidy(() => projectToClip(vertices)),
      triangles,
      size,
      size,
    );
    // Inside the outline, where the fixed visibility and the picture agree.
    const interior = tf.tidy(() => {
      const covered = tf.cast(tf.greaterEqual(triangleId, 0), "float32");
      return tf.expandDims<tf.Tensor4D>(
        tf
          .greater(tf.avgPool(tf.expandDims<tf.Tensor4D>(covered, 3), 3, 1, "same").squeeze([3]), 0.99)
          .cast("float32"),
        3,
      );
    });
    const loss = (v: tf.Tensor, l: tf.Tensor, t: tf.Tensor) => {
      const points = v as tf.Tensor3D;
      const fragments = { triangleId, ...locateFragments(projectToClip(points), triangles, triangleId) };
      const normals = interpolate(vertexNormals(points, triangles), fragments, triangles);
      const albedo = sampleTexture(t as tf.Tensor4D, interpolate(uvs, fragments, triangles), interior);
      const image = shade(albedo, normals, l as tf.Tensor2D);
      return tf.mean(tf.mul(tf.square(tf.sub(image, target)), interior)) as tf.Scalar;
    };
    const inputs = [vertices, light, texture];
    const error = await checkGradient(loss, inputs, { samples: 20 });
    tf.dispose([...inputs, triangles, uvs, target, triangleId, barycentrics, depth, interior]);
    assert.ok(error < 1e-2, `error ${error}`);
  });

  it("names a wrong argument and leaves nothing behind but its rendering", () => {
    tf.tidy(() => {
      const scene = sphereScene(16);
      const [map, light] = [smoothTexture(8), lightOf(ambientWhite)];
      const uvTriangles = tf.tensor2d([[0, 1, 2]], [1, 3], "int32");
      const before = tf.memory().numTensors;
      assert.throws(
        () => renderTextured({ ...scene, uvTriangles }, map, light),
        /`uvTriangles` should have as many rows/,
      );
      const rendering = renderTextured(scene, map, light);
      assert.equal(tf.memory().numTensors, before + 5);
      tf.dispose([rendering.image, rendering.mask, rendering.fragments]);
      assert.equal(tf.memory().numTensors, before);
    });
  });
});

describe("the two CPU engines", () => {
  it("render the same picture and the same gradients", async () => {
    const results: ArrayLike<number>[][] = [];
    for (const engine of ["cpu", "wasm"] as const) {
      await prepareEngine(engine);
      const values = tf.tidy(() => {
        const { vertices, triangles, uvs } = bumpySphere(3, 0.9);
        const apply = (v: tf.Tensor, m: tf.Tensor, l: tf.Tensor) => {
          const points = v as tf.Tensor3D;
          const scene = {
            vertices: points,
            normals: vertexNormals(points, triangles),
            triangles,
            uvs,
            size: 32,
          };
          return renderTextured(scene, m as tf.Tensor4D, l as tf.Tensor2D).image;
        };
        const inputs = [vertices, smoothTexture(16), lightOf(namedLights.window)];
        const gradients = tf.grads((...xs: tf.Tensor[]) => tf.sum(tf.square(apply(xs[0], xs[1], xs[2]))))(
          inputs,
        );
        return [apply(inputs[0], inputs[1], inputs[2]), ...gradients].map((tensor) => tensor.dataSync());
      });
      results.push(values);
    }
    results[0].forEach((values, i) => {
      const largest = Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      assertClose(results[1][i], values, 1e-4 * largest);
    });
  });
});
