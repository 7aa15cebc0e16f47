import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../../base/tensor/random.js";
import { assertClose, describeOnEachEngine, weightedSum } from "../../../testing/each-engine.js";
import { checkGradient } from "../../../testing/finite-differences.js";
import { bumpySphere } from "../../../testing/sphere-mesh.js";
import { renderTextured } from "../render.js";
import { vertexNormals } from "../vertex-normals.js";
import { drawPixels, drawPixelsComposed } from "./draw-pixels.js";
import { lookUpAlbedo, lookUpAlbedoComposed } from "./look-up-albedo.js";
import { shadeByLights, shadeByMap, shadeByMapComposed } from "./shade-by-map.js";
import { type SurfacePicture, takeSurfacePicture } from "./surface-picture.js";
import { type SurfaceTensors, surfaceTensors } from "./surface-tensors.js";

const [size, side] = [32, 8];

function sphere(radius: number) {
  const mesh = bumpySphere(3, radius);
  return { ...mesh, normals: vertexNormals(mesh.vertices, mesh.triangles), size };
}

const random = (shape: number[], seed: number) =>
  tf.tensor(createRandom(seed).normalArray(shape.reduce((a, b) => a * b)), shape);

describeOnEachEngine("surface-tensors", () => {
  let pictures: SurfacePicture[];
  let surface: SurfaceTensors;
  before(async () => {
    pictures = [];
    for (const radius of [0.9, 0.6]) {
      const scene = sphere(radius);
      const { image, mask, fragments } = renderTextured(
        scene,
        tf.ones([1, 2, 2, 3]),
        tf.ones<tf.Rank.R2>([1, 27]),
      );
      pictures.push(await takeSurfacePicture({ fragments, ...scene }));
      tf.dispose([image, mask, { ...fragments }, scene.vertices, scene.normals, scene.uvs, scene.triangles]);
    }
    surface = surfaceTensors(pictures, side);
  });
  after(() => tf.dispose(surface));

  it("draws what `renderTextured` draws, from a map of lights and from one light", () => {
    tf.tidy(() => {
      const [map, lights] = [random([2, side, side, 3], 1), random([2, side, side, 27], 2)] as tf.Tensor4D[];
      const one = random([2, 27], 3) as tf.Tensor2D;
      const albedo = lookUpAlbedo(map, surface);
      const rows = tf.unstack(one).map((light) => light.dataSync());
      for (const [light, shading] of [
        [lights as tf.Tensor, shadeByMap(lights, surface)],
        [one, shadeByLights(rows, pictures, surface)],
      ] as const) {
        const drawn = drawPixels(tf.mul(albedo, shading), surface, 2, size);
        const rendered = [0.9, 0.6].map((radius, n) => {
          const of = <R extends tf.Rank>(tensor: tf.Tensor<R>) => tf.slice(tensor, n, 1) as tf.Tensor<R>;
          return renderTextured(sphere(radius), of(map), of(light) as tf.Tensor2D).image;
        });
        assertClose(drawn.dataSync(), tf.concat(rendered).dataSync(), 2e-5);
      }
    });
  });

  it("looks at another item's map where it is told to", () => {
    tf.tidy(() => {
      const lights = random([2, side, side, 27], 2) as tf.Tensor4D;
      const crossed = surfaceTensors(pictures, side, [1, 0]);
      const swapped = tf.reverse(lights, 0);
      assertClose(shadeByMap(lights, crossed).dataSync(), shadeByMap(swapped, surface).dataSync(), 1e-6);
    });
  });

  it("gives what the same gives by one operation after the other", () => {
    tf.tidy(() => {
      const [map, lights] = [random([2, side, side, 3], 1), random([2, side, side, 27], 2)] as tf.Tensor4D[];
      const albedo = lookUpAlbedo(map, surface);
      assertClose(albedo.dataSync(), lookUpAlbedoComposed(map, surface).dataSync(), 1e-5);
      const shading = shadeByMap(lights, surface);
      assertClose(shading.dataSync(), shadeByMapComposed(lights, surface).dataSync(), 2e-5);
      const drawn = drawPixels(albedo, surface, 2, size);
      assertClose(drawn.dataSync(), drawPixelsComposed(albedo, surface, 2, size).dataSync(), 0);
    });
  });

  it("has gradients to albedo and light that agree with central differences", async () => {
    const f = (map: tf.Tensor, lights: tf.Tensor) => {
      const shading = shadeByMap(lights as tf.Tensor4D, surface);
      const albedo = lookUpAlbedo(map as tf.Tensor4D, surface);
      return weightedSum(drawPixels(tf.mul(albedo, shading), surface, 2, size));
    };
    const inputs = [random([2, side, side, 3], 1), random([2, side, side, 27], 2)];
    const error = await checkGradient(f, inputs, { along: "directions", samples: 4, step: 1 }); // linear in each
    assert.ok(error < 2e-3, `${error}`);
    tf.dispose(inputs);
  });

  it("keeps no tensors, and says what shape a light should have", () => {
    const lights = random([2, side, side, 27], 2) as tf.Tensor4D;
    const before = tf.memory().numTensors;
    shadeByMap(lights, surface).dispose();
    assert.equal(tf.memory().numTensors, before);
    const wrong = tf.zeros<tf.Rank.R4>([2, side, side, 9]);
    assert.throws(() => shadeByMap(wrong, surface), /shadeByMap: `lightMap`/);
    tf.dispose([lights, wrong]);
  });
});
