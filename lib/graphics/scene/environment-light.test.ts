import assert from "node:assert/strict";
import { linearToSrgb } from "../../base/image/colour.js";
import { createRandom } from "../../base/tensor/random.js";
import { assertClose } from "../../testing/each-engine.js";
import { environmentLight } from "./environment-light.js";
import type { EnvironmentMap } from "./environment-map.js";
import { addLights, ambientLight, directionalLight, rotateLight, shadingAt, type Vector } from "./light.js";
import { namedLights } from "./named-lights.js";
import { rotationMatrix } from "./pose.js";
import { ambientWhite } from "./spherical-harmonics.js";

/** A map from a function of the pixel. */
function mapOf(height: number, colour: (x: number, y: number) => readonly number[]): EnvironmentMap {
  const width = 2 * height;
  const pixels = Array.from({ length: width * height }, (_, p) => colour(p % width, Math.floor(p / width)));
  return { width, height, data: Float32Array.from(pixels.flat()), front: 0.5 };
}

/** The direction of a pixel's middle, by the definition. */
function directionOf(x: number, y: number, height: number): Vector {
  const [a, polar] = [(Math.PI * (x + 0.5)) / height - Math.PI, (Math.PI * (y + 0.5)) / height];
  return [-Math.sin(polar) * Math.sin(a), Math.cos(polar), Math.sin(polar) * Math.cos(a)];
}

/** The map turned to the right by whole columns. */
function shifted(map: EnvironmentMap, columns: number): EnvironmentMap {
  const { width, data } = map;
  const from = (i: number) => {
    const [row, x] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width];
    return data[3 * (row * width + ((x - columns + width) % width)) + (i % 3)];
  };
  return { ...map, data: data.map((_, i) => from(i)) };
}

function noise(height: number): EnvironmentMap {
  const random = createRandom(8);
  return mapOf(height, () => [random.uniform(), random.uniform(), 2 * random.uniform()]);
}

const normals: Vector[] = [[0, 0, 1], [0, 0, -1], [0, 1, 0], [0, -1, 0], [0.6, 0, 0.8], [-0.48, 0.6, 0.64]]; // biome-ignore format: six normals

