import assert from "node:assert/strict";
import { cutDetail } from "./detail-bands.js";

const uvSize = 64;
const texels = uvSize * uvSize;
const bands = 4;
const everywhere = new Uint8Array(texels).fill(1);
const plain = (value: number) => new Float32Array(3 * texels).fill(value);
/** Bytes of a map from a function of column and row. */
const bytes = (f: (x: number, y: number) => number) =>
  Uint8Array.from({ length: 3 * texels }, (_, i) => {
    const p = Math.floor(i / 3);
    return Math.round(255 * f(p % uvSize, Math.floor(p / uvSize)));
  });
const given = { priorAlbedo: plain(0.5), coarseShading: plain(0.8), seen: everywhere, uvSize };
const texel = (x: number, y: number) => y * uvSize + x;
/** The green of a band. */
const green = (map: Float32Array, p: number, band: number) => map[(p * bands + band) * 3 + 1];

describe("face/detail/detail-bands", () => {
  it("are 0 where prior albedo and coarse light explain the photo", () => {
    const { count, forAlbedo, forLight, unexplained } = cutDetail({ ...given, texture: bytes(() => 0.4) });
    assert.equal(count, bands);
    for (const map of [forAlbedo, forLight, unexplained]) {
      assert.ok(map.every((value) => Math.abs(value) < 1e-5));
    }
  });

  it("have an even change in the coarsest, up to a limit", () => {
    const cut = (value: number) => cutDetail({ ...given, texture: bytes(() => value) });
    const twice = cut(0.8);
    assert.ok(Math.abs(green(twice.forLight, texel(30, 30), bands - 1) - Math.log(2)) < 1e-5);
    assert.ok(Math.abs(green(twice.forLight, texel(30, 30), 0)) < 1e-5);
    assert.deepEqual(twice.forAlbedo, twice.forLight);
    // log(0.02 / 0.4) = -3.0
    assert.ok(Math.abs(green(cut(0).forLight, texel(30, 30), bands - 1) + 2) < 1e-5);
  });

  it("fall to 0 at the rim of what is seen, and are whole inside", () => {
    const seen = Uint8Array.from({ length: texels }, (_, p) => Number(p % uvSize < 40));
    const { unexplained } = cutDetail({ ...given, seen, texture: bytes(() => 0.8) });
    const at = (x: number) => unexplained[3 * texel(x, 30)] / Math.log(2);
    assert.ok(Math.abs(at(36) - 1) < 1e-5 && Math.abs(at(0) - 1) < 1e-5, `${at(36)} ${at(0)}`);
    assert.ok(at(39) < 0.9 && at(41) === 0, `${at(39)} ${at(41)}`);
  });

  it("lend the albedo of a hidden texel the fine ones of its mirror image, and the light nothing", () => {
    const seen = Uint8Array.from({ length: texels }, (_, p) => Number(p % uvSize < 40));
    const texture = bytes((x, y) => (Math.hypot(x - 10, y - 30) < 1.2 ? 0.1 : 0.3));
    const { forAlbedo, forLight } = cutDetail({ ...given, seen, texture });
    const [own, mirrored] = [texel(10, 30), texel(uvSize - 1 - 10, 30)];
    assert.ok(green(forLight, own, 0) < -0.2);
    for (let band = 0; band < bands; band++) {
      const wanted = band < bands - 1 ? green(forLight, own, band) : 0;
      assert.ok(Math.abs(green(forAlbedo, mirrored, band) - wanted) < 1e-6, `${band}`);
      assert.equal(Math.abs(green(forLight, mirrored, band)), 0);
      assert.equal(green(forAlbedo, own, band), green(forLight, own, band));
    }
  });
});
