import assert from "node:assert/strict";
import type { MorphableModelData } from "rerenderable";
import { loadEmbeddedModel } from "rerenderable/face";
import { sampleScene } from "./sample-scene.js";
import type { SceneRecord } from "./scene-record.js";
import { type SubsetName, subsetNames } from "./subset-names.js";
import { groupSizes, subsetOf } from "./subsets.js";

describe("datasets/synthetic: scenes", () => {
  let data: MorphableModelData;
  before(async () => {
    data = await loadEmbeddedModel();
  });
  const scene = (seed: number, subset: SubsetName) => sampleScene(data, seed, subset);
  const partsOf = ({
    coefficients,
    detail,
    hair,
    light,
    spectacles,
    hand,
    background,
    cloth,
  }: SceneRecord) => ({
    person: {
      identity: coefficients.identity,
      albedo: coefficients.albedo,
      detail: { ...detail, gaze: 0 },
      hair,
    },
    expression: coefficients.expression,
    pose: { angles: coefficients.angles, translation: coefficients.translation, gaze: detail.gaze },
    light,
    occluders: { spectacles, hand },
    background: { background, cloth },
  });

  it("gives the same record for the same seed and subset, and another for another seed", () => {
    for (const subset of subsetNames) {
      assert.deepEqual(scene(3, subset), scene(3, subset));
      assert.notDeepEqual(scene(3, subset), scene(4, subset));
    }
  });

  it("gives `strong-skin` more detail than another face of the same draw, and folds several times as deep", () => {
    const records = Array.from({ length: 40 }, (_, seed) => scene(seed, "strong-skin").detail);
    const even = Array.from({ length: 40 }, (_, seed) => scene(seed, "easy").detail);
    const mean = (of: (typeof records)[number][], name: "mottling" | "moles" | "pores") =>
      of.reduce((sum, detail) => sum + detail[name], 0) / of.length;
    for (const name of ["mottling", "moles", "pores"] as const)
      assert.ok(mean(records, name) > 1.2 * mean(even, name), name);
    assert.ok(records.every(({ relief = 1, stubble }) => relief >= 1.5 && relief <= 4 && stubble <= 1));
    assert.ok(even.every(({ relief }) => relief === undefined));
  });

  it("is plain data: a record survives JSON", () => {
    const record = scene(5, "occluded");
    assert.deepEqual(JSON.parse(JSON.stringify(record)), record);
  });

  it("shows each person of `same-face-many-lights` under the same sixteen lights, and changes nothing else", () => {
    const subset = "same-face-many-lights";
    assert.equal(subsetOf(subset).count, 20 * groupSizes.lights);
    const [first, second, other] = [scene(0, subset), scene(1, subset), scene(groupSizes.lights, subset)].map(
      partsOf,
    );
    assert.notDeepEqual(first.light, second.light);
    assert.deepEqual({ ...first, light: 0 }, { ...second, light: 0 });
    assert.deepEqual(first.light, other.light);
    assert.notDeepEqual(first.person, other.person);
    const kinds = new Set(Array.from({ length: groupSizes.lights }, (_, i) => scene(i, subset).light.kind));
    assert.ok(kinds.size >= 3, [...kinds].join(" "));
  });

  it("shows different faces under one light in `same-light-many-faces`", () => {
    const [first, second] = [scene(0, "same-light-many-faces"), scene(1, "same-light-many-faces")].map(
      partsOf,
    );
    assert.deepEqual(first.light, second.light);
    assert.notDeepEqual(first.person, second.person);
    const next = partsOf(scene(groupSizes.faces, "same-light-many-faces"));
    assert.notDeepEqual(first.light, next.light);
  });

  it("moves one face in `same-face-expressions`, and nothing else", () => {
    const [first, second] = [scene(0, "same-face-expressions"), scene(1, "same-face-expressions")].map(
      partsOf,
    );
    assert.notDeepEqual(first.expression, second.expression);
    assert.deepEqual({ ...first, expression: 0 }, { ...second, expression: 0 });
  });

  it("turns heads by 0.45 radians and more in `large-pose`, to both sides", () => {
    const yaws = Array.from({ length: 20 }, (_, i) => scene(i, "large-pose").coefficients.angles[1]);
    assert.ok(yaws.every((yaw) => Math.abs(yaw) >= 0.45));
    assert.ok(yaws.some((yaw) => yaw > 0) && yaws.some((yaw) => yaw < 0));
  });

  it("hides faces in `occluded`, never in `easy`", () => {
    const hidden = (subset: SubsetName) =>
      Array.from({ length: 30 }, (_, i) => scene(i, subset)).filter(
        ({ spectacles, hand }) => spectacles || hand,
      ).length;
    assert.equal(hidden("easy"), 0);
    assert.ok(hidden("occluded") > 12, `${hidden("occluded")} of 30`);
  });

  it("stays within the model's bounds", () => {
    for (const subset of subsetNames) {
      for (let seed = 0; seed < 5; seed++) {
        const { identity, expression, albedo } = scene(seed, subset).coefficients;
        identity.forEach((value, i) => {
          assert.ok(value >= data.identityPrior.lower[i] && value <= data.identityPrior.upper[i]);
        });
        expression.forEach((value, i) => {
          assert.ok(value >= data.expressionPrior.lower[i] && value <= data.expressionPrior.upper[i]);
        });
        albedo.forEach((value, i) => {
          assert.ok(value >= data.albedoPrior.lower[i] && value <= data.albedoPrior.upper[i]);
        });
      }
    }
  });

  it("names what it knows when asked for another subset or seed", () => {
    assert.throws(() => subsetOf("hard"), /subsetOf: `name` should be one of easy, .* but is hard\./);
    assert.throws(() => scene(-1, "easy"), /sampleScene: `seed` should be a whole number from 0 but is -1\./);
  });
});
