import assert from "node:assert/strict";
import { boxBlur } from "./box-blur.js";
import { addFineDetail } from "./fine-detail.js";

const uvSize = 64;
const texels = uvSize * uvSize;
const everywhere = new Uint8Array(texels).fill(1);
const plain = (value: number) => new Float32Array(3 * texels).fill(value);
const at = (x: number, y: number) => 3 * (y * uvSize + x);

/** A map from a function of column and row. */
function map(f: (x: number, y: number) => number): Float32Array {
  return Float32Array.from({ length: 3 * texels }, (_, i) => {
    const p = Math.floor(i / 3);
    return f(p % uvSize, Math.floor(p / uvSize));
  });
}

describe("uv/box-blur", () => {
  it("is the mean over a square, and keeps what is even", () => {
    const spot = new Float32Array(texels);
    spot[20 * uvSize + 30] = 25;
    const blurred = boxBlur(spot, uvSize, 2);
    assert.equal(blurred[20 * uvSize + 30], 1);
    assert.equal(blurred[22 * uvSize + 32], 1);
    assert.equal(blurred[23 * uvSize + 30], 0);
    assert.equal(boxBlur(new Float32Array(texels).fill(3), uvSize, 2)[20 * uvSize + 30], 3);
  });
});

describe("uv/fine-detail", () => {
  it("leaves the prior where the texture is the prior times an even light", () => {
    const priorAlbedo = map((x) => 0.4 + 0.002 * x);
    const texture = priorAlbedo.map((value) => 1.5 * (value + 0.03) - 0.03);
    const out = addFineDetail({ texture, seen: everywhere, priorAlbedo, uvSize });
    const worst = Math.max(...out.map((value, i) => Math.abs(value - priorAlbedo[i]!)));
    assert.ok(worst < 2e-3, `${worst}`);
  });

  it("keeps a mole and takes no slow light", () => {
    const mole = (x: number, y: number) => (Math.hypot(x - 30, y - 30) < 1.5 ? 0.5 : 1);
    const texture = map((x, y) => (0.3 + 0.005 * x) * mole(x, y));
    const out = addFineDetail({ texture, seen: everywhere, priorAlbedo: plain(0.5), uvSize });
    assert.ok(out[at(30, 30)]! < 0.4, `${out[at(30, 30)]}`);
    assert.ok(Math.abs(out[at(20, 45)]! - 0.5) < 0.02 && Math.abs(out[at(44, 20)]! - 0.5) < 0.02);
  });

  it("takes what is hidden from the other half, and nothing where neither is seen", () => {
    const left = Uint8Array.from({ length: texels }, (_, p) => Number(p % uvSize < 30));
    const texture = map((x, y) => (Math.hypot(x - 14, y - 30) < 1.5 ? 0.25 : 0.5));
    const out = addFineDetail({ texture, seen: left, priorAlbedo: plain(0.5), uvSize });
    assert.ok(out[at(uvSize - 1 - 14, 30)]! < 0.4);
    const none = addFineDetail({ texture, seen: new Uint8Array(texels), priorAlbedo: plain(0.5), uvSize });
    assert.ok(none.every((value) => Math.abs(value - 0.5) < 1e-6));
  });
});
