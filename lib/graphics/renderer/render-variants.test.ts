/** What a scene may ask for beyond the paper's picture: antialiased outlines, linear light, geometry. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { linearToSrgb, srgbToLinear } from "../../base/image/colour.js";
import { createRandom } from "../../base/tensor/random.js";
import { assertClose, describeOnEachEngine, weightedSum } from "../../testing/each-engine.js";
import { checkGradient } from "../../testing/finite-differences.js";
import { bumpySphere } from "../../testing/sphere-mesh.js";
import { projectToClip } from "../scene/camera.js";
import { ambientLight } from "../scene/light.js";
import { namedLights } from "../scene/named-lights.js";
import { ambientWhite } from "../scene/spherical-harmonics.js";
import { antialias } from "./outline/antialias.js";
import { renderGeometry, renderTextured, renderVertexColoured } from "./render.js";
import { renderPerVertex } from "./render-per-vertex.js";
import { vertexNormals } from "./vertex-normals.js";

const lightOf = (light: readonly number[]) => tf.tensor2d([...light], [1, 27]);

function sphereScene(size: number) {
  const mesh = bumpySphere(3, 0.9);
  return { ...mesh, normals: vertexNormals(mesh.vertices, mesh.triangles), size };
}

/** Between 0.1 and 0.9. */
function someMap(side: number): tf.Tensor4D {
  const random = createRandom(6);
  const values = Array.from({ length: side * side * 3 }, () => 0.1 + 0.8 * random.uniform());
  return tf.tensor4d(values, [1, side, side, 3]);
}

describeOnEachEngine("a scene with antialias", () => {
  it("is the picture and the mask without, antialiased over black, whichever way it is rendered", () => {
    tf.tidy(() => {
      const scene = sphereScene(40);
      const [map, light] = [someMap(8), lightOf(namedLights.studio)];
      const albedo = tf.fill<tf.Rank.R3>([1, scene.vertices.shape[1], 3], 0.4);
      for (const render of [
        (s: typeof scene) => renderTextured(s, map, light),
        (s: typeof scene) => renderPerVertex(s, map, light),
        (s: typeof scene) => renderVertexColoured(s, albedo, light),
      ]) {
        const hard = render(scene);
        const soft = render({ ...scene, antialias: true } as typeof scene);
        for (const key of ["image", "mask"] as const) {
          const expected = antialias(
            hard[key],
            hard.fragments,
            projectToClip(scene.vertices),
            scene.triangles,
          );
          assert.deepEqual(soft[key].dataSync(), expected.dataSync());
          assert.notDeepEqual(soft[key].dataSync(), hard[key].dataSync());
        }
        assert.deepEqual(soft.fragments.triangleId.dataSync(), hard.fragments.triangleId.dataSync());
      }
    });
  });

  it("gives the vertices the gradient of their outline: a mask grows by its perimeter as the mesh does", () => {
    tf.tidy(() => {
      const scene = { ...sphereScene(64), antialias: true };
      const area = (scale: tf.Tensor) => {
        const vertices = tf.mul(scene.vertices, scale) as tf.Tensor3D;
        return tf.sum(renderGeometry({ ...scene, vertices }).mask) as tf.Scalar;
      };
      const [gradient] = tf.grad(area)(tf.scalar(1)).dataSync();
      const [smaller, larger] = [0.95, 1.05].map((scale) => area(tf.scalar(scale)).dataSync()[0] as number);
      assertClose([gradient / ((larger - smaller) / 0.1)], [1], 0.03);
    });
  });
});

