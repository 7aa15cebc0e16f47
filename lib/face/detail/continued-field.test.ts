import assert from "node:assert/strict";
import { continueField } from "./continued-field.js";

const side = 112;
const left = new Float32Array(side * side).map((_, p) => (p % side < 40 ? 1 : 0));
const at = (x: number) => (side / 2) * side + x;

describe("face/detail/continued-field", () => {
  it("keeps a field that is even, and carries it on past where it is known", () => {
    const field = new Float32Array(3 * side * side).map((_, i) =>
      left[Math.floor(i / 3)] ? (i % 3) + 1 : 99,
    );
    const { values } = continueField(field, left, side);
    for (const x of [5, 30, 39, 43, 47]) {
      for (const c of [0, 1, 2]) assert.ok(Math.abs(values[3 * at(x) + c] - (c + 1)) < 1e-4, `${x} ${c}`);
    }
  });

  it("reaches all that is known, and less and less beyond it", () => {
    const { reach } = continueField(new Float32Array(3 * side * side), left, side);
    const [inside, rim, near, far, beyond] = [20, 39, 43, 48, 70].map((x) => reach[at(x)]);
    assert.ok(inside === 1 && rim > 0.95 && near < rim && far < near && far > 0, `${[rim, near, far]}`);
    assert.equal(beyond, 0);
  });
});
