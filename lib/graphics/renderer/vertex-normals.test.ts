import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { assertClose, describeOnEachEngine, weightedSum } from "../../testing/each-engine.js";
import { checkGradient } from "../../testing/finite-differences.js";
import { bumpySphere, sphereMesh } from "../../testing/sphere-mesh.js";
import { vertexNormals } from "./vertex-normals.js";

describeOnEachEngine("vertexNormals", () => {
  it("points out of counter-clockwise triangles and weighs them by their area", () => {
    tf.tidy(() => {
      // Two triangles on the edge 0–1, one in the plane z = 0 with area 1/2, one in x = 0 with area 3/2.
      const vertices = tf.tensor3d([[[0, 0, 0], [0, 1, 0], [-1, 0, 0], [0, 0, -3], [5, 5, 5]]]); // biome-ignore format: corners
      const triangles = tf.tensor2d([[0, 1, 2], [1, 0, 3]], [2, 3], "int32"); // biome-ignore format: triangles
      const root = Math.sqrt(10);
      const expected = [[3 / root, 0, 1 / root], [3 / root, 0, 1 / root], [0, 0, 1], [1, 0, 0], [0, 0, 0]]; // biome-ignore format: normals
      assertClose(vertexNormals(vertices, triangles).dataSync(), expected.flat(), 1e-6);
    });
  });

  it("is close to the radius on a sphere, in each mesh of a batch", () => {
    tf.tidy(() => {
      const { vertices, triangles } = sphereMesh(4);
      const both = tf.tensor3d([vertices, vertices.map(([x, y, z]) => [2 * x + 1, 2 * y, 2 * z])]);
      const normals = vertexNormals(both, tf.tensor2d(triangles, [triangles.length, 3], "int32")).dataSync();
      assertClose(normals, [...vertices.flat(), ...vertices.flat()], 0.02);
    });
  });

  it("has the gradient of its central differences", async () => {
    const { vertices, triangles, uvs } = bumpySphere(1, 1);
    const batch = tf.tidy(() => tf.concat([vertices, tf.mul(vertices, 1.5)], 0));
    const error = await checkGradient(
      (v) => weightedSum(vertexNormals(v as tf.Tensor3D, triangles)),
      [batch],
      {
        samples: 36,
      },
    );
    tf.dispose([vertices, triangles, uvs, batch]);
    assert.ok(error < 1e-2, `error ${error}`);
  });

  it("is 0 with no gradient for triangles without area", () => {
    tf.tidy(() => {
      const [point, triangles] = [tf.ones<tf.Rank.R3>([1, 3, 3]), tf.tensor2d([[0, 1, 2]], [1, 3], "int32")];
      assertClose(vertexNormals(point, triangles).dataSync(), new Float32Array(9), 0);
      const gradient = tf.grad((v: tf.Tensor) => weightedSum(vertexNormals(v as tf.Tensor3D, triangles)));
      assertClose(gradient(point).dataSync(), new Float32Array(9), 0);
    });
  });

  it("names a wrong shape and leaves nothing behind but its result", () => {
    tf.tidy(() => {
      const [vertices, wrong] = [tf.ones<tf.Rank.R3>([1, 3, 3]), tf.ones<tf.Rank.R3>([1, 3, 2])];
      const triangles = tf.tensor2d([[0, 1, 2]], [1, 3], "int32");
      const before = tf.memory().numTensors;
      assert.throws(() => vertexNormals(wrong, triangles), /vertexNormals: `vertices` should have shape/);
      vertexNormals(vertices, triangles).dispose();
      assert.equal(tf.memory().numTensors, before);
    });
  });
});
