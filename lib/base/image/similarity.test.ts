import assert from "node:assert/strict";
import type { Point } from "./rgb-image.js";
import {
  applySimilarity,
  composeSimilarities,
  fitSimilarity,
  invertSimilarity,
  type Similarity,
} from "./similarity.js";

const transform: Similarity = { scale: 1.7, rotation: 0.6, translation: [12, -5] };
const points: Point[] = [
  [0, 0],
  [10, 2],
  [-3, 7],
  [4, 4],
];

function near(actual: Point, expected: Point, tolerance = 1e-9) {
  const distance = Math.hypot(actual[0] - expected[0], actual[1] - expected[1]);
  assert.ok(distance < tolerance, `${actual} is not ${expected}`);
}

describe("base/image/similarity", () => {
  it("turns x towards y by a quarter turn", () => {
    near(applySimilarity({ scale: 2, rotation: Math.PI / 2, translation: [1, 1] }, [3, 0]), [1, 7]);
  });

  it("finds the transform that made the points", () => {
    const found = fitSimilarity(
      points,
      points.map((point) => applySimilarity(transform, point)),
    );
    assert.ok(Math.abs(found.scale - transform.scale) < 1e-12);
    assert.ok(Math.abs(found.rotation - transform.rotation) < 1e-12);
    near(found.translation, transform.translation);
  });

  it("has the least squares: no small change of the result lowers the sum", () => {
    const to = points.map((point, i): Point => {
      const [x, y] = applySimilarity(transform, point);
      return [x + [1, -2, 0.5, 0][i], y + [0, 1, -1, 2][i]];
    });
    const sum = (candidate: Similarity) =>
      points.reduce((total, point, i) => {
        const [x, y] = applySimilarity(candidate, point);
        return total + (x - to[i][0]) ** 2 + (y - to[i][1]) ** 2;
      }, 0);
    const best = fitSimilarity(points, to);
    const [x, y] = best.translation;
    for (const step of [-1e-3, 1e-3]) {
      assert.ok(sum({ ...best, scale: best.scale + step }) > sum(best));
      assert.ok(sum({ ...best, rotation: best.rotation + step }) > sum(best));
      assert.ok(sum({ ...best, translation: [x + step, y] }) > sum(best));
      assert.ok(sum({ ...best, translation: [x, y + step] }) > sum(best));
    }
  });

  it("answers a mirrored set with a turn and a scale, never with a reflection", () => {
    const { scale } = fitSimilarity(
      points,
      points.map(([x, y]): Point => [-x, y]),
    );
    assert.ok(scale > 0);
  });

  it("inverts and composes", () => {
    for (const point of points) {
      near(applySimilarity(invertSimilarity(transform), applySimilarity(transform, point)), point);
      const other: Similarity = { scale: 0.5, rotation: -1, translation: [3, 4] };
      near(
        applySimilarity(composeSimilarities(transform, other), point),
        applySimilarity(other, applySimilarity(transform, point)),
      );
      near(applySimilarity({ scale: 1, rotation: 0, translation: [0, 0] }, point), point);
    }
  });

  it("refuses unequal counts and points in one place", () => {
    assert.throws(() => fitSimilarity(points, points.slice(1)), /same number of points.*4 and 3/);
    assert.throws(
      () =>
        fitSimilarity(
          [
            [1, 1],
            [1, 1],
          ],
          points.slice(0, 2),
        ),
      /not all in one place/,
    );
  });
});
