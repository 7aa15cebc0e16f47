import assert from "node:assert/strict";
import { shadingAt, type Vector } from "rerenderable";
import { createShadowMap, lightReaching } from "./shadow-map.js";
import { farLights, unit } from "./surroundings.js";
import { lightOf } from "./visible-light.js";

describe("datasets/synthetic: light", () => {
  const normals: Vector[] = [[1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0.6, 0, 0.8], [-0.48, 0.6, 0.64]]; // biome-ignore format: normals

  it("shades every surface by about 1 under surroundings of 1", () => {
    const light = lightOf(farLights({ top: [1, 1, 1], horizon: [1, 1, 1], ground: [1, 1, 1], sources: [] }));
    for (const normal of normals) {
      for (const shading of shadingAt(light, normal)) assert.ok(Math.abs(shading - 1) < 0.03, `${shading}`);
    }
  });

  it("shades what faces a small source by about its colour", () => {
    const direction = unit([0.3, 0.4, 0.8]);
    const black = [0, 0, 0] as const;
    const sources = [{ direction, colour: [0.8, 0.6, 0.4] as const, radius: 0.1 }];
    const light = lightOf(farLights({ top: black, horizon: black, ground: black, sources }));
    // 1.0625 times, by the cut after order 2.
    shadingAt(light, direction).forEach((shading, c) => {
      assert.ok(Math.abs(shading / 1.0625 - [0.8, 0.6, 0.4][c]) < 0.02);
    });
  });

  it("hides what is behind a blocker from a light, and nothing else", () => {
    // A square of half side 0.3 at z = 1, before the plane z = 0.
    const vertices = Float32Array.from([-0.3, -0.3, 1, 0.3, -0.3, 1, 0.3, 0.3, 1, -0.3, 0.3, 1]);
    const map = createShadowMap(vertices, Int32Array.from([0, 1, 2, 0, 2, 3]), [0, 0, 1], 512);
    assert.equal(lightReaching(map, 0, 0, 0, 0.01, 1), 0);
    assert.equal(lightReaching(map, 0.2, -0.25, 0.9, 0.01, 1), 0);
    assert.equal(lightReaching(map, 0.4, 0, 0, 0.01, 1), 1);
    assert.equal(lightReaching(map, 0, 0, 1, 0.01, 1), 1);
    assert.equal(lightReaching(map, 0, 0, 1.5, 0.01, 1), 1);
    // Across its edge the share rises from 0 to 1.
    const shares = Array.from({ length: 9 }, (_, i) => lightReaching(map, 0.28 + 0.005 * i, 0, 0, 0.01, 1));
    assert.ok(
      shares[0] === 0 && shares[8] === 1 && shares.every((share, i) => i === 0 || share >= shares[i - 1]),
    );
  });

  it("throws a slanted light's shadow to where geometry has it", () => {
    const vertices = Float32Array.from([-0.2, -0.2, 0.5, 0.2, -0.2, 0.5, 0.2, 0.2, 0.5, -0.2, 0.2, 0.5]);
    const map = createShadowMap(vertices, Int32Array.from([0, 1, 2, 0, 2, 3]), unit([1, 0, 1]), 1024);
    // From the plane z = 0 toward (1, 0, 1) one is at x + 0.5 where z = 0.5.
    assert.equal(lightReaching(map, -0.5, 0, 0, 0.01, 1), 0);
    assert.equal(lightReaching(map, 0, 0, 0, 0.01, 1), 1);
    assert.equal(lightReaching(map, -0.72, 0, 0, 0.01, 1), 1);
  });
});
