import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../../base/tensor/random.js";
import { assertClose, describeOnEachEngine, weightedSum } from "../../../testing/each-engine.js";
import { checkGradient } from "../../../testing/finite-differences.js";
import { bumpySphere } from "../../../testing/sphere-mesh.js";
import { projectToClip } from "../../scene/camera.js";
import { rasterize } from "../rasterize.js";
import { vertexNormals } from "../vertex-normals.js";
import { shadeTextured, shadeTexturedComposed, type TexturedSurface } from "./shade-textured.js";

const size = 24;

/** Batches of the inputs that may have one of their own. */
interface Batches {
  readonly normals?: number;
  readonly uvs?: number;
  readonly albedoMap?: number;
  readonly light?: number;
}

/** Two bumpy spheres, seen, with random maps; uvs that leave the map at some places, on their own triangles. */
function randomSurface(lightShape: readonly number[], batches: Batches = {}): TexturedSurface {
  const { normals = 2, uvs = 1, albedoMap = 2, light = 2 } = batches;
  const random = createRandom(21);
  const normal = (shape: readonly number[]) =>
    tf.tensor(random.normalArray(tf.util.sizeFromShape([...shape])), [...shape]);
  const mesh = bumpySphere(2, 0.8);
  const vertices = tf.concat([mesh.vertices, tf.mul(mesh.vertices, 0.7)], 0) as tf.Tensor3D;
  const corners = tf.reshape(mesh.triangles, [-1]) as tf.Tensor1D;
  const spread = tf.gather(mesh.uvs, corners, 1);
  return {
    fragments: rasterize(projectToClip(vertices), mesh.triangles, size, size),
    normals: tf.slice(tf.mul<tf.Tensor3D>(vertexNormals(vertices, mesh.triangles), 1.7), 0, normals),
    triangles: mesh.triangles,
    uvs: tf.tile(tf.add(tf.mul(spread, 1.3), -0.1), [uvs, 1, 1]) as tf.Tensor3D,
    uvTriangles: tf.reshape(tf.range(0, corners.size, 1, "int32"), [-1, 3]) as tf.Tensor2D,
    albedoMap: normal([albedoMap, 9, 7, 3]) as tf.Tensor4D,
    light: normal([light, ...lightShape, 27]) as tf.Tensor4D,
  };
}

const differentiable = ["barycentrics", "normals", "uvs", "albedoMap", "light"] as const;

function inputsOf({ fragments, ...rest }: TexturedSurface): tf.Tensor[] {
  return differentiable.map((name) => (name === "barycentrics" ? fragments.barycentrics : rest[name]));
}

/** A weighted sum of the picture as a function of its differentiable inputs. */
function sumOf(surface: TexturedSurface, shade: typeof shadeTextured) {
  return (...inputs: tf.Tensor[]) => {
    const [barycentrics, normals, uvs, albedoMap, light] = inputs;
    const fragments = { ...surface.fragments, barycentrics };
    return weightedSum(
      shade({ ...surface, fragments, normals, uvs, albedoMap, light } as unknown as TexturedSurface),
    );
  };
}

function assertRelativelyClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) {
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  assert.ok(largest > 0, "all are 0");
  assertClose(actual, expected, tolerance * largest);
}

/**
 * Two pictures of 2×3 pixels on one triangle, one pixel of each empty. The uv gradient jumps where a sample passes a
 * texel's centre: here all samples stay well between four texels.
 */
function surfaceWithinTexels(lightShape: readonly number[]): TexturedSurface {
  return tf.tidy(() => {
    const random = createRandom(22);
    const normal = (shape: number[]) =>
      tf.tensor(random.normalArray(tf.util.sizeFromShape(shape)), shape) as tf.Tensor<tf.Rank>;
    const weights = Array.from({ length: 12 }, () => [random.uniform(), random.uniform(), random.uniform()]);
    const shares = weights.map((row) => row.map((value) => value / (row[0] + row[1] + row[2])));
    return {
      fragments: {
        triangleId: tf.tensor3d([0, 0, -1, 0, 0, 0, 0, -1, 0, 0, 0, 0], [2, 2, 3], "int32"),
        barycentrics: tf.tensor4d(shares.flat(), [2, 2, 3, 3]),
        depth: tf.ones<tf.Rank.R3>([2, 2, 3]),
      },
      normals: tf.add<tf.Tensor3D>(normal([2, 3, 3]), tf.tensor1d([0, 0, 3])),
      triangles: tf.tensor2d([[0, 2, 1]], [1, 3], "int32"),
      uvs: tf.tensor3d([[[0.58, 0.6], [0.64, 0.68], [0.69, 0.59]]]), // biome-ignore format: corners
      uvTriangles: tf.tensor2d([[0, 1, 2]], [1, 3], "int32"),
      albedoMap: normal([1, 3, 3, 3]) as tf.Tensor4D,
      light: normal([2, ...lightShape, 27]) as tf.Tensor4D,
    };
  });
}

