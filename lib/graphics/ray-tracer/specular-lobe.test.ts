import assert from "node:assert/strict";
import { assertClose } from "../../testing/each-engine.js";
import { checkLobe, type SpecularLobe, specularReflection } from "./specular-lobe.js";

const up = [0, 0, 1];
const at = (polar: number, turn = 0) => [
  Math.sin(polar) * Math.cos(turn),
  Math.sin(polar) * Math.sin(turn),
  Math.cos(polar),
];

/** `∫ f n·l dω` over the upper half: the share of the light from `toward` that is sent back. */
function reflectedShare(lobe: SpecularLobe, toward: readonly number[]): number {
  const rows = 400;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    // Finer toward the pole, where a narrow lobe's middle is.
    const [from, to] = [i / rows, (i + 1) / rows].map((s) => (Math.PI / 2) * s ** 2);
    const polar = (from + to) / 2;
    for (let j = 0; j < rows; j++) {
      const view = at(polar, (2 * Math.PI * (j + 0.5)) / rows);
      sum +=
        specularReflection(lobe, up, toward, view) *
        view[2] *
        Math.sin(polar) *
        (to - from) *
        ((2 * Math.PI) / rows);
    }
  }
  return sum;
}

describe("graphics/ray-tracer/specular-lobe", () => {
  it("is F₀ / (4 π α²) where light, viewer and normal are one", () => {
    for (const roughness of [0.1, 0.4, 1]) {
      const expected = 0.04 / (4 * Math.PI * roughness ** 4);
      assertClose([specularReflection({ roughness }, up, up, up) / expected], [1], 1e-12);
    }
  });

  it("sends back at most the light that comes: ∫ f n·l dω ≤ 1; head-on at roughness 1 it is 1 − ln 2", () => {
    const shares = [0.1, 0.2, 0.4, 0.7, 1].map((roughness) =>
      reflectedShare({ roughness, reflectance: 1 }, up),
    );
    assert.ok(
      shares.every((share) => share <= 1),
      `${shares}`,
    );
    assert.ok(shares[0] > 0.999 && shares[2] > 0.96, `${shares}`);
    // With α = 1 the integral is ∫ c / (1 + c) dc.
    assertClose([shares[4]], [1 - Math.LN2], 1e-4);
    for (const polar of [0.3, 0.8, 1.3, 1.5]) {
      const share = reflectedShare({ roughness: 0.5, reflectance: 1 }, at(polar));
      assert.ok(share > 0.5 && share <= 1 + 1e-3, `${share} at ${polar}`);
    }
  });

  it("is brightest near the mirror direction, the narrower the smoother", () => {
    const toward = at(0.5, Math.PI);
    const peakOf = (roughness: number) => {
      const polars = Array.from({ length: 1000 }, (_, i) => (i * Math.PI) / 2000);
      const values = polars.map((polar) => specularReflection({ roughness }, up, toward, at(polar)));
      return polars[values.indexOf(Math.max(...values))];
    };
    assert.ok(Math.abs(peakOf(0.1) - 0.5) < 0.002);
    assert.ok(Math.abs(peakOf(0.3) - 0.5) < 0.02);
    const fall = (roughness: number) =>
      specularReflection({ roughness }, up, toward, at(0.8)) /
      specularReflection({ roughness }, up, toward, at(0.5));
    assert.ok(fall(0.2) < fall(0.4) && fall(0.4) < fall(0.7));
  });

  it("is the same with light and viewer exchanged, and 0 where one of them is behind", () => {
    const lobe = { roughness: 0.4 };
    const [a, b] = [at(0.7, 1), at(1.2, 3)];
    assert.equal(specularReflection(lobe, up, a, b), specularReflection(lobe, up, b, a));
    assert.equal(specularReflection(lobe, up, a, [0, 0, -1]), 0);
    assert.equal(specularReflection(lobe, up, [1, 0, 0], a), 0);
    const strong = specularReflection({ ...lobe, strength: 2 }, up, a, b);
    assert.equal(strong, 2 * specularReflection(lobe, up, a, b));
  });

  it("names a number out of its range", () => {
    assert.throws(() => checkLobe("f", { roughness: 0 }), /f: `specular.roughness` .* is 0/);
    assert.throws(
      () => checkLobe("f", { roughness: 1, reflectance: 2 }),
      /f: `specular.reflectance` .* is 2/,
    );
    assert.throws(() => checkLobe("f", { roughness: 1, strength: -1 }), /f: `specular.strength` .* is -1/);
  });
});
