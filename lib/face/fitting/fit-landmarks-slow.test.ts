import assert from "node:assert/strict";
import type { Point } from "../../base/image/rgb-image.js";
import { createRandom } from "../../base/tensor/random.js";
import { defaultCamera } from "../../graphics/scene/camera.js";
import { rotationMatrix } from "../../graphics/scene/pose.js";
import { loadEmbeddedModel } from "../morphable-model/embedded-model.js";
import { type MorphableModelData, shapeRows } from "../morphable-model/morphable-model.js";
import { fitLandmarks } from "./fit-landmarks.js";

interface Shape {
  readonly identity: ArrayLike<number>;
  readonly expression: ArrayLike<number>;
  readonly angles: readonly [number, number, number];
  readonly translation: readonly [number, number, number];
}

/** Where a drawn vertex of a face falls, px at 224: Eq. 2, the pose and the camera in plain numbers. */
function project(data: MorphableModelData, vertices: ArrayLike<number>, shape: Shape): Point[] {
  const { mean, modes } = shapeRows(data, vertices);
  const coefficients = [...Array.from(shape.identity), ...Array.from(shape.expression)];
  const rotation = rotationMatrix(shape.angles);
  return Array.from({ length: vertices.length }, (_, i): Point => {
    const model = [0, 1, 2].map((k) =>
      coefficients.reduce((sum, c, m) => sum + c * modes[m][3 * i + k], mean[3 * i + k]),
    );
    const [x, y, z] = rotation.map(
      (row, r) => row[0] * model[0] + row[1] * model[1] + row[2] * model[2] + shape.translation[r],
    );
    const scale = defaultCamera.focal / (defaultCamera.distance - z);
    return [112 + scale * x, 112 - scale * y];
  });
}

/** The 68 points of a face as the detector sees them: each jaw point but the chin is the outermost of its path. */
function points68(data: MorphableModelData, shape: Shape): Point[] {
  const fixed = project(data, data.detectedLandmarks ?? data.landmarks, shape);
  return fixed.map((point, j) => {
    if (j > 16 || j === 8) return point;
    const outward = j < 8 ? -1 : 1;
    return project(data, data.contours[j], shape).reduce((best, p) =>
      outward * p[0] > outward * best[0] ? p : best,
    );
  });
}

function randomShape(seed: number, yaw: number): Shape {
  const random = createRandom(seed);
  const uniform = (low: number, high: number) => low + (high - low) * random.uniform();
  // A few units at a time, as faces move.
  const active = new Set(Array.from({ length: 6 }, () => random.integer(64)));
  return {
    identity: random.normalArray(80).map((value) => 0.5 * value),
    expression: Array.from({ length: 64 }, (_, i) => (active.has(i) ? uniform(0, 0.6) : 0)),
    angles: [uniform(-0.2, 0.2), yaw, uniform(-0.15, 0.15)],
    translation: [uniform(-0.1, 0.1), uniform(-0.1, 0.1), uniform(-0.3, 0.3)],
  };
}

const degrees = (radians: number) => (radians * 180) / Math.PI;
const rms = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, v) => sum + v * v, 0) / values.length);

