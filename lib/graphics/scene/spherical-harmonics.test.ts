import assert from "node:assert/strict";
import { directionalLight, shadingAt, type Vector } from "./light.js";
import { ambientWhite, bandOrder, lambertFactors, shBasis } from "./spherical-harmonics.js";

/** Calls `visit` on a fine equal-angle grid of the sphere with the area each point stands for. */
function overSphere(visit: (direction: Vector, area: number) => void, rows = 400): void {
  const step = Math.PI / rows;
  for (let i = 0; i < rows; i++) {
    const polar = (i + 0.5) * step;
    for (let j = 0; j < 2 * rows; j++) {
      const turn = (j + 0.5) * step;
      const [s, c] = [Math.sin(polar), Math.cos(polar)];
      visit([s * Math.cos(turn), c, s * Math.sin(turn)], s * step * step);
    }
  }
}

const normals: Vector[] = [
  [0, 0, 1],
  [0, 1, 0],
  [1, 0, 0],
  [-0.6, 0, 0.8],
  [2 / 7, -3 / 7, 6 / 7],
  [-4 / 9, 7 / 9, -4 / 9],
];

describe("spherical harmonics of order 2 with the Lambertian factors folded in", () => {
  it("scales the bands by 0.886227, 1.023327, 0.858086, 0.247708, 0.429043", () => {
    const [, y, z, x] = shBasis(1, 1, 1);
    for (const linear of [y, z, x]) assert.ok(Math.abs(linear - 1.023327) < 2e-6);
    assert.ok(Math.abs(shBasis(0, 0, 1)[0] - 0.886227) < 2e-6);
    assert.ok(Math.abs(shBasis(1, 1, 0)[4] - 0.858086) < 2e-6);
    assert.ok(Math.abs(shBasis(0, 0, 1)[6] - 2 * 0.247708) < 2e-6);
    assert.ok(Math.abs(shBasis(1, 0, 0)[8] - 0.429043) < 2e-6);
  });

  it("orders the bands 1, y, z, x, xy, yz, 3z²−1, xz, x²−y², all with a positive sign", () => {
    const signs = (x: number, y: number, z: number) => shBasis(x, y, z).map(Math.sign);
    assert.deepEqual(signs(0, 1, 0), [1, 1, 0, 0, 0, 0, -1, 0, -1]);
    assert.deepEqual(signs(0, 0, 1), [1, 0, 1, 0, 0, 0, 1, 0, 0]);
    assert.deepEqual(signs(1, 0, 0), [1, 0, 0, 1, 0, 0, -1, 0, 1]);
    assert.equal(shBasis(0.6, 0.8, 0)[4] > 0, true);
    assert.equal(shBasis(0, 0.6, 0.8)[5] > 0, true);
    assert.equal(shBasis(0.6, 0, 0.8)[7] > 0, true);
  });

  it("equals the plain harmonics integrated under the cosine lobe: Φ_b(n) = ∫ max(n·ω, 0) Y_b(ω) dω", () => {
    for (const n of normals) {
      const integral = new Array<number>(9).fill(0);
      overSphere((w, area) => {
        const cosine = Math.max(n[0] * w[0] + n[1] * w[1] + n[2] * w[2], 0) * area;
        if (cosine === 0) return;
        shBasis(...w).forEach((value, b) => {
          integral[b] += (cosine * value) / lambertFactors[bandOrder[b]];
        });
      });
      shBasis(...n).forEach((value, b) => {
        assert.ok(Math.abs(value - integral[b]) < 1e-4, `band ${b} of ${n}: ${value} and ${integral[b]}`);
      });
    }
  });

  it("has orthonormal plain harmonics Y_b", () => {
    const gram = Array.from({ length: 9 }, () => new Array<number>(9).fill(0));
    overSphere((w, area) => {
      const plain = shBasis(...w).map((value, b) => value / lambertFactors[bandOrder[b]]);
      for (let a = 0; a < 9; a++) for (let b = 0; b < 9; b++) gram[a][b] += plain[a] * plain[b] * area;
    }, 200);
    for (let a = 0; a < 9; a++) {
      for (let b = 0; b < 9; b++) assert.ok(Math.abs(gram[a][b] - (a === b ? 1 : 0)) < 1e-3);
    }
  });

  it("shades under a directional light as the clamped cosine cut after order 2 does", () => {
    // max(c, 0) = 1/4 + c/2 + 5/16 (3c²−1)/2 + ...
    const direction: Vector = [0.48, 0.6, 0.64];
    const light = directionalLight(direction, [1, 0.5, 0.25]);
    for (const n of normals) {
      const c = n[0] * direction[0] + n[1] * direction[1] + n[2] * direction[2];
      const expected = 0.25 + c / 2 + (5 / 32) * (3 * c * c - 1);
      const [red, green, blue] = shadingAt(light, n);
      assert.ok(Math.abs(red - expected) < 2e-6);
      assert.ok(Math.abs(green - expected / 2) < 2e-6);
      assert.ok(Math.abs(blue - expected / 4) < 2e-6);
      assert.ok(Math.abs(expected - Math.max(c, 0)) < 0.1, "the truncation is close to the cosine itself");
    }
  });

  it("shades every normal by 1 under ambient white", () => {
    for (const n of normals) {
      for (const value of shadingAt(ambientWhite, n)) assert.ok(Math.abs(value - 1) < 1e-12);
    }
  });
});
