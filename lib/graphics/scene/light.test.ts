import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import {
  addLights,
  ambientLight,
  directionalLight,
  type Matrix,
  rotateLight,
  shadingAt,
  type Vector,
} from "./light.js";
import { type LightName, namedLights } from "./named-lights.js";
import { rotationMatrix } from "./pose.js";

function apply(rotation: Matrix, [x, y, z]: Vector): Vector {
  return rotation.map((row) => row[0] * x + row[1] * y + row[2] * z) as unknown as Vector;
}

function randomDirection(normal: () => number): Vector {
  const v = [normal(), normal(), normal()];
  const length = Math.hypot(...v);
  return v.map((value) => value / length) as unknown as Vector;
}

const assertClose = (a: readonly number[], b: readonly number[], tolerance = 1e-9) => {
  assert.equal(a.length, b.length);
  a.forEach((value, i) => {
    assert.ok(Math.abs(value - b[i]) < tolerance, `${i}: ${value} and ${b[i]}`);
  });
};

describe("lights", () => {
  const random = createRandom(1);

  it("turn with the scene: shading of R n under the turned light is the shading of n under the light", () => {
    const light = random.normalArray(27);
    for (let trial = 0; trial < 20; trial++) {
      const rotation = rotationMatrix([random.normal(), random.normal(), random.normal()]);
      const n = randomDirection(() => random.normal());
      const turned = rotateLight([...light], rotation);
      assertClose(shadingAt(turned, apply(rotation, n)), shadingAt([...light], n));
    }
  });

  it("turn as their directions do", () => {
    const rotation = rotationMatrix([0.3, -0.8, 0.5]);
    const [direction, colour]: Vector[] = [
      [0.48, 0.6, 0.64],
      [1, 0.5, 2],
    ];
    const turned = rotateLight(directionalLight(direction, colour), rotation);
    assertClose(turned, directionalLight(apply(rotation, direction), colour));
  });

  it("add: the shading of a sum is the sum of the shadings", () => {
    const [a, b] = [directionalLight([1, 2, 3], [1, 0.5, 0]), ambientLight([0.1, 0.2, 0.3])];
    const n = randomDirection(() => random.normal());
    const sum = shadingAt(a, n).map((value, c) => value + shadingAt(b, n)[c]);
    assertClose(shadingAt(addLights(a, b), n), sum);
    assertClose(shadingAt(b, n), [0.1, 0.2, 0.3]);
  });

  it("say what is wrong", () => {
    assert.throws(() => directionalLight([0, 0, 0], [1, 1, 1]), /directionalLight: `direction`/);
    assert.throws(() => addLights([1, 2]), /addLights: a light should have 27 numbers .* but has 2/);
  });
});

describe("named lights", () => {
  const range = (name: LightName) => {
    let [least, most] = [Infinity, -Infinity];
    const random = createRandom(2);
    for (let i = 0; i < 4000; i++) {
      const values = shadingAt(
        namedLights[name],
        randomDirection(() => random.normal()),
      );
      least = Math.min(least, ...values);
      most = Math.max(most, ...values);
    }
    return { least, most };
  };

  for (const name of Object.keys(namedLights) as LightName[]) {
    it(`${name} shades no normal below 0 and the brightest near 1`, () => {
      const { least, most } = range(name);
      assert.ok(least >= 0, `least ${least}`);
      assert.ok(most > 0.9 && most < 1.15, `most ${most}`);
    });
  }

  it("come from where their names say: window from the left and cool, sunset from the right and warm", () => {
    const [left, right]: Vector[] = [
      [-0.8, 0, 0.6],
      [0.8, 0, 0.6],
    ];
    const [windowLeft, windowRight] = [left, right].map((n) => shadingAt(namedLights.window, n));
    assert.ok(windowLeft[1] > 2 * windowRight[1]);
    assert.ok(windowLeft[2] > windowLeft[0]);
    const [sunsetLeft, sunsetRight] = [left, right].map((n) => shadingAt(namedLights.sunset, n));
    assert.ok(sunsetRight[0] > 2 * sunsetLeft[0]);
    assert.ok(sunsetRight[0] > 1.5 * sunsetRight[2]);
    const [up, down]: Vector[] = [
      [0, 0.8, 0.6],
      [0, -0.8, 0.6],
    ];
    assert.ok(shadingAt(namedLights.overhead, up)[0] > 2 * shadingAt(namedLights.overhead, down)[0]);
    assert.ok(shadingAt(namedLights.studio, [0, 0, 1])[0] > shadingAt(namedLights.studio, down)[0]);
  });
});
