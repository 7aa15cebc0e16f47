import assert from "node:assert/strict";
import { decodeFace } from "../geometry/decode-face.js";
import { loadSyntheticAssets, type SyntheticAssets } from "../synthetic-assets.js";
import { paintFace } from "./paint-face.js";
import type { DetailParameters } from "./parameters.js";

describe("datasets/synthetic: painted detail", () => {
  let assets: SyntheticAssets;
  let vertexAlbedo: Float32Array;
  before(async () => {
    assets = await loadSyntheticAssets(256);
    const rest = new Float32Array(80);
    vertexAlbedo = decodeFace(assets.data, rest, new Float32Array(64), rest).albedo;
  });
  const plain: DetailParameters = {
    seed: 3,
    age: 0,
    pores: 0,
    mottling: 0,
    redness: 0,
    moles: 0,
    freckles: 0,
    stubble: 0,
    browDensity: 0.5,
    hairColour: [0.1, 0.08, 0.06],
    irisColour: [0.3, 0.2, 0.1],
    gaze: [0, 0],
    oiliness: 0,
    makeUp: null,
  };
  const paint = (detail: Partial<DetailParameters>) =>
    paintFace(assets.map, assets.data.triangles, vertexAlbedo, { ...plain, ...detail });
  /** Mean encoded value around a place on the map. */
  const around = (albedo: Uint8Array, u: number, v: number, channel: number) => {
    let sum = 0;
    for (let y = -3; y <= 3; y++) {
      for (let x = -3; x <= 3; x++)
        sum += albedo[3 * ((Math.round(256 * v) + y) * 256 + Math.round(256 * u) + x) + channel];
    }
    return sum / 49 / 255;
  };

  it("is the same for the same seed and another for another", () => {
    assert.deepEqual(paint({ pores: 1 }), paint({ pores: 1 }));
    assert.notDeepEqual(paint({ pores: 1, seed: 4 }).height, paint({ pores: 1 }).height);
  });

  it("cuts wrinkles deeper with age, on the forehead and beside the eyes", () => {
    const depth = (age: number, top: number, bottom: number) => {
      const { height } = paint({ age });
      return Math.min(...height.subarray(Math.round(256 * top) * 256, Math.round(256 * bottom) * 256));
    };
    assert.ok(depth(1, 0.05, 0.2) < depth(0, 0.05, 0.2) - 100);
    assert.ok(depth(1, 0.31, 0.4) < depth(0, 0.31, 0.4) - 50);
  });

  it("reddens the lips with lipstick and the nose with blood, and leaves the forehead as it is", () => {
    const lips = { colour: [0.7, 0.1, 0.15] as const, share: 0.8 };
    const makeUp = { lips, eyeShadow: { colour: [0, 0, 0] as const, share: 0 }, eyeliner: 0, blush: 0 };
    const [bare, made, flushed] = [paint({}), paint({ makeUp }), paint({ redness: 1 })].map(
      ({ albedo }) => albedo,
    );
    const redness = (albedo: Uint8Array, u: number, v: number) =>
      around(albedo, u, v, 0) - around(albedo, u, v, 1);
    assert.ok(redness(made, 0.5, 0.745) > redness(bare, 0.5, 0.745) + 0.1);
    assert.ok(redness(flushed, 0.5, 0.47) > redness(bare, 0.5, 0.47) + 0.02);
    assert.equal(redness(made, 0.5, 0.12), redness(bare, 0.5, 0.12));
  });

  it("darkens the chin with a beard, not the cheekbones", () => {
    const [bare, bearded] = [paint({}), paint({ stubble: 0.8 })].map(({ albedo }) => albedo);
    assert.ok(around(bearded, 0.5, 0.86, 1) < around(bare, 0.5, 0.86, 1) - 0.05);
    assert.ok(Math.abs(around(bearded, 0.36, 0.42, 1) - around(bare, 0.36, 0.42, 1)) < 0.02);
  });

  it("moves the iris with the gaze", () => {
    const [straight, aside] = [paint({}), paint({ gaze: [0.4, 0] })].map(({ albedo }) => albedo);
    assert.ok(around(straight, 0.082, 0.918, 1) < 0.2);
    assert.ok(around(aside, 0.104, 0.918, 1) < 0.2);
  });
});