function dispose({ fragments, ...rest }: TexturedSurface): void {
  tf.dispose([...Object.values(fragments), ...Object.values(rest)]);
}

describeOnEachEngine("shadeTextured", () => {
  const forms: Record<string, [lightShape: number[], batches: Batches]> = {
    "a map of lights": [[9, 7], {}],
    "a map of lights of another size": [[3, 5], {}],
    "a map of lights of one texel": [[1, 1], {}],
    "one light an image": [[], {}],
    "everything shared by the batch": [[4, 4], { normals: 1, albedoMap: 1, light: 1 }],
    "uvs an image and one light for all": [[], { uvs: 2, light: 1 }],
  };
  for (const [form, [lightShape, batches]] of Object.entries(forms)) {
    it(`has the values and gradients of interpolate, sampleTexture and shade: ${form}`, () => {
      tf.tidy(() => {
        const surface = randomSurface(lightShape, batches);
        const picture = shadeTextured(surface).dataSync();
        assert.ok(picture.filter((value) => value !== 0).length > 500);
        assertClose(picture, shadeTexturedComposed(surface).dataSync(), 1e-5);
        const [fused, composed] = [shadeTextured, shadeTexturedComposed].map((shade) =>
          tf.grads(sumOf(surface, shade))(inputsOf(surface)),
        );
        for (const [i, name] of differentiable.entries()) {
          assert.deepEqual(fused[i].shape, composed[i].shape, name);
          assertRelativelyClose(fused[i].dataSync(), composed[i].dataSync(), 1e-5);
        }
      });
    });
  }

  for (const lightShape of [[2, 2], []]) {
    it(`has the gradient of its central differences, light [B, ${[...lightShape, 27]}]`, async () => {
      const surface = surfaceWithinTexels(lightShape);
      const inputs = inputsOf(surface);
      const error = await checkGradient(sumOf(surface, shadeTextured), inputs, { samples: 30 });
      dispose(surface);
      assert.ok(error < 1e-2, `error ${error}`);
    });
  }

  it("is 0 and gives no gradient where nothing is seen or the surface has no normal", () => {
    tf.tidy(() => {
      const surface = surfaceWithinTexels([2, 2]);
      const empty = { ...surface.fragments, triangleId: tf.fill([2, 2, 3], -1, "int32") as tf.Tensor3D };
      for (const nothing of [
        { ...surface, fragments: empty },
        { ...surface, normals: tf.zerosLike(surface.normals) },
      ]) {
        assert.ok(
          shadeTextured(nothing)
            .dataSync<"float32">()
            .every((value) => value === 0),
        );
        for (const gradient of tf.grads(sumOf(nothing, shadeTextured))(inputsOf(nothing)))
          assert.ok(gradient.dataSync<"float32">().every((value) => value === 0));
      }
    });
  });

  it("names a wrong argument", () => {
    tf.tidy(() => {
      const surface = surfaceWithinTexels([]);
      const wrong = (part: Partial<TexturedSurface>) => () => shadeTextured({ ...surface, ...part });
      assert.throws(
        wrong({ light: tf.ones<tf.Rank.R2>([2, 9]) }),
        /shadeTextured: `light` should have shape \[B, 27\] but has \[2,9\]/,
      );
      assert.throws(
        wrong({ albedoMap: tf.ones<tf.Rank.R4>([3, 4, 4, 3]) }),
        /shadeTextured: `albedoMap` should have a batch of 1 or 2 but has 3/,
      );
      assert.throws(wrong({ uvs: tf.ones<tf.Rank.R3>([1, 3, 3]) }), /shadeTextured: `uvs` should have shape/);
    });
  });

  it("leaves nothing behind but its result, nor its gradient but the gradients", () => {
    const surface = surfaceWithinTexels([2, 2]);
    const gradient = tf.grad((map: tf.Tensor) =>
      tf.sum(shadeTextured({ ...surface, albedoMap: map as tf.Tensor4D })),
    );
    const before = tf.memory().numTensors;
    shadeTextured(surface).dispose();
    gradient(surface.albedoMap).dispose();
    assert.equal(tf.memory().numTensors, before);
    dispose(surface);
  });
});
