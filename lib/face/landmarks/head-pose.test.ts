import assert from "node:assert/strict";
import type { Point } from "../../base/image/rgb-image.js";
import { multiplySparseDense } from "../../base/tensor/sparse-matrix.js";
import { rotationMatrix } from "../../graphics/scene/pose.js";
import { loadMorphableModel } from "../morphable-model/load-model.js";
import { estimateHeadPose } from "./head-pose.js";

const degree = Math.PI / 180;

describe("face/landmarks/head-pose", () => {
  let landmarks: number[][];

  before(async () => {
    const data = await loadMorphableModel("embedded");
    const vertices = data.shapeSubdivision.reduce((v, m) => multiplySparseDense(m, v, 3), data.meanShape);
    landmarks = Array.from(data.detectedLandmarks!, (v) => Array.from(vertices.subarray(3 * v, 3 * v + 3)));
  });

  /** The mean face's points, turned and projected by the camera at z = 10. */
  function pointsOf(pitch: number, yaw: number, roll: number): Point[] {
    const rotation = rotationMatrix([pitch, yaw, roll]);
    return landmarks.map((landmark): Point => {
      const [x, y, z] = rotation.map((row) => row.reduce((sum, r, k) => sum + r * landmark[k], 0));
      return [112 + (1015 * x) / (10 - z), 112 - (1015 * y) / (10 - z)];
    });
  }

  it("finds the mean face unturned, 101.5 px a unit plus what stands nearer", () => {
    const { pitch, yaw, roll, scale } = estimateHeadPose(pointsOf(0, 0, 0));
    for (const angle of [pitch, yaw, roll]) assert.ok(Math.abs(angle) < 2 * degree, `${angle / degree}`);
    assert.ok(scale > 103 && scale < 109, `${scale}`);
  });

  it("finds pitch, yaw and roll with their signs, to 4° within 45° and to 6° beyond", () => {
    for (const [pitch, yaw, roll] of [
      [0, 20, 0],
      [0, -20, 0],
      [15, 0, 0],
      [-15, 0, 10],
      [5, 40, -20],
      [-5, -45, 30],
      [0, 70, 0],
      [0, -75, 10],
    ] as const) {
      const found = estimateHeadPose(pointsOf(pitch * degree, yaw * degree, roll * degree));
      const most = Math.abs(yaw) > 45 ? 6 : 4;
      const off = [found.pitch / degree - pitch, found.yaw / degree - yaw, found.roll / degree - roll];
      assert.ok(
        off.every((value) => Math.abs(value) < most),
        `${[pitch, yaw, roll]}: ${off}`,
      );
    }
  });

  it("mirrors: yaw and roll change their signs, pitch stays", () => {
    const [one, other] = [pointsOf(0.1, 0.5, 0.2), pointsOf(0.1, -0.5, -0.2)].map(estimateHeadPose);
    assert.ok(Math.abs(one.yaw + other.yaw) < 0.02 && Math.abs(one.roll + other.roll) < 0.02);
    assert.ok(Math.abs(one.pitch - other.pitch) < 0.02);
  });

  it("refuses other counts and points in one line", () => {
    assert.throws(() => estimateHeadPose([[0, 0]]), /68 points but has 1/);
    assert.throws(() => estimateHeadPose(Array.from({ length: 68 }, (): Point => [3, 3])), /in one line/);
  });
});
