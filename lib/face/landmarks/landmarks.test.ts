import assert from "node:assert/strict";
import type { Point } from "../../base/image/rgb-image.js";
import { checkPoints, fivePoints, innerLandmarks, landmarkGroups, mirrorOrder } from "./landmarks.js";

const points = Array.from({ length: 68 }, (_, i): Point => [i, 100 + i]);

describe("face/landmarks/landmarks", () => {
  it("names every point once", () => {
    const all = Object.values(landmarkGroups).flat();
    assert.deepEqual(
      [...all].sort((a, b) => a - b),
      points.map((_, i) => i),
    );
    assert.deepEqual(landmarkGroups.rightEye, [36, 37, 38, 39, 40, 41]);
    assert.equal(innerLandmarks.length, 51);
  });

  it("mirrors twice to itself, left onto right, and keeps the midline", () => {
    for (const [i, other] of mirrorOrder.entries()) assert.equal(mirrorOrder[other], i);
    for (const middle of [8, 27, 30, 33, 51, 57, 62, 66]) assert.equal(mirrorOrder[middle], middle);
    assert.deepEqual(
      [0, 17, 31, 36, 37, 48, 60].map((i) => mirrorOrder[i]),
      [16, 26, 35, 45, 44, 54, 64],
    );
    assert.deepEqual(
      landmarkGroups.rightEye.map((i) => mirrorOrder[i]).sort((a, b) => a - b),
      landmarkGroups.leftEye,
    );
  });

  it("takes five points from 68", () => {
    assert.deepEqual(
      fivePoints(points).map(([x]) => Math.round(10 * x) / 10),
      [38.5, 44.5, 30, 48, 54],
    );
  });

  it("names a wrong count and a point that is not finite", () => {
    assert.throws(() => fivePoints(points.slice(1)), /68 points but has 67/);
    const bad = points.map((point, i): Point => (i === 3 ? [Number.NaN, 0] : point));
    assert.throws(() => checkPoints("test", bad), /`points\[3\]` should be finite/);
  });
});
