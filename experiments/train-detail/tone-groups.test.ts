import assert from "node:assert/strict";
import { prepareEngine } from "rerenderable";
import { detailSamplesInMemory } from "rerenderable/face";
import { fixtureSample } from "rerenderable/testing";
import { balancedOrder, toneGroups, toneOf } from "./tone-groups.js";

/** Encoded sRGB of skin, with the tone that its typology angle has. */
const skins = {
  "very light": [0.93, 0.82, 0.76],
  intermediate: [0.78, 0.62, 0.5],
  dark: [0.3, 0.2, 0.15],
} as const;

describe("experiments: tones of the training", () => {
  before(() => prepareEngine("wasm"));

  it("names the tone of a face by what of its prior albedo is seen", () => {
    for (const [tone, skin] of Object.entries(skins)) {
      const priorAlbedo = Float32Array.from({ length: 12 }, (_, i) => (i < 9 ? skin[i % 3] : 0));
      assert.equal(toneOf({ priorAlbedo, seen: Uint8Array.of(1, 1, 1, 0) }), tone);
    }
  });

  it("groups by kind and tone, and lets a small group join", async () => {
    const one = await fixtureSample(1);
    const of = (skin: readonly number[], truth: boolean) => {
      const { truth: known, ...rest } = one;
      const priorAlbedo = one.priorAlbedo.map((_, i) => skin[i % 3]);
      return { ...rest, priorAlbedo, ...(truth && { truth: known }) };
    };
    const many = (count: number, skin: readonly number[], truth: boolean) =>
      Array.from({ length: count }, () => of(skin, truth));
    const groups = await toneGroups(
      detailSamplesInMemory([
        ...many(14, skins.intermediate, false),
        ...many(12, skins.dark, false),
        ...many(13, skins["very light"], true),
        ...many(2, skins.dark, true),
      ]),
    );
    assert.deepEqual(
      groups.map((group) => group.length),
      [14, 12, 15],
    );
  });

  it("takes as many of each group an epoch, everyone of a small group, and the same for the same seed", () => {
    const groups = [
      [0, 1, 2, 3, 4, 5, 6, 7],
      [8, 9],
    ];
    const order = balancedOrder(groups);
    const epoch = order(10, 1, 0);
    assert.equal(epoch.length, 10);
    assert.equal(epoch.filter((n) => n < 8).length, 5);
    assert.equal(new Set(epoch.filter((n) => n < 8)).size, 5);
    assert.deepEqual([...new Set(epoch.filter((n) => n >= 8))].sort(), [8, 9]);
    assert.deepEqual(order(10, 1, 0), epoch);
    assert.notDeepEqual(order(10, 1, 1), epoch);
    assert.notDeepEqual(order(10, 2, 0), epoch);
  });
});
