import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../../base/tensor/random.js";
import { assertClose, describeOnEachEngine, weightedSum } from "../../../testing/each-engine.js";
import { checkGradient } from "../../../testing/finite-differences.js";
import { bumpySphere } from "../../../testing/sphere-mesh.js";
import { projectToClip } from "../../scene/camera.js";
import { rasterize } from "../rasterize.js";
import { vertexNormals } from "../vertex-normals.js";
import { type ColouredSurface, shadeColoured, shadeColouredComposed } from "./shade-coloured.js";

/** Two bumpy spheres, seen, with a random albedo. @param batch of normals, albedo and light */
function randomSurface(batch: 1 | 2): ColouredSurface {
  return tf.tidy(() => {
    const random = createRandom(31);
    const { vertices, triangles } = bumpySphere(2, 0.8);
    const both = tf.concat<tf.Tensor3D>([vertices, tf.mul(vertices, 0.7)], 0);
    const normals = tf.mul(vertexNormals(both, triangles), 1.7) as tf.Tensor3D;
    const count = vertices.shape[1];
    return {
      fragments: rasterize(projectToClip(both), triangles, 20, 20),
      normals: tf.slice(normals, 0, batch),
      triangles,
      albedo: tf.tensor3d(random.normalArray(batch * count * 3), [batch, count, 3]),
      light: tf.tensor2d(random.normalArray(batch * 27), [batch, 27]),
    };
  });
}

const differentiable = ["barycentrics", "normals", "albedo", "light"] as const;

function inputsOf({ fragments, ...rest }: ColouredSurface): tf.Tensor[] {
  return differentiable.map((name) => (name === "barycentrics" ? fragments.barycentrics : rest[name]));
}

/** A weighted sum of the picture as a function of its differentiable inputs. */
function sumOf(surface: ColouredSurface, shade: typeof shadeColoured) {
  return (...[barycentrics, normals, albedo, light]: tf.Tensor[]) => {
    const fragments = { ...surface.fragments, barycentrics };
    return weightedSum(
      shade({ ...surface, fragments, normals, albedo, light } as unknown as ColouredSurface),
    );
  };
}

function dispose({ fragments, ...rest }: ColouredSurface): void {
  tf.dispose([...Object.values(fragments), ...Object.values(rest)]);
}

describeOnEachEngine("shadeColoured", () => {
  for (const batch of [1, 2] as const) {
    it(`has the values and gradients of interpolate and shade, batch of ${batch} for two pictures`, () => {
      tf.tidy(() => {
        const surface = randomSurface(batch);
        const picture = shadeColoured(surface).dataSync();
        assert.ok(picture.filter((value) => value !== 0).length > 300);
        assertClose(picture, shadeColouredComposed(surface).dataSync(), 1e-5);
        const [fused, composed] = [shadeColoured, shadeColouredComposed].map((shade) =>
          tf.grads(sumOf(surface, shade))(inputsOf(surface)),
        );
        for (const [i, name] of differentiable.entries()) {
          assert.deepEqual(fused[i].shape, composed[i].shape, name);
          const expected = composed[i].dataSync<"float32">();
          const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          assert.ok(largest > 0, name);
          assertClose(fused[i].dataSync(), expected, 1e-5 * largest);
        }
      });
    });
  }

  it("has the gradient of its central differences", async () => {
    const surface = randomSurface(2);
    const error = await checkGradient(sumOf(surface, shadeColoured), inputsOf(surface), { samples: 30 });
    dispose(surface);
    assert.ok(error < 1e-2, `error ${error}`);
  });

  it("is 0 and gives no gradient where nothing is seen or the surface has no normal", () => {
    tf.tidy(() => {
      const surface = randomSurface(1);
      const triangleId = tf.fill(surface.fragments.triangleId.shape, -1, "int32") as tf.Tensor3D;
      for (const nothing of [
        { ...surface, fragments: { ...surface.fragments, triangleId } },
        { ...surface, normals: tf.zerosLike(surface.normals) },
      ]) {
        const tensors = [
          shadeColoured(nothing),
          ...tf.grads(sumOf(nothing, shadeColoured))(inputsOf(nothing)),
        ];
        for (const tensor of tensors) assert.ok(tensor.dataSync<"float32">().every((value) => value === 0));
      }
    });
  });

  it("names a wrong argument and leaves nothing behind but its result", () => {
    const surface = randomSurface(1);
    const before = tf.memory().numTensors;
    shadeColoured(surface).dispose();
    tf.tidy(() => {
      assert.throws(
        () => shadeColoured({ ...surface, light: tf.ones<tf.Rank.R2>([3, 27]) }),
        /shadeColoured: `light` should have a batch of 1 or 2 but has 3/,
      );
      assert.throws(
        () => shadeColoured({ ...surface, albedo: tf.ones<tf.Rank.R3>([1, 4, 3]) }),
        /shadeColoured: `albedo` should have shape|is not/,
      );
    });
    assert.equal(tf.memory().numTensors, before);
    dispose(surface);
  });
});
