import assert from "node:assert/strict";
import type { DetailSample, InspectedFace, RgbImage } from "rerenderable";
import { albedoSpread } from "./runners/albedo-spread.js";

const map = (values: readonly number[]): RgbImage => ({
  width: 2,
  height: 2,
  data: Float32Array.from(values.flatMap((value) => [value, value, value])),
});

/** Of four texels, the last hidden in the second picture. */
const faces = [
  { texture: [0.2, 0.4, 0.6, 0.9], detailed: [0.3, 0.4, 0.5, 0.9], seen: [1, 1, 1, 1] },
  { texture: [0.6, 0.4, 0.2, 0.1], detailed: [0.6, 0.8, 1, 0.1], seen: [1, 1, 1, 0] },
].map(({ texture, detailed, seen }) => ({
  sample: { seen: Uint8Array.from(seen) } as unknown as DetailSample,
  face: {
    maps: { texture: map(texture), prior: map([0.5, 0.5, 0.5, 0.5]), detailed: map(detailed) },
  } as unknown as InspectedFace,
}));

describe("experiments/albedo-spread", () => {
  it("is the deviation over pictures, by hand; a change of brightness is none", () => {
    const spread = albedoSpread(faces, Float32Array.from([1, 1, 1, 1]));
    // 0.2 and 0.6 deviate by 0.2, 0.4 not at all.
    assert.ok(Math.abs(spread.texture - Math.sqrt((2 * 0.2 ** 2) / 3)) < 1e-6);
    assert.equal(spread.prior, 0);
    assert.ok(spread.detailed < 1e-6, `${spread.detailed}`);
  });
});