describeOnEachEngine("a scene in linear light", () => {
  it("lights the decoded albedo and encodes the picture", () => {
    tf.tidy(() => {
      const scene = sphereScene(24);
      const light = lightOf(ambientLight([0.5, 0.25, 0.8]));
      const expected = [0.5, 0.25, 0.8].map((shading) => linearToSrgb(shading * srgbToLinear(0.6)));
      const linear = { ...scene, colour: "linear" } as const;
      const albedo = tf.fill<tf.Rank.R3>([1, scene.vertices.shape[1], 3], 0.6);
      const map = tf.fill<tf.Rank.R4>([1, 4, 4, 3], 0.6);
      for (const { image, mask } of [
        renderTextured(linear, map, light),
        renderPerVertex(linear, map, light),
        renderVertexColoured(linear, albedo, light),
      ]) {
        const covered = Array.from(mask.dataSync());
        assertClose(
          image.dataSync(),
          covered.flatMap((one) => expected.map((value) => value * one)),
          2e-6,
        );
      }
    });
  });

  it("shows the albedo itself under ambient white, as in sRGB", () => {
    tf.tidy(() => {
      const scene = sphereScene(24);
      const albedo = tf.fill<tf.Rank.R3>([1, scene.vertices.shape[1], 3], 0.35);
      const pictures = (["srgb", "linear"] as const).map((colour) =>
        renderVertexColoured({ ...scene, colour }, albedo, lightOf(ambientWhite)).image.dataSync(),
      );
      assertClose(pictures[1], pictures[0], 2e-6);
    });
  });

  it("has the gradient of its central differences to map and light", async () => {
    const { vertices, triangles, uvs, normals } = tf.tidy(() => sphereScene(12));
    const inputs = [someMap(4), lightOf(namedLights.studio)];
    const error = await checkGradient(
      (map, light) => {
        const scene = { vertices, triangles, uvs, normals, size: 12, colour: "linear" } as const;
        return weightedSum(renderTextured(scene, map as tf.Tensor4D, light as tf.Tensor2D).image);
      },
      inputs,
      { step: 3e-3, samples: 27 },
    );
    tf.dispose([...inputs, vertices, triangles, uvs, normals]);
    assert.ok(error < 1e-2, `error ${error}`);
  });
});

describeOnEachEngine("renderGeometry", () => {
  it("gives unit world normals and the distance to the camera where the mask is 1, and 0 elsewhere", () => {
    tf.tidy(() => {
      const scene = sphereScene(32);
      const { normals, depth, mask } = renderGeometry(scene);
      const { fragments } = renderVertexColoured(scene, tf.zerosLike(scene.vertices), lightOf(ambientWhite));
      assert.deepEqual(depth.dataSync(), fragments.depth.dataSync());
      const lengths = tf.norm(normals, 2, 3).dataSync();
      assertClose(lengths, mask.dataSync(), 1e-5);
      // At the middle: the sphere's own radius before the origin, facing the viewer, both roughly.
      const middle = 32 * 16 + 16;
      const [x, y, z] = normals.dataSync().subarray(3 * middle, 3 * middle + 3);
      assert.ok(z > 0.8 && Math.abs(x) < 0.5 && Math.abs(y) < 0.5, `${x}, ${y}, ${z}`);
      assertClose([depth.dataSync()[middle]], [10 - 0.9], 0.1);
    });
  });

  it("antialiases the mask alone", () => {
    tf.tidy(() => {
      const scene = sphereScene(32);
      const [hard, soft] = [scene, { ...scene, antialias: true }].map(renderGeometry);
      assert.deepEqual(soft.normals.dataSync(), hard.normals.dataSync());
      assert.deepEqual(soft.depth.dataSync(), hard.depth.dataSync());
      assert.ok(soft.mask.dataSync().some((value) => value > 0 && value < 1));
    });
  });

  it("has a finite gradient to vertices and normals, and leaves nothing behind but its pictures", () => {
    tf.tidy(() => {
      const { normals, ...scene } = sphereScene(16);
      const before = tf.memory().numTensors;
      const pictures = renderGeometry({ ...scene, normals });
      assert.equal(tf.memory().numTensors, before + 3);
      tf.dispose(pictures);
      const gradients = tf.grads((v: tf.Tensor, n: tf.Tensor) => {
        const seen = renderGeometry({ ...scene, vertices: v as tf.Tensor3D, normals: n as tf.Tensor3D });
        return tf.add(weightedSum(seen.normals), weightedSum(seen.depth));
      })([scene.vertices, normals]);
      for (const gradient of gradients) {
        const values = gradient.dataSync();
        assert.ok(values.every(Number.isFinite) && values.some((value) => value !== 0));
      }
    });
  });
});
