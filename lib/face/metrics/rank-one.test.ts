import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { ownIsNearest } from "./rank-one.js";

const vector = (...values: number[]) => Float32Array.from(values);
const random = createRandom(7);
const people = Array.from({ length: 12 }, () => Float32Array.from({ length: 64 }, () => random.normal()));

describe("face/metrics/rank-one", () => {
  it("finds who lies nearest to their own photo, by hand", () => {
    const photos = [vector(1, 0), vector(0, 1), vector(-1, 0)];
    // 30° from the first photo; 80° from the second and 10° from the third; and nearer to the second than to its own.
    const at = (degrees: number) =>
      vector(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
    assert.deepEqual(ownIsNearest([at(30), at(170), at(120)], photos), [true, false, false]);
  });

  it("finds everybody in their own photos, whatever the vectors' lengths, and nobody in those of their neighbours", () => {
    const scaled = people.map((person, i) => person.map((value) => (i + 1) * value));
    assert.ok(ownIsNearest(scaled, people).every((found) => found === true));
    const neighbours = people.map((_, i) => people[(i + 1) % people.length]);
    assert.ok(ownIsNearest(neighbours, people).every((found) => found === false));
  });

  it("counts as many when renderings and photos change places together, and no more with more photos", () => {
    const blurred = people.map((person) => person.map((value) => value + 2.5 * random.normal()));
    const count = (renderings: Float32Array[], photos: Float32Array[]) =>
      ownIsNearest(renderings, photos).filter(Boolean).length;
    const all = count(blurred, people);
    assert.ok(all > 0 && all < people.length, `${all}`);
    assert.equal(count([...blurred].reverse(), [...people].reverse()), all);
    assert.ok(
      ownIsNearest(blurred, people).slice(0, 4).filter(Boolean).length <=
        count(blurred.slice(0, 4), people.slice(0, 4)),
    );
  });

  it("does not find a person beside a photo that is as near", () => {
    const same = [vector(1, 2), vector(2, 4)];
    assert.deepEqual(ownIsNearest([vector(1, 2), vector(0, 1)], same), [false, false]);
  });

  it("finds the only one, nobody in nothing, and leaves out who has no rendering", () => {
    assert.deepEqual(ownIsNearest([vector(0, 1)], [vector(1, 0)]), [true]);
    assert.deepEqual(ownIsNearest([], []), []);
    const nothing = vector(0, 0);
    assert.deepEqual(ownIsNearest([nothing, undefined, vector(Number.NaN, 1)], people.slice(0, 3)), [
      false,
      undefined,
      false,
    ]);
    // An embedding of 0 in a photo hides nobody.
    assert.deepEqual(ownIsNearest([vector(1, 0), vector(0, 1)], [vector(1, 0), nothing]), [true, false]);
  });

  it("refuses lists of different persons", () => {
    assert.throws(() => ownIsNearest([vector(1)], []), /same persons but are 1 and 0/);
  });
});
