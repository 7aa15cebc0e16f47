import assert from "node:assert/strict";
import { assertClose } from "../../testing/each-engine.js";
import { sphereMesh } from "../../testing/sphere-mesh.js";
import { defaultCamera } from "../scene/camera.js";
import type { Vector } from "../scene/light.js";
import { deviceX, deviceY } from "../scene/viewport.js";
import type { LightSource } from "./light-source.js";
import { renderTruth, type TruthOptions } from "./render-truth.js";
import type { TracedMesh } from "./traced-mesh.js";

const white: Vector = [1, 1, 1];

/** A ball, and a wall at z = −1 that faces the camera; the wall's triangles come last. */
function ballAndWall(middle: Vector, radius: number, subdivisions = 5) {
  const ball = sphereMesh(subdivisions);
  const vertices = ball.vertices.flatMap((v) => v.map((value, i) => middle[i] + radius * value));
  const first = ball.vertices.length;
  vertices.push(-3, -3, -1, 3, -3, -1, 3, 3, -1, -3, 3, -1);
  const triangles = [...ball.triangles.flat(), first, first + 1, first + 2, first, first + 2, first + 3];
  const colours = new Float32Array(vertices.length).fill(1);
  return {
    mesh: { vertices, triangles, albedo: { colours } } satisfies TracedMesh,
    wall: ball.triangles.length,
  };
}

/** Visits pixels that show the wall, with their place on it. */
function overWall(
  mesh: TracedMesh,
  wall: number,
  lights: LightSource[],
  options: TruthOptions,
  visit: (pixel: number, x: number, y: number) => void,
) {
  const truth = renderTruth(mesh, lights, options);
  const { size } = options;
  // By the camera's definition, on the plane z = −1.
  const scale = ((defaultCamera.distance + 1) * defaultCamera.referenceSize) / 2 / defaultCamera.focal;
  truth.triangleId.forEach((id, pixel) => {
    const [column, row] = [pixel % size, Math.floor(pixel / size)];
    if (id >= wall) visit(pixel, scale * deviceX(column + 0.5, size), scale * deviceY(row + 0.5, size));
  });
  return truth;
}

