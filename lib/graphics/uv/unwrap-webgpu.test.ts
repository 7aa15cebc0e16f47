import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../base/tensor/random.js";
import { valuesOn } from "../../testing/compare-backends.js";
import { describeOnEngine } from "../../testing/describe-on-engine.js";
import { bumpyMeshes } from "../../testing/random-scenes.js";
import { rasterize } from "../renderer/rasterize.js";
import { vertexNormals } from "../renderer/vertex-normals.js";
import { defaultCamera, projectToClip } from "../scene/camera.js";
import { unwrapTexture } from "./unwrap-texture.js";
import { createUvSpace } from "./uv-space.js";

await describeOnEngine("webgpu", "unwrapping on webgpu", () => {
  it("gives the map of positions, the visible texels and the texture of cpu", async () => {
    const compute = () => {
      const mesh = bumpyMeshes(2);
      const [vertices, triangles, uvs] = [mesh.vertices(), mesh.triangles(), mesh.uvs()];
      const skinTriangle = new Uint8Array(triangles.shape[0]).fill(1);
      const uvSpace = createUvSpace({ uvs, triangles, skinTriangle }, 24);
      const normals = vertexNormals(vertices, triangles);
      const fragments = rasterize(projectToClip(vertices), triangles, 48, 48);
      const image = tf.tensor4d(createRandom(3).normalArray(2 * 32 * 32 * 3), [2, 32, 32, 3]);
      const input = { image, vertices, normals, fragments, camera: defaultCamera };
      const { texture, visible } = unwrapTexture(input, uvSpace, createRandom(4));
      return [uvSpace.vertexToUv(vertices), visible, texture]; // the tidy frees the rest
    };
    const [places, visible, texture] = await valuesOn("cpu", compute);
    const [otherPlaces, otherVisible, otherTexture] = await valuesOn("webgpu", compute);
    places.forEach((value, i) => {
      assert.ok(Math.abs(value - otherPlaces[i]) < 1e-5);
    });
    const seen = Array.from(visible.keys()).filter((i) => visible[i] === 1);
    const changed = Array.from(visible.keys()).filter((i) => visible[i] !== otherVisible[i]);
    assert.ok(
      seen.length > 100 && changed.length <= 1e-2 * seen.length,
      `${changed.length} of ${seen.length}`,
    );
    for (const i of seen) {
      if (otherVisible[i] !== 1) continue;
      for (let k = 3 * i; k < 3 * i + 3; k++) assert.ok(Math.abs(texture[k] - otherTexture[k]) < 1e-4);
    }
  });
});