describe("graphics/scene/environment-light", () => {
  it("turns radiance 1 from everywhere into ambient white, at any resolution, in both colour spaces", () => {
    for (const height of [1, 2, 7, 64]) {
      const map = mapOf(height, () => [1, 1, 1]);
      assertClose(environmentLight(map), ambientWhite, 1e-12);
      assertClose(environmentLight(map, { colour: "srgb" }), ambientWhite, 1e-12);
    }
  });

  it("turns one bright pixel into the directional light of colour L Ω / π", () => {
    const height = 128;
    for (const [x, y] of [
      [128, 64],
      [30, 40],
      [200, 100],
      [77, 3],
    ]) {
      // biome-ignore format: four pixels
      const map = mapOf(height, (i, j) => (i === x && j === y ? [9000, 3000, 1500] : [0, 0, 0]));
      const edge = (row: number) => Math.cos((Math.PI * row) / height);
      const solidAngle = (Math.PI / height) * (edge(y) - edge(y + 1));
      const colour = [9000, 3000, 1500].map((value) => (value * solidAngle) / Math.PI);
      const expected = directionalLight(directionOf(x, y, height), colour as unknown as Vector);
      // The harmonics change over the patch by its size squared.
      assertClose(environmentLight(map), expected, 1e-3 * Math.max(...colour));
    }
  });

  it("is lit from where the picture says: the middle from the front, right of it from the viewer's left, the top from above", () => {
    const at = (x: number, y: number) => mapOf(32, (i, j) => (i === x && j === y ? [1, 1, 1] : [0, 0, 0]));
    const brightest = (map: EnvironmentMap) => {
      const light = environmentLight(map);
      const axes: Vector[] = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]; // biome-ignore format: six axes
      const values = axes.map((axis) => shadingAt(light, axis)[0]);
      return ["right", "left", "up", "down", "front", "back"][values.indexOf(Math.max(...values))];
    };
    const places = [at(32, 16), at(48, 16), at(16, 16), at(0, 16), at(5, 0), at(5, 31)].map(brightest);
    assert.deepEqual(places, ["front", "left", "right", "back", "up", "down"]);
    assert.equal(brightest({ ...at(48, 16), front: 0.75 }), "front");
  });

  it("gives the analytic shading of a sky that brightens upward: L = (1 + y) / 2 gives 1/2 + n_y / 3", () => {
    const light = environmentLight(
      mapOf(256, (x, y) => [0, 1, 2].map((c) => (c + 1) * (0.5 + directionOf(x, y, 256)[1] / 2))),
    );
    for (const n of normals) {
      const expected = 1 / 2 + n[1] / 3;
      assertClose(shadingAt(light, n), [expected, 2 * expected, 3 * expected], 1e-4);
    }
  });

  it("gives the light turned for the picture turned: k columns right are −2π k / width about y", () => {
    const map = noise(16);
    for (const columns of [1, 5, 16, 31]) {
      const angle = (-2 * Math.PI * columns) / map.width;
      const expected = rotateLight(environmentLight(map), rotationMatrix([0, angle, 0]));
      assertClose(environmentLight(shifted(map, columns)), expected, 1e-10);
      assertClose(environmentLight(map, { yaw: angle }), expected, 1e-10);
      assertClose(environmentLight({ ...map, front: 0.5 - columns / map.width }), expected, 1e-10);
    }
  });

  it("multiplies by the exposure and brings the face or the mean to 1, the colours' ratio kept", () => {
    const map = noise(16);
    const plain = environmentLight(map);
    const twice = environmentLight(map, { exposure: 2 });
    assertClose(
      twice,
      plain.map((value) => 2 * value),
      1e-12,
    );
    const face = environmentLight(map, { normalise: "face", yaw: 1, exposure: 0.5 });
    const [red, green, blue] = shadingAt(face, [0, 0, 1]);
    assert.ok(Math.abs(red + green + blue - 1.5) < 1e-12);
    const mean = environmentLight(map, { normalise: "mean" });
    const opposite = normals
      .slice(0, 4)
      .map((n) => shadingAt(mean, n).reduce((sum, value) => sum + value / 3, 0));
    const middle = (opposite[0] + opposite[1]) / 2;
    assert.ok(Math.abs(middle - 1) < 0.1, `front and back average ${middle}`);
    assert.ok(Math.abs(mean[18] / mean[0] - plain[18] / plain[0]) < 1e-12);
  });

  it("in sRGB has the shading nearest to the encoded one: no small change of a number brings it nearer", () => {
    const map = mapOf(32, (x, y) => shadingAt(namedLights.window, directionOf(x, y, 32)));
    const [linear, encoded] = [environmentLight(map), environmentLight(map, { colour: "srgb" })];
    const random = createRandom(4);
    const sphere = Array.from({ length: 4000 }, () => {
      const v = [random.normal(), random.normal(), random.normal()];
      return v.map((value) => value / Math.hypot(...v)) as unknown as Vector;
    });
    const targets = sphere.map((n) => shadingAt(linear, n).map((s) => linearToSrgb(Math.max(s, 0))));
    const distance = (light: readonly number[]) => {
      const sum = sphere.reduce(
        (total, n, i) => total + shadingAt(light, n).reduce((t, s, c) => t + (s - targets[i][c]) ** 2, 0),
        0,
      );
      return Math.sqrt(sum / (3 * sphere.length));
    };
    const least = distance(encoded);
    assert.ok(least < 0.02, `rms ${least}`);
    for (let i = 0; i < 27; i++) {
      for (const step of [-0.02, 0.02]) {
        assert.ok(distance(encoded.map((value, j) => (i === j ? value + step : value))) > least);
      }
    }
  });

  it("adds as light does", () => {
    const [a, b] = [noise(8), mapOf(8, () => [0.5, 0.25, 1])];
    const both = { ...a, data: a.data.map((value, i) => value + b.data[i]) };
    assertClose(environmentLight(both), addLights(environmentLight(a), ambientLight([0.5, 0.25, 1])), 1e-6);
  });

  it("names a wrong argument", () => {
    const map = mapOf(2, () => [0, 0, 0]);
    assert.throws(
      () => environmentLight({ ...map, width: 3 }),
      /`map.data` should have 2 x 3 x 3 values but has 24/,
    );
    assert.throws(() => environmentLight(map, { exposure: -1 }), /environmentLight: `exposure`.* is -1/);
    assert.throws(() => environmentLight(map, { yaw: Number.NaN }), /environmentLight: `yaw`.* is NaN/);
    assert.throws(() => environmentLight(map, { normalise: "face" }), /`normalise: "face"` needs .* is 0/);
  });
});