describe("ray-tracer: cast shadows", () => {
  const size = 128;
  const radius = 0.35;

  it("draws a far light's shadow of a ball as the ellipse of geometry", () => {
    const direction: Vector = [0.6, 0.48, 0.64];
    const { mesh, wall } = ballAndWall([0.1, 0.2, 0], radius);
    const inside: number[] = [];
    const outside: number[] = [];
    const truth = overWall(
      mesh,
      wall,
      [{ kind: "directional", direction, colour: white }],
      { size },
      (pixel, x, y) => {
        // Distance of the middle from the line from the wall toward the light.
        const to = [0.1 - x, 0.2 - y, 1];
        const along = to[0] * direction[0] + to[1] * direction[1] + to[2] * direction[2];
        const distance = Math.hypot(...to.map((value, i) => value - along * direction[i]));
        if (Math.abs(distance - radius) < 0.004) return; // the ball is made of triangles
        (distance < radius ? inside : outside).push(pixel);
      },
    );
    assert.ok(inside.length > 300 && outside.length > 3000, `${inside.length} and ${outside.length} pixels`);
    for (const pixel of inside) assertClose([truth.shadows[0][pixel], truth.image[3 * pixel]], [0, 0], 0);
    // Lit, the wall shows the cosine: n · l = 0.64.
    for (const pixel of outside)
      assertClose([truth.shadows[0][pixel], truth.image[3 * pixel]], [1, 0.64], 1e-6);
  });

  it("draws a lamp's shadow of a ball as the circle of geometry, and its light falls with 1/d² and the cosine", () => {
    const { mesh, wall } = ballAndWall([0, 0, 0], radius);
    const lamp = { kind: "point", position: [0, 0, 1.5], colour: [4, 2, 1] } as const;
    const edge = 2.5 * Math.tan(Math.asin(radius / 1.5)); // of the cone that touches the ball, 2.5 from the wall
    let [shadowed, lit] = [0, 0];
    const pixels: [number, number, number][] = [];
    const truth = overWall(mesh, wall, [lamp], { size }, (pixel, x, y) => pixels.push([pixel, x, y]));
    for (const [pixel, x, y] of pixels) {
      const away = Math.hypot(x, y);
      if (Math.abs(away - edge) < 0.006) continue;
      const squared = x * x + y * y + 2.5 ** 2;
      const expected = away < edge ? 0 : 2.5 / Math.sqrt(squared) / squared;
      assertClose(truth.image.slice(3 * pixel, 3 * pixel + 3), [4 * expected, 2 * expected, expected], 1e-6);
      if (away < edge) shadowed++;
      else lit++;
    }
    assert.ok(shadowed > 200 && lit > 3000, `${shadowed} and ${lit} pixels`);
  });

  for (const subdivisions of [1, 2, 3, 5]) {
    it(`throws no shadow of a convex ball of ${8 * 4 ** subdivisions} triangles on its lit side, and lights nothing on the other`, () => {
      const { vertices, triangles } = sphereMesh(subdivisions);
      // A sphere's own normals.
      const mesh = {
        vertices: vertices.flat(),
        normals: vertices.flat(),
        triangles: triangles.flat(),
        albedo: { colours: vertices.flat().map(() => 1) },
      };
      for (const direction of [
        [1, 0.2, 0.3],
        [0, 1, 0],
        [-0.6, -0.5, -0.4],
        [0.3, 0.2, 1],
      ] as Vector[]) {
        // biome-ignore format: four lights
        for (const far of [true, false]) {
          const position = direction.map((value) => 4 * value) as unknown as Vector;
          const light: LightSource = far ? { kind: "directional", direction, colour: white } : { kind: "point", position, colour: white };
          const truth = renderTruth(mesh, [light], { size: 64 });
          let [lit, dark] = [0, 0];
          truth.triangleId.forEach((id, pixel) => {
            if (id < 0) return;
            const [x, y, z] = truth.normals.subarray(3 * pixel, 3 * pixel + 3);
            const place = far ? [0, 0, 0] : placeOf(pixel, 64, truth.depth[pixel]);
            const to = (far ? direction : position).map((value, i) => value - place[i]);
            const cosine = (x * to[0] + y * to[1] + z * to[2]) / Math.hypot(...to);
            if (Math.abs(cosine) < 1e-6) return;
            assert.equal(truth.shadows[0][pixel], cosine > 0 ? 1 : 0, `cosine ${cosine} at pixel ${pixel}`);
            if (cosine > 0) lit++;
            else dark++;
          });
          assert.ok(lit + dark > 1200, `${lit} and ${dark} pixels`);
        }
      }
    });
  }

  it("shades a ball by max(n·l, 0) all the way round the edge of light and shade", () => {
    const { vertices, triangles } = sphereMesh(3);
    const mesh = {
      vertices: vertices.flat(),
      triangles: triangles.flat(),
      albedo: { colours: vertices.flat().map(() => 0.5) },
    };
    const truth = renderTruth(mesh, [{ kind: "directional", direction: [1, 0, 0], colour: [1, 0.5, 2] }], {
      size: 64,
    });
    truth.triangleId.forEach((id, pixel) => {
      if (id < 0) return;
      const cosine = Math.max(truth.normals[3 * pixel], 0);
      assertClose(truth.image.slice(3 * pixel, 3 * pixel + 3), [0.5 * cosine, 0.25 * cosine, cosine], 1e-6);
    });
  });

  it("throws no shadow where a light is told not to", () => {
    const { mesh, wall } = ballAndWall([0, 0, 0], radius, 3);
    const light = {
      kind: "directional",
      direction: [0, 0.6, 0.8],
      colour: white,
      castsShadows: false,
    } as const;
    const pixels: number[] = [];
    const truth = overWall(mesh, wall, [light], { size: 32 }, (pixel) => pixels.push(pixel));
    assert.ok(pixels.every((pixel) => truth.shadows[0][pixel] === 1));
  });

  it("throws no shadow of what is behind the lamp", () => {
    const { mesh, wall } = ballAndWall([0, 0, 1], 0.2, 3);
    const lamp = { kind: "point", position: [0, 0, 0], colour: white } as const;
    const pixels: number[] = [];
    const truth = overWall(mesh, wall, [lamp], { size: 32 }, (pixel) => pixels.push(pixel));
    assert.ok(pixels.length > 500 && pixels.every((pixel) => truth.shadows[0][pixel] === 1));
  });

  it("softens the shadow of a light that has an extent, from all dark to all lit over its penumbra", () => {
    const { mesh, wall } = ballAndWall([0, 0, 0], radius);
    const lamp = { kind: "point", position: [0, 0, 1.5], colour: white, radius: 0.2 } as const;
    const rings: number[][] = Array.from({ length: 12 }, () => []);
    const at: [number, number][] = [];
    const truth = overWall(mesh, wall, [lamp], { size, shadowSamples: 64 }, (pixel, x, y) =>
      at.push([pixel, Math.hypot(x, y)]),
    );
    for (const [pixel, away] of at) rings[Math.floor(away / 0.1)]?.push(truth.shadows[0][pixel]);
    const means = rings.map((ring) => ring.reduce((sum, value) => sum + value, 0) / ring.length);
    // Lines from the disc's edge past the ball reach the wall at about 0.6 ∓ 0.2 · 1/1.5.
    assert.ok(means[3] < 0.02 && means[9] > 0.98, `${means.map((mean) => mean.toFixed(2))}`);
    assert.ok(means[5] > 0.1 && means[5] < means[6] && means[6] < 0.95, `${means.map((m) => m.toFixed(2))}`);
    const sharp = renderTruth(mesh, [{ ...lamp, radius: 0 }], { size }).image;
    assert.ok(Math.abs(truth.image[0] / sharp[0] - 1) < 0.02, `${truth.image[0]} and ${sharp[0]}`);
    const sun = { kind: "directional", direction: [0, 0, 1], colour: white, angularRadius: 0.1 } as const;
    const many = { size: 32, shadowSamples: 16 };
    const shaded = overWall(mesh, wall, [sun], many, () => {});
    const [corner] = shaded.image;
    // A disc of light that faces the wall sends a little less than all of it along the normal.
    assert.ok(corner > 0.99 && corner < 1, `${corner}`);
  });

  it("puts the highlight of a lamp in a wall where the mirror would show it", () => {
    const { mesh, wall } = ballAndWall([0, 0, -9], radius, 1); // the ball is behind the wall
    const lamp = { kind: "point", position: [0.6, 0.4, 2], colour: white } as const;
    let [most, place] = [0, [0, 0]];
    const seen: [number, number, number][] = [];
    const specular = { roughness: 0.12, reflectance: 1 };
    const truth = overWall(mesh, wall, [lamp], { size, specular }, (pixel, x, y) => seen.push([pixel, x, y]));
    for (const [pixel, x, y] of seen) {
      if (truth.specular[3 * pixel] > most) [most, place] = [truth.specular[3 * pixel], [x, y]];
    }
    // The straight line from the camera, 11 in front of the wall, to the lamp's mirror image, 3 behind it.
    assertClose(place, [(0.6 * 11) / 14, (0.4 * 11) / 14], 0.02);
    assert.ok(most > 1, `${most}`);
  });
});

/** The point in the world that a pixel's centre shows. */
function placeOf(pixel: number, size: number, depth: number): number[] {
  const scale = (depth * defaultCamera.referenceSize) / 2 / defaultCamera.focal;
  const [x, y] = [deviceX((pixel % size) + 0.5, size), deviceY(Math.floor(pixel / size) + 0.5, size)];
  return [scale * x, scale * y, defaultCamera.distance - depth];
}
