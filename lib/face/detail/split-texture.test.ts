import assert from "node:assert/strict";
import { boxBlur } from "../../graphics/uv/box-blur.js";
import { splitTexture } from "./split-texture.js";

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

describe("graphics/uv/box-blur", () => {
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

describe("face/detail/split-texture", () => {
  const even = plain(1);

  it("leaves prior albedo and coarse light where they explain the texture", () => {
    const priorAlbedo = map((x) => 0.4 + 0.002 * x);
    const coarseShading = map((_, y) => 0.6 + 0.005 * y);
    const texture = priorAlbedo.map((value, i) => value * coarseShading[i]);
    const { albedo, gain } = splitTexture({ texture, seen: everywhere, priorAlbedo, coarseShading, uvSize });
    assert.ok(albedo.every((value, i) => Math.abs(value - priorAlbedo[i]) < 1e-6));
    assert.ok(gain.every((value) => Math.abs(value - 1) < 1e-6));
  });

  it("gives an even change of brightness and colour to the light alone", () => {
    const factors = [1.5, 1.2, 0.9];
    const priorAlbedo = plain(0.4);
    const texture = priorAlbedo.map((value, i) => factors[i % 3] * (value + 0.03) - 0.03);
    const split = splitTexture({ texture, seen: everywhere, priorAlbedo, coarseShading: even, uvSize });
    const i = at(32, 32);
    assert.ok(Math.abs(split.albedo[i] - 0.4) < 1e-3);
    factors.forEach((factor, c) => {
      assert.ok(Math.abs(split.gain[i + c] - factor) < 0.01, `${split.gain[i + c]}`);
    });
  });

  it("gives a mole to the albedo, and a shadow with its edge to the light", () => {
    const mole = (x: number, y: number) => (Math.hypot(x - 20, y - 30) < 1.2 ? 0.8 : 1);
    const texture = map((x, y) => 0.5 * mole(x, y) * (x < 40 ? 1 : 0.4));
    const input = { texture, seen: everywhere, priorAlbedo: plain(0.5), coarseShading: even, uvSize };
    const { albedo, gain } = splitTexture(input);
    assert.ok(albedo[at(20, 30)] < 0.48, `${albedo[at(20, 30)]}`);
    for (const x of [37, 43, 50]) {
      assert.ok(Math.abs(albedo[at(x, 30)] - 0.5) < 0.05, `albedo ${x}: ${albedo[at(x, 30)]}`);
    }
    assert.ok(gain[at(37, 30)] > 0.9 && gain[at(43, 30)] < 0.5, `${gain[at(37, 30)]} ${gain[at(43, 30)]}`);
  });

  it("takes what is hidden from the other half under the coarse light, and nothing where neither is seen", () => {
    const left = Uint8Array.from({ length: texels }, (_, p) => Number(p % uvSize < 30));
    const texture = map((x, y) => (Math.hypot(x - 14, y - 30) < 1.2 ? 0.4 : 0.5));
    const input = { texture, priorAlbedo: plain(0.5), coarseShading: even, uvSize };
    const half = splitTexture({ ...input, seen: left });
    const there = at(uvSize - 1 - 14, 30);
    assert.ok(half.albedo[there] < 0.48, `${half.albedo[there]}`);
    assert.equal(half.gain[there], 1);
    const none = splitTexture({ ...input, seen: new Uint8Array(texels) });
    assert.ok(none.albedo.every((value) => Math.abs(value - 0.5) < 1e-6));
    assert.ok(none.gain.every((value) => value === 1));
  });

  it("gives the albedo its share of the detail, up to all of it, and of larger detail where it reaches farther", () => {
    const rough = (x: number, y: number) => 1 + 0.1 * Math.sin(2.1 * x) * Math.sin(1.7 * y);
    const texture = map((x, y) => 0.5 * rough(x, y));
    const input = { texture, seen: everywhere, priorAlbedo: plain(0.5), coarseShading: even, uvSize };
    // Away from the rim, which counts as an edge of the prior albedo.
    const middle = Array.from({ length: 32 }, (_, i) => at(16 + i, 32));
    const detail = (options?: Parameters<typeof splitTexture>[1]) => {
      const { albedo } = splitTexture(input, options);
      return middle.map((i) => albedo[i] - 0.5);
    };
    assert.deepEqual(detail({}), detail());
    assert.ok(detail({ share: 0 }).every((value) => Math.abs(value) < 1e-4));
    const [half, all] = [detail({ share: 0.5 }), detail({ share: 1 })];
    const i = half.indexOf(Math.max(...half));
    assert.ok(Math.abs(all[i] / half[i] - 2) < 0.1, `${all[i] / half[i]}`);
    const waves = map((x) => 0.5 * (1 + 0.1 * Math.sin((2 * Math.PI * x) / 16)));
    const kept = (reach: number) => {
      const found = splitTexture({ ...input, texture: waves }, { share: 1, reach }).albedo;
      return found[at(36, 30)] - found[at(28, 30)];
    };
    assert.ok(kept(1 / 4) > 2 * kept(1 / 32), `${kept(1 / 4)} ${kept(1 / 32)}`);
  });

  it("takes what changes more than the edge says for light", () => {
    const texture = map((x) => (x < 32 ? 0.6 : 0.3));
    const input = { texture, seen: everywhere, priorAlbedo: plain(0.5), coarseShading: even, uvSize };
    const left = (edge: number) => Math.abs(splitTexture(input, { share: 1, edge }).albedo[at(31, 30)] - 0.5);
    assert.ok(left(0.01) < left(1) / 4, `${left(0.01)} ${left(1)}`);
  });
});
