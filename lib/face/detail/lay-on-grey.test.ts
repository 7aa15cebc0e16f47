import assert from "node:assert/strict";
import { layOnGrey } from "./lay-on-grey.js";

const picture = { width: 2, height: 2, data: Float32Array.of(0.25, 0.5, 0.75, 1.5, -1, 0, 1, 1, 1, 0, 0, 0) };

describe("face/detail/lay-on-grey", () => {
  it("keeps the skin, clipped, and makes eyes, mouth and all else grey", () => {
    const { width, height, data } = layOnGrey(picture, { mask: Uint8Array.of(1, 1, 2, 0) });
    assert.deepEqual([width, height], [2, 2]);
    assert.deepEqual([...data], [0.25, 0.5, 0.75, 1, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  });

  it("changes nothing the second time, and makes all pictures alike where there is no skin", () => {
    const mask = Uint8Array.of(1, 0, 0, 1);
    const once = layOnGrey(picture, { mask });
    assert.deepEqual(layOnGrey(once, { mask }), once);
    const nothing = layOnGrey(picture, { mask: new Uint8Array(4) });
    assert.ok(nothing.data.every((value) => value === 0.5));
  });
});
