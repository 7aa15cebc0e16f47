import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import {
  coefficientTensors,
  createMorphableModel,
  defaultCamera,
  poseFace,
  prepareEngine,
  projectToImage,
  renderTextured,
  shadingAt,
  splitCoefficients,
} from "rerenderable";
import { aimCameraRay, buildBvh, createHit, createRay, findNearest } from "rerenderable/graphics";
import { materials } from "./geometry/mesh-part.js";
import { renderMaps, renderSample } from "./render-sample.js";
import { prepareScene, sceneWith } from "./scene-fixture.js";
import { decodeSample, encodeSample } from "./store/sample-file.js";
import { loadSyntheticAssets, type SyntheticAssets } from "./synthetic-assets.js";

const size = 96;

describe("datasets/synthetic: samples and their truth", () => {
  let assets: SyntheticAssets;
  before(async () => {
    assets = await loadSyntheticAssets(128);
  });

  for (const kind of ["harmonics", "surroundings"] as const) {
    it(`is albedo times shading and highlights at each pixel of the face under ${kind}`, async () => {
      const { maps } = await renderSample(assets, sceneWith(assets, "easy", kind), size);
      const face = 1 + materials.indexOf("face");
      let most = 0;
      for (let i = 0; i < maps.clean.length; i++) {
        if (maps.material[Math.floor(i / 3)] !== face) continue;
        most = Math.max(most, Math.abs(maps.albedo[i] * maps.shading[i] + maps.specular[i] - maps.clean[i]));
        if (kind === "harmonics") assert.ok(Math.abs(maps.specular[i]) < 1e-6);
      }
      assert.ok(most < 1e-6, `${most}`);
    });
  }

  it("is reproduced to 1e-3 from its stored maps under a light of order 2: albedo · Σ L Φ(normal)", async () => {
    const made = await renderSample(assets, sceneWith(assets, "easy", "harmonics"), size);
    const { maps, light } = decodeSample(encodeSample(made, "key"), "sample", "key");
    let [most, pixels] = [0, 0];
    maps.skin.forEach((skin, p) => {
      if (!skin) return;
      pixels++;
      const normal = [0, 1, 2].map((k) => maps.normals[3 * p + k]) as [number, number, number];
      shadingAt(Array.from(light), normal).forEach((shading, c) => {
        most = Math.max(most, Math.abs(maps.albedo[3 * p + c] * shading - maps.clean[3 * p + c]));
      });
    });
    assert.ok(pixels > 1500 && most < 1e-3, `${pixels} pixels, ${most}`);
  });

  it("is what the library's renderer draws of its coefficients, flat albedo and light, to 1e-3 where there are no pores", async () => {
    await prepareEngine("cpu");
    const scene = sceneWith(assets, "easy", "harmonics");
    const { composed, detail } = prepareScene(assets, scene);
    const maps = renderMaps(assets, scene, composed, { ...detail, height: detail.height.map(() => 0) }, size);
    const model = createMorphableModel(assets.data);
    const light = scene.light.kind === "harmonics" ? scene.light.light : [];
    const { identity, expression, albedo, angles, translation } = scene.coefficients;
    const flat = [...identity, ...expression, ...albedo, ...angles, ...light, ...translation];
    const [drawn, points] = tf.tidy(() => {
      const tensors = coefficientTensors([splitCoefficients(flat)]);
      const geometry = poseFace(model, tensors);
      const map = tf.div(tf.tensor4d(Float32Array.from(detail.albedo), [1, 128, 128, 3]), 255) as tf.Tensor4D;
      const seen = { ...geometry, triangles: model.triangles, uvs: model.uvs, size };
      const { image } = renderTextured(seen, map, tensors.light);
      return [
        image.dataSync<"float32">().slice(),
        projectToImage(geometry.vertices, defaultCamera, size).dataSync<"float32">().slice(),
      ];
    });
    model.dispose();
    let [most, pixels] = [0, 0];
    maps.skin.forEach((skin, p) => {
      if (!skin) return;
      pixels++;
      for (let i = 3 * p; i < 3 * p + 3; i++) most = Math.max(most, Math.abs(drawn[i] - maps.clean[i]));
    });
    assert.ok(pixels > 1500 && most < 1e-3, `${pixels} pixels, ${most}`);
    const { landmarks } = await renderSample(assets, scene, size);
    assets.data.landmarks.forEach((v, i) => {
      const away = Math.hypot(points[2 * v] - landmarks[2 * i], points[2 * v + 1] - landmarks[2 * i + 1]);
      assert.ok(away < 1e-3, `landmark ${i} is ${away} px beside its vertex`);
    });
  });

  it("marks as skin what a ray meets first, and nothing behind hair, spectacles or a hand", async () => {
    const scene = sceneWith(
      assets,
      "occluded",
      "harmonics",
      ({ hand, spectacles }) => hand !== null && spectacles !== null,
    );
    const { composed, detail } = prepareScene(assets, scene);
    const maps = renderMaps(assets, scene, composed, detail, size);
    const { mesh } = composed;
    const bvh = buildBvh(mesh.vertices, mesh.triangles);
    const [ray, hit] = [createRay(), createHit()];
    const counts = new Map<string, number>();
    let differing = 0;
    for (let p = 0; p < size * size; p += 3) {
      const name = maps.material[p] === 0 ? "nothing" : materials[maps.material[p] - 1];
      counts.set(name, (counts.get(name) ?? 0) + 1);
      assert.ok(!maps.skin[p] || name === "face");
      aimCameraRay(ray, defaultCamera, size, (p % size) + 0.5, Math.floor(p / size) + 0.5);
      const found = findNearest(bvh, ray, hit) ? materials[mesh.material[hit.triangle]] : "nothing";
      if (name !== "lens" && found !== name) differing++;
    }
    assert.ok(differing <= 3, `${differing} pixels differ`);
    for (const name of ["face", "hair", "frame", "lens", "skin"])
      assert.ok((counts.get(name) ?? 0) > 5, name);
  });

  it("has no occluders' pixels in the mask that are not there without them", async () => {
    const scene = sceneWith(assets, "occluded", "harmonics", ({ hand }) => hand !== null);
    const bare = { ...scene, hand: null, spectacles: null, hair: null };
    const [hidden, open] = [scene, bare].map((one) => {
      const { composed, detail } = prepareScene(assets, one);
      return renderMaps(assets, one, composed, detail, size);
    });
    const count = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);
    assert.ok(hidden.skin.every((skin, p) => !skin || open.skin[p]));
    assert.ok(count(hidden.skin) < 0.95 * count(open.skin), `${count(hidden.skin)} of ${count(open.skin)}`);
  });

  it("keeps albedo within 0 and 1, heights within 2 mm, and lights the nearest 27 numbers can say", async () => {
    for (const [subset, kind] of [
      ["easy", "surroundings"],
      ["hard-light", "stage"],
    ] as const) {
      // biome-ignore format: pairs
      const { maps, height, light } = await renderSample(assets, sceneWith(assets, subset, kind), size);
      assert.ok(maps.albedo.every((value) => value >= 0 && value <= 1));
      assert.ok(height.every((value) => Math.abs(value) < 2000));
      assert.ok(light.every(Number.isFinite));
      assert.ok(maps.clean.every(Number.isFinite) && maps.shading.every((value) => value >= 0));
    }
  });

  it("refuses a picture without a size", async () => {
    const scene = sceneWith(assets, "easy", "harmonics");
    await assert.rejects(
      renderSample(assets, scene, 4),
      /renderSample: `size` should be a whole number of at least 16 px but is 4\./,
    );
  });
});