describe("face/fitting/fit-landmarks", () => {
  let data: MorphableModelData;
  const yaws = [-25, -12, 0, 12, 25].map((yaw) => (yaw * Math.PI) / 180);

  before(async () => {
    data = await loadEmbeddedModel();
  });

  it("finds exact points back to 0.3 px on average, and the pose to 2°, from −25° to 25°", () => {
    const found = yaws.map((yaw, i) => {
      const truth = randomShape(20 + i, yaw);
      const fit = fitLandmarks(data, points68(data, truth), 224, { innerSigma: 0.5, jawSigma: 1.5 });
      const turn = truth.angles.map((angle, k) => Math.abs(degrees(angle - fit.angles[k])));
      return { error: fit.innerError, turn: Math.max(...turn) };
    });
    const text = found.map((f) => `${f.error.toFixed(3)} px ${f.turn.toFixed(2)}°`).join(", ");
    console.log(`      inner error and largest angle: ${text}`);
    for (const { error, turn } of found) assert.ok(error <= 0.3 && turn <= 2, text);
  });

  it("reports the error of its own projection, in px at 224 whatever the picture's side", () => {
    const truth = randomShape(3, 0.1);
    const points = points68(data, truth);
    const doubled = points.map(([x, y]): Point => [2 * x, 2 * y]);
    const [small, large] = [fitLandmarks(data, points, 224), fitLandmarks(data, doubled, 448)];
    const distances = points.map(([x, y], j) =>
      Math.hypot(x - small.projected[j][0], y - small.projected[j][1]),
    );
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    assert.ok(Math.abs(mean(distances) - small.error) < 1e-6);
    assert.ok(Math.abs(mean(distances.slice(17)) - small.innerError) < 1e-6);
    assert.ok(Math.abs(large.error - small.error) < 1e-4);
    for (let j = 0; j < 68; j++) {
      for (const k of [0, 1] as const) {
        assert.ok(Math.abs(large.projected[j][k] - 2 * small.projected[j][k]) < 1e-2);
      }
    }
    const again = project(data, small.vertices, {
      ...small,
      angles: Array.from(small.angles) as unknown as Shape["angles"],
      translation: Array.from(small.translation) as unknown as Shape["translation"],
    });
    for (let j = 0; j < 68; j++) {
      for (const k of [0, 1] as const) {
        assert.ok(Math.abs(again[j][k] - small.projected[j][k]) < 1e-2, `vertex of point ${j}`);
      }
    }
  });

  it("gives the mean face before the camera for the points of the mean face", () => {
    const neutral: Shape = {
      identity: new Float32Array(80),
      expression: new Float32Array(64),
      angles: [0, 0, 0],
      translation: [0, 0, 0],
    };
    const fit = fitLandmarks(data, points68(data, neutral), 224);
    assert.ok(fit.error < 0.05, `${fit.error} px`);
    assert.ok(rms(fit.identity) < 0.05 && rms(fit.expression) < 0.05);
    for (const value of [...fit.angles, ...fit.translation]) assert.ok(Math.abs(value) < 0.01, `${value}`);
  });

  it("turns left for a mirrored face that turned right", () => {
    const truth = {
      ...randomShape(5, 0.3),
      identity: new Float32Array(80),
      expression: new Float32Array(64),
    };
    const [pitch, yaw, roll] = truth.angles;
    const mirrored: Shape = { ...truth, angles: [pitch, -yaw, -roll], translation: [0, 0, 0] };
    const there = fitLandmarks(data, points68(data, { ...truth, translation: [0, 0, 0] }), 224);
    const back = fitLandmarks(data, points68(data, mirrored), 224);
    assert.ok(Math.abs(degrees(there.angles[1] + back.angles[1])) < 0.5);
    assert.ok(Math.abs(degrees(there.angles[0] - back.angles[0])) < 0.5);
  });

  it("takes no difference between two people at rest for a movement of more than 0.05", () => {
    const moved = Array.from({ length: 12 }, (_, seed) => {
      const truth = { ...randomShape(60 + seed, 0), expression: new Float32Array(64) };
      return Math.max(...fitLandmarks(data, points68(data, truth), 224).expression);
    });
    const text = moved.map((value) => value.toFixed(3)).join(", ");
    assert.ok(moved.sort((a, b) => a - b)[10] < 0.05, `largest coefficient of each face: ${text}`);
  });

  it("keeps coefficients within their bounds, whatever the points", () => {
    const random = createRandom(9);
    const truth = randomShape(8, 0);
    const grimace = points68(data, truth).map(
      ([x, y], j): Point => (j >= 48 ? [112 + 2 * (x - 112), y + 30 * random.uniform()] : [x, y]),
    );
    const fit = fitLandmarks(data, grimace, 224);
    for (const [values, prior] of [
      [fit.identity, data.identityPrior],
      [fit.expression, data.expressionPrior],
    ] as const) {
      values.forEach((value, i) => {
        const slack = 1e-6; // single precision
        assert.ok(value >= prior.lower[i] - slack && value <= prior.upper[i] + slack, `${i}: ${value}`);
      });
    }
  });

  it("stays a plausible face under noise of 1 px: rms identity at most 1", () => {
    for (const seed of [1, 2, 3]) {
      const random = createRandom(seed);
      const noisy = points68(data, randomShape(seed + 40, 0.1)).map(
        ([x, y]): Point => [x + random.normal(), y + random.normal()],
      );
      const fit = fitLandmarks(data, noisy, 224);
      assert.ok(rms(fit.identity) <= 1, `rms ${rms(fit.identity)}`);
      assert.ok(fit.innerError < 1.5, `${fit.innerError} px`);
    }
  });

  it("is not ruined by one point that lies 40 px off", () => {
    const truth = randomShape(31, 0.1);
    const points = points68(data, truth);
    for (const wrong of [30, 48]) {
      const given = points.map(([x, y], j): Point => (j === wrong ? [x + 40, y] : [x, y]));
      const fit = fitLandmarks(data, given, 224);
      const others = points
        .map(([x, y], j) => Math.hypot(x - fit.projected[j][0], y - fit.projected[j][1]))
        .filter((_, j) => j > 16 && j !== wrong);
      const mean = others.reduce((a, b) => a + b) / others.length;
      assert.ok(mean < 1, `the others are ${mean} px off with point ${wrong} wrong`);
    }
  });

  it("names a wrong number of points and a point that is not a number", () => {
    const points = points68(data, randomShape(1, 0));
    assert.throws(
      () => fitLandmarks(data, points.slice(1), 224),
      /fitLandmarks: `points` should have 68 .* 67/,
    );
    const broken = points.map((point, j): Point => (j === 20 ? [Number.NaN, 0] : point));
    assert.throws(() => fitLandmarks(data, broken, 224), /fitLandmarks: `points\[20\]`/);
  });
});
