import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { addedDetail, detailBands, detailShares } from "./detail-shares.js";

const side = 256;
const texels = side * side;
const skin = Float32Array.from({ length: texels }, (_, p) => {
  const [x, y] = [p % side, Math.floor(p / side)];
  return Number(Math.hypot(x - 128, y - 128) < 100);
});

/** A face whose photo is `A S` times `exp(detail)`. */
function face(detail: (x: number, y: number) => number) {
  const colours = (value: (p: number) => number) =>
    Float32Array.from({ length: 3 * texels }, (_, i) => value(Math.floor(i / 3)));
  const log = (p: number) => detail(p % side, Math.floor(p / side));
  return {
    texture: Uint8Array.from(colours((p) => Math.round(255 * 0.4 * Math.exp(log(p))))),
    seen: new Uint8Array(texels).fill(1),
    priorAlbedo: colours(() => 0.5),
    coarseShading: colours(() => 0.8),
    uvSize: side,
  };
}

/** `A′` and `S′` that take these shares of the detail. */
const maps = (detail: (x: number, y: number) => number, albedo: number, light: number) => {
  const times = (from: number, share: number) =>
    Float32Array.from({ length: 3 * texels }, (_, i) => {
      const p = Math.floor(i / 3);
      return from * Math.exp(share * detail(p % side, Math.floor(p / side)));
    });
  return { albedo: times(0.5, albedo), shading: times(0.8, light) };
};

const random = createRandom(3);
const grain = Float32Array.from({ length: texels }, () => 0.1 * random.normal());
const noise = (x: number, y: number) => grain[y * side + x];

describe("shares of detail", () => {
  it("says how much of the unexplained detail each map took", () => {
    const shares = detailShares(face(noise), maps(noise, 0.7, 0.2), skin);
    for (const band of [...detailBands, "below4"]) {
      assert.ok(Math.abs(shares[`albedoDetail.${band}`] - 0.7) < 0.02, `${band} ${JSON.stringify(shares)}`);
      assert.ok(Math.abs(shares[`lightDetail.${band}`] - 0.2) < 0.02, band);
    }
  });

  it("is of the detail in logarithms: what A and L leave unexplained, and what each map added", () => {
    const { unexplained, toAlbedo, toLight } = addedDetail(face(noise), maps(noise, 0.7, 0.2));
    for (const p of [0, 1000, texels - 1]) {
      assert.ok(Math.abs(unexplained[p] - grain[p]) < 0.01); // the photo is in bytes
      assert.ok(Math.abs(toAlbedo[p] - 0.7 * grain[p]) < 1e-5);
      assert.ok(Math.abs(toLight[p] - 0.2 * grain[p]) < 1e-5);
    }
  });

  it("tells sizes apart: a map that has the coarse waves only has the coarse band only", () => {
    const waves = (x: number, y: number) => 0.3 * Math.sin((2 * Math.PI * (x + y)) / 60);
    const both = (x: number, y: number) => noise(x, y) + waves(x, y);
    const shares = detailShares(face(both), maps(waves, 1, 0), skin);
    assert.ok(Math.abs(shares["albedoDetail.below1"]) < 0.02, JSON.stringify(shares));
    assert.ok(shares["albedoDetail.8to16"] > 0.8);
    assert.equal(shares["lightDetail.8to16"], 0);
  });

  it("is 0 for the prior itself, and negative for the opposite", () => {
    const same = detailShares(face(noise), maps(noise, 0, 0), skin);
    assert.equal(same["albedoDetail.below4"], 0);
    assert.ok(detailShares(face(noise), maps(noise, -0.5, 0), skin)["albedoDetail.below4"] < -0.45);
  });

  it("does not look at what is hidden or no skin", () => {
    const hidden = face(noise);
    for (let p = 0; p < texels; p++) if (p % side > 128) hidden.seen[p] = 0;
    const found = maps(noise, 0.5, 0.5);
    for (let p = 0; p < texels; p++) if (p % side > 128) found.albedo.fill(9, 3 * p, 3 * p + 3);
    assert.ok(Math.abs(detailShares(hidden, found, skin)["albedoDetail.below4"] - 0.5) < 0.02);
  });

  it("leaves out bands finer than half a texel, and all where nothing is seen", () => {
    const small = {
      texture: new Uint8Array(3 * 64 * 64).fill(100).map((v, i) => v + (i % 7)),
      seen: new Uint8Array(64 * 64).fill(1),
      priorAlbedo: new Float32Array(3 * 64 * 64).fill(0.5),
      coarseShading: new Float32Array(3 * 64 * 64).fill(0.8),
      uvSize: 64,
    };
    const found = { albedo: small.priorAlbedo, shading: small.coarseShading };
    const all = new Float32Array(64 * 64).fill(1);
    assert.deepEqual(
      Object.keys(detailShares(small, found, all)).filter((name) => name.startsWith("albedo")),
      [
        "albedoDetail.1to2",
        "albedoDetail.2to4",
        "albedoDetail.4to8",
        "albedoDetail.8to16",
        "albedoDetail.below4",
      ],
    );
    assert.deepEqual(detailShares(small, found, all.fill(0)), {});
  });
});
