import assert from "node:assert/strict";
import { layOnGrey } from "./lay-on-grey.js";

const picture = { width: 2, height: 2, data: Float32Array.of(0.25, 0.5, 0.75, 1.5, -1, 0, 1, 1, 1, 0, 0, 0) };
const covering = (...pixel: number[]) => ({ pixel: Int32Array.from(pixel) });

describe("face/detail/lay-on-grey", () => {
  it("keeps the fitted skin, bare or not, clipped, and makes eyes, mouth and all else grey", () => {
    // Skin, hair before it, an eye, and the background.
    const face = { mask: Uint8Array.of(1, 0, 2, 0), surface: covering(0, 1, 2) };
    const { width, height, data } = layOnGrey(picture, face);
    assert.deepEqual([width, height], [2, 2]);
    assert.deepEqual([...data], [0.25, 0.5, 0.75, 1, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  });

  it("changes nothing the second time, and makes all pictures alike where there is no face", () => {
    const face = { mask: Uint8Array.of(1, 0, 0, 1), surface: covering(0, 3) };
    const once = layOnGrey(picture, face);
    assert.deepEqual(layOnGrey(once, face), once);
    const nothing = layOnGrey(picture, { ...face, surface: covering() });
    assert.ok(nothing.data.every((value) => value === 0.5));
  });
});
