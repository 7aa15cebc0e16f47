import assert from "node:assert/strict";
import { splitReleased, splitSeeded } from "./split.js";

/** As CelebA: people with one to some thirty photos. */
const people = Array.from({ length: 400 }, (_, person) =>
  Array.from({ length: 1 + ((person * 7) % 31) }, (_, i) => ({
    id: `${person}-${i}.jpg`,
    identity: String(person),
  })),
).flat();

describe("datasets/split", () => {
  it("tests on 15 % of the photos, to one (section 4.3)", () => {
    const { train, test } = splitSeeded(people, 1);
    assert.equal(train.length + test.length, people.length);
    assert.ok(Math.abs(test.length - 0.15 * people.length) <= 1, `${test.length} of ${people.length}`);
  });

  it("puts nobody into both parts", () => {
    const { train, test } = splitSeeded(people, 1);
    const of = (ids: readonly string[]) => new Set(ids.map((id) => id.split("-")[0]));
    const both = [...of(train)].filter((person) => of(test).has(person));
    assert.deepEqual(both, []);
  });

  it("is that of its seed, whatever the order of the photos", () => {
    const { test } = splitSeeded(people, 3);
    assert.deepEqual(splitSeeded([...people].reverse(), 3).test, [...test].reverse());
    assert.notDeepEqual(splitSeeded(people, 4).test, test);
  });

  it("splits photos of unknown people one by one", () => {
    const photos = Array.from({ length: 120 }, (_, i) => ({ id: `${i}.jpg` }));
    const { train, test } = splitSeeded(photos, 1);
    assert.deepEqual([train.length, test.length], [102, 18]);
    assert.equal(new Set([...train, ...test]).size, 120);
  });

  it("takes the parts a data set was released in", () => {
    const parts = ["train", "test", "validation", "train"] as const;
    const items = parts.map((partition, i) => ({ id: `${i}`, partition }));
    assert.deepEqual(splitReleased(items), { train: ["0", "3"], validation: ["2"], test: ["1"] });
    assert.throws(() => splitReleased([{ id: "x" }]), /should all have a partition but x has none/);
  });
});
