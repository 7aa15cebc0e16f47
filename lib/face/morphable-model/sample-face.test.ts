import assert from "node:assert/strict";
import { loadEmbeddedModel } from "./embedded-model.js";
import type { CoefficientPrior, MorphableModelData } from "./morphable-model.js";
import { sampleFace } from "./sample-face.js";

const seeds = Array.from({ length: 400 }, (_, seed) => seed);

describe("face/morphable-model/sample-face", () => {
  let data: MorphableModelData;
  let names: readonly string[];

  before(async () => {
    data = await loadEmbeddedModel();
    names = data.expressionNames;
  });

  it("gives the same bits for the same seed and another person for another", () => {
    assert.deepEqual(sampleFace(data, 7), sampleFace(data, 7));
    assert.notDeepEqual(sampleFace(data, 7).identity, sampleFace(data, 8).identity);
    assert.notDeepEqual(sampleFace(data, 7).albedo, sampleFace(data, 8).albedo);
  });

  it("keeps person and skin where the face does not move, and then has no movement at all", () => {
    const { expression, ...person } = sampleFace(data, 7, { expression: false });
    const { expression: moved, ...same } = sampleFace(data, 7);
    assert.deepEqual(person, same);
    assert.ok(expression.every((value) => value === 0));
    assert.ok(moved.some((value) => value !== 0));
  });

  it("stays within the bounds and within 2.5 deviations", () => {
    for (const seed of seeds) {
      const face = sampleFace(data, seed);
      for (const part of ["identity", "expression", "albedo"] as const) {
        const { sigma, spread = sigma, lower, upper, size }: CoefficientPrior = data[`${part}Prior`];
        assert.equal(face[part].length, size);
        face[part].forEach((value, i) => {
          assert.ok(value >= lower[i] && value <= upper[i], `${part} ${i}: ${value}`);
          if (part !== "expression") assert.ok(Math.abs(value) <= 2.5 * spread[i] + 1e-6, `${part} ${i}`);
        });
      }
    }
  });

  it("has about the deviation of people: of identity `sigma`, of luminance the smaller `spread`", () => {
    const last = data.albedoPrior.size - 1;
    const deviation = (of: (seed: number) => number) =>
      Math.sqrt(seeds.reduce((sum, seed) => sum + of(seed) ** 2, 0) / seeds.length);
    const spread = data.albedoPrior.spread![last];
    assert.ok(spread < 0.5 * data.albedoPrior.sigma[last]);
    // Draws beyond 2.5 deviations are drawn again, which leaves 0.95 of the deviation.
    assert.ok(Math.abs(deviation((seed) => sampleFace(data, seed).identity[0]) - 0.95) < 0.12);
    assert.ok(Math.abs(deviation((seed) => sampleFace(data, seed).albedo[last]) / spread - 0.95) < 0.12);
  });

  it("moves a unit the more, the larger the mean of its prior", () => {
    const open = data.expressionNames.indexOf("mouth-open");
    const pursing = data.expressionNames.indexOf("mouth-pursing");
    const mean = (unit: number) => {
      const moved = Array.from({ length: 1000 }, (_, seed) => sampleFace(data, seed).expression[unit]).filter(
        (value) => value > 0,
      );
      return moved.reduce((a, b) => a + b) / moved.length;
    };
    assert.ok(data.expressionPrior.sigma[open] > data.expressionPrior.sigma[pursing]);
    assert.ok(mean(open) > 1.2 * mean(pursing), `${mean(open)} and ${mean(pursing)}`);
  });

  it("moves a few units at a time, at most one movement a region, mostly left and right together", () => {
    let [faces, alone, together] = [0, 0, 0];
    for (const seed of seeds) {
      const { expression } = sampleFace(data, seed);
      const moved = names.filter((_, i) => data.expressionPrior.lower[i] >= 0 && expression[i] > 0);
      const movements = new Set(moved.map((name) => name.replace(/(left|right)-/, "")));
      const regions = [...movements].map((name) => name.split("-")[0]);
      assert.equal(new Set(regions).size, regions.length, moved.join(" "));
      faces += movements.size;
      for (const name of moved.filter((n) => n.includes("-left-")))
        if (moved.includes(name.replace("left", "right"))) together++;
      for (const name of moved.filter((n) => /-(left|right)-/.test(n)))
        if (!moved.includes(name.replace(/left|right/, (s) => (s === "left" ? "right" : "left")))) alone++;
    }
    assert.ok(faces / seeds.length > 1.5 && faces / seeds.length < 4, `${faces / seeds.length} movements`);
    assert.ok(alone > 0 && together > 3 * alone, `${together} together, ${alone} alone`);
  });

  it("gives half of the faces a beard, all of its parts or none", () => {
    const parts = data.albedoNames!.flatMap((name, i) => (name.startsWith("beard") ? [i] : []));
    const bearded = seeds.filter((seed) => {
      const { albedo } = sampleFace(data, seed);
      const has = parts.map((i) => albedo[i] !== 0);
      assert.equal(new Set(has).size, 1);
      return has[0];
    });
    const share = bearded.length / seeds.length;
    assert.ok(share > 0.4 && share < 0.6, `${share}`);
  });

  it("draws a model without names or one-sided coefficients as normal numbers", () => {
    const prior = (size: number): CoefficientPrior => ({
      size,
      sigma: new Float32Array(size).fill(2),
      lower: new Float32Array(size).fill(-3),
      upper: new Float32Array(size).fill(3),
    });
    const plain = { identityPrior: prior(3), expressionPrior: prior(4), albedoPrior: prior(5) };
    const face = sampleFace(plain, 1);
    assert.deepEqual([face.identity.length, face.expression.length, face.albedo.length], [3, 4, 5]);
    for (const part of Object.values(face)) assert.ok(part.every((v: number) => v !== 0 && Math.abs(v) <= 3));
  });

  it("names a seed that is not a whole number", () => {
    assert.throws(() => sampleFace(data, 0.5), /seed/);
  });
});
