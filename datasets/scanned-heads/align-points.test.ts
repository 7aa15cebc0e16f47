import assert from "node:assert/strict";
import { createRandom, rotationMatrix, type Vector } from "rerenderable";
import { alignPoints, carry, type Similarity3 } from "./align-points.js";

const random = createRandom(3);
const points = Array.from({ length: 12 }, (): Vector => [random.normal(), random.normal(), random.normal()]);
const moved: Similarity3 = { scale: 0.3, rotation: rotationMatrix([0.4, -2, 1]), translation: [1, -2, 0.5] };

function assertSame(found: Similarity3, wanted: Similarity3, tolerance = 1e-9) {
  const [a, b] = [found, wanted].map(({ scale, rotation, translation }) => [
    scale,
    ...rotation.flat(),
    ...translation,
  ]);
  assert.ok(
    a.every((value, i) => Math.abs(value - b[i]) < tolerance),
    `${a} is not ${b}`,
  );
}

describe("alignPoints", () => {
  it("finds a scale, turn and place again", () => {
    const carried = points.map((point) => carry(moved, point));
    assertSame(alignPoints(points, carried), moved);
  });

  it("keeps what is known", () => {
    const carried = points.map((point) => carry(moved, point));
    assertSame(alignPoints(points, carried, { rotation: moved.rotation }), moved);
    assert.equal(alignPoints(points, carried, { scale: 2 }).scale, 2);
    const upright = alignPoints(points, carried, { rotation: rotationMatrix([0, 0, 0]) });
    assert.deepEqual(upright.rotation, rotationMatrix([0, 0, 0]));
  });

  it("never mirrors", () => {
    const mirrored = points.map(([x, y, z]): Vector => [-x, y, z]);
    const [a, b, c] = alignPoints(points, mirrored).rotation;
    const determinant =
      a[0] * (b[1] * c[2] - b[2] * c[1]) -
      a[1] * (b[0] * c[2] - b[2] * c[0]) +
      a[2] * (b[0] * c[1] - b[1] * c[0]);
    assert.ok(Math.abs(determinant - 1) < 1e-9);
  });

  it("refuses lists that do not belong together", () => {
    assert.throws(
      () => alignPoints(points, points.slice(1)),
      /the same number of points, at least 3, but have 12 and 11/,
    );
  });
});
