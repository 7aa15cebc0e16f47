import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { assertClose } from "../../testing/each-engine.js";
import { sphereMesh } from "../../testing/sphere-mesh.js";
import { aimRay, createHit, createRay, type Ray } from "./ray.js";
import { meetsTriangle } from "./ray-triangle.js";

function rayFrom(origin: readonly number[], direction: readonly number[], options: Partial<Ray> = {}): Ray {
  const ray = Object.assign(createRay(), options);
  ray.origin.set(origin);
  ray.direction.set(direction);
  aimRay(ray);
  return ray;
}

// Counter-clockwise seen from +z.
const corners = Float64Array.of(0, 0, 0, 4, 0, 0, 0, 4, 0);

describe("graphics/ray-tracer/ray-triangle", () => {
  it("finds distance and barycentrics by hand: (1, 2, 0) is 1/4, 1/4, 1/2, and 3 of the ray's lengths away", () => {
    const hit = createHit();
    assert.ok(meetsTriangle(corners, 0, rayFrom([1, 2, 6], [0, 0, -2]), hit));
    assertClose([hit.distance, hit.b0, hit.b1, hit.b2], [3, 0.25, 0.25, 0.5], 1e-15);
    // From the other side, and aslant.
    for (const [origin, direction] of [
      [
        [1, 2, -6],
        [0, 0, 2],
      ],
      [
        [4, 8, 6],
        [-1, -2, -2],
      ],
      [
        [-5, 2, -3],
        [2, 0, 1],
      ],
    ]) {
      // biome-ignore format: three rays
      const other = createHit();
      assert.ok(meetsTriangle(corners, 0, rayFrom(origin, direction), other));
      assertClose([other.distance, other.b0, other.b1, other.b2], [3, 0.25, 0.25, 0.5], 1e-15);
    }
  });

  it("passes through triangles seen clockwise when back faces are culled", () => {
    const front = rayFrom([1, 1, 5], [0, 0, -1], { cullBackFaces: true });
    const back = rayFrom([1, 1, -5], [0, 0, 1], { cullBackFaces: true });
    assert.equal(meetsTriangle(corners, 0, front, createHit()), true);
    assert.equal(meetsTriangle(corners, 0, back, createHit()), false);
    const random = createRandom(2);
    for (let trial = 0; trial < 200; trial++) {
      const target = [0.5 + random.uniform(), 0.5 + random.uniform(), 0];
      const origin = [random.normal() * 5, random.normal() * 5, random.normal() * 5];
      const direction = target.map((value, i) => value - origin[i]);
      const met = meetsTriangle(corners, 0, rayFrom(origin, direction, { cullBackFaces: true }), createHit());
      assert.equal(met, origin[2] > 0, `from ${origin}`);
    }
  });

  it("counts from the least distance on, and only what is nearer than before", () => {
    const meets = (least: number, distance: number) =>
      meetsTriangle(corners, 0, rayFrom([1, 1, 5], [0, 0, -1], { least }), { ...createHit(), distance });
    assert.deepEqual(
      [meets(5, Infinity), meets(5.1, Infinity), meets(0, 5.1), meets(0, 5)],
      [true, false, true, false],
    );
  });

  it("lets no ray slip between triangles that share an edge or a corner", () => {
    const { vertices, triangles } = sphereMesh(2);
    const all = Float64Array.from(triangles.flatMap((t) => t.flatMap((v) => vertices[v])));
    const random = createRandom(3);
    for (let trial = 0; trial < 2000; trial++) {
      const [a, b] = triangles[random.integer(triangles.length)];
      const s = trial % 3 === 0 ? 0 : random.uniform();
      const target = vertices[a].map((value, i) => (1 - s) * value + s * vertices[b][i]);
      const origin = [random.normal() / 5, random.normal() / 5, random.normal() / 5];
      const ray = rayFrom(
        origin,
        target.map((value, i) => value - origin[i]),
      );
      const met = triangles.some((_, slot) => meetsTriangle(all, slot, ray, createHit()));
      assert.ok(met, `toward ${target}`);
    }
  });

  it("never meets what has no number or is seen edge-on", () => {
    const broken = Float64Array.of(0, 0, 0, 4, Number.NaN, 0, 0, 4, 0);
    assert.equal(meetsTriangle(broken, 0, rayFrom([1, 1, 5], [0, 0, -1]), createHit()), false);
    assert.equal(meetsTriangle(corners, 0, rayFrom([-1, 1, 0], [1, 0, 0]), createHit()), false);
  });
});
