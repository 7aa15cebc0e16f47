import assert from "node:assert/strict";
import { defaultCamera } from "rerenderable";
import { aimCameraRay, aimRay, buildBvh, createHit, createRay, isBlocked } from "rerenderable/graphics";
import { lightScene } from "./light/light-scene.js";
import { faceTexture } from "./render/face-texture.js";
import { renderScene } from "./render/render-scene.js";
import { viewMesh } from "./render/surface.js";
import { renderMaps } from "./render-sample.js";
import { prepareScene, sceneWith } from "./scene-fixture.js";
import { loadSyntheticAssets, type SyntheticAssets } from "./synthetic-assets.js";

const size = 96;

describe("datasets/synthetic: cast shadows", () => {
  let assets: SyntheticAssets;
  before(async () => {
    assets = await loadSyntheticAssets(128);
  });

  it("only darken", () => {
    const scene = sceneWith(assets, "hard-light", "sun");
    const { composed, detail } = prepareScene(assets, scene);
    const { mesh } = composed;
    const view = viewMesh(mesh.vertices, mesh.triangles, size);
    const light = lightScene(scene.light, mesh, view.triangle, 0.5);
    assert.ok(light.kind === "traced");
    const background = new Float32Array(3 * size * size);
    const input = {
      data: assets.data,
      mesh,
      view,
      texture: faceTexture(detail),
      glass: null,
      eyeAxis: composed.eyeAxis,
      background,
      size,
      across: 1,
    };
    const withShadow = renderScene({ ...input, light });
    const keys = light.keys.map((key) => ({
      ...key,
      shadowMap: { ...key.shadowMap, height: key.shadowMap.height.map(() => -Infinity) },
    }));
    const without = renderScene({ ...input, light: { ...light, keys } });
    let darker = 0;
    withShadow.clean.forEach((value, i) => {
      assert.ok(value <= without.clean[i] + 1e-6);
      if (value < without.clean[i] - 0.02) darker++;
    });
    assert.ok(darker > 100, `${darker} values`);
  });

  it("fall where the ray tracer throws them", () => {
    const scene = sceneWith(assets, "hard-light", "sun");
    const { composed, detail } = prepareScene(assets, scene);
    const maps = renderMaps(assets, scene, composed, detail, size);
    const { vertices, triangles } = composed.mesh;
    const bvh = buildBvh(vertices, triangles);
    const [ray, hit] = [createRay(), createHit()];
    assert.ok(scene.light.kind !== "harmonics");
    const { direction } = scene.light.keys[0];
    let [same, all] = [0, 0];
    maps.skin.forEach((skin, p) => {
      const normal = maps.normals.subarray(3 * p, 3 * p + 3);
      const cosine = normal[0] * direction[0] + normal[1] * direction[1] + normal[2] * direction[2];
      if (!skin || cosine < 0.15) return;
      aimCameraRay(ray, defaultCamera, size, (p % size) + 0.5, Math.floor(p / size) + 0.5);
      for (let k = 0; k < 3; k++) ray.origin[k] += maps.depth[p] * ray.direction[k] + 0.004 * normal[k];
      ray.direction.set(direction);
      [ray.least, ray.most] = [0, Infinity];
      aimRay(ray);
      all++;
      if (isBlocked(bvh, ray, hit) === maps.keyShare[p] < 0.5) same++;
    });
    assert.ok(all > 1000 && same / all > 0.96, `${same} of ${all}`);
  });
});
