import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { buildBvh } from "./bvh.js";
import { aimRay, createHit, createRay, type Hit, type Ray } from "./ray.js";
import { meetsTriangle } from "./ray-triangle.js";
import { findNearest, isBlocked } from "./trace.js";

/** Triangles of many sizes at random, each with its own vertices. */
function randomTriangles(count: number, seed = 1) {
  const random = createRandom(seed);
  const vertices = Array.from({ length: count }, () => {
    const [middle, size] = [[random.normal(), random.normal(), random.normal()], 0.3 * random.uniform() ** 2];
    return [0, 1, 2].flatMap(() => middle.map((value) => value + size * random.normal()));
  });
  return {
    vertices: Float64Array.from(vertices.flat()),
    triangles: Int32Array.from({ length: 3 * count }, (_, i) => i),
  };
}

function bruteForce(vertices: Float64Array, ray: Ray): Hit {
  const hit = { ...createHit(), distance: ray.most };
  for (let t = 0; 9 * t < vertices.length; t++) if (meetsTriangle(vertices, t, ray, hit)) hit.triangle = t;
  return hit;
}

function aimAtRandom(ray: Ray, random: ReturnType<typeof createRandom>): void {
  for (let i = 0; i < 3; i++) {
    ray.origin[i] = 2 * random.normal();
    ray.direction[i] = random.normal();
  }
  // Some along an axis, which divides by 0.
  if (random.uniform() < 0.2) ray.direction[random.integer(3)] = 0;
  if (random.uniform() < 0.1) ray.direction.set([0, 0, -1]);
  ray.least = random.uniform() < 0.5 ? 0 : 0.5;
  ray.most = random.uniform() < 0.5 ? Infinity : 2;
  ray.cullBackFaces = random.uniform() < 0.5;
  aimRay(ray);
}

describe("graphics/ray-tracer/bvh", () => {
  it("finds on 1000 random rays what testing every triangle finds, to the bit", () => {
    for (const count of [1, 5, 3000]) {
      const { vertices, triangles } = randomTriangles(count);
      const bvh = buildBvh(vertices, triangles);
      const random = createRandom(7);
      const [ray, hit, other] = [createRay(), createHit(), createHit()];
      let hits = 0;
      for (let trial = 0; trial < 1000; trial++) {
        aimAtRandom(ray, random);
        const expected = bruteForce(vertices, ray);
        assert.equal(findNearest(bvh, ray, hit), expected.triangle >= 0);
        assert.deepEqual(hit.triangle < 0 ? hit.triangle : hit, hit.triangle < 0 ? -1 : expected);
        assert.equal(isBlocked(bvh, ray, other), expected.triangle >= 0);
        if (hit.triangle >= 0) hits++;
      }
      assert.ok(count < 3000 || (hits > 200 && hits < 900), `${hits} hits`);
    }
  });

  it("holds each triangle in one leaf, inside the boxes of all nodes above it, and few in a leaf", () => {
    const { vertices, triangles } = randomTriangles(2000);
    const { bounds, count, next, triangle, corners } = buildBvh(vertices, triangles);
    assert.deepEqual(
      [...triangle].sort((a, b) => a - b),
      Array.from({ length: 2000 }, (_, t) => t),
    );
    const visit = (node: number, above: readonly number[]): void => {
      const nodes = [...above, node];
      if (count[node] === 0) {
        visit(node + 1, nodes);
        visit(next[node], nodes);
        return;
      }
      assert.ok(count[node] <= 4);
      for (let i = 9 * next[node]; i < 9 * (next[node] + count[node]); i++) {
        for (const n of nodes) {
          assert.ok(corners[i] >= bounds[6 * n + (i % 3)] && corners[i] <= bounds[6 * n + 3 + (i % 3)]);
        }
      }
    };
    visit(0, []);
  });

  it("leaves out triangles without area and with corners that are not finite, and may be empty", () => {
    const { vertices, triangles } = randomTriangles(8);
    vertices[9] = Number.NaN;
    vertices[9 * 3 + 4] = Infinity;
    vertices.copyWithin(9 * 5 + 3, 9 * 5, 9 * 5 + 3); // two corners in one place
    for (let i = 0; i < 3; i++) vertices[9 * 6 + 6 + i] = 2 * vertices[9 * 6 + 3 + i] - vertices[9 * 6 + i]; // in a line
    vertices.set([0, 0, 0, 1, 0, 0, 2, 0, 0], 9 * 6);
    const kept = [...buildBvh(vertices, triangles).triangle].sort((a, b) => a - b);
    assert.deepEqual(kept, [0, 2, 4, 7]);
    const [ray, hit] = [createRay(), createHit()];
    ray.direction.set([0, 0, -1]);
    aimRay(ray);
    assert.equal(findNearest(buildBvh(vertices, []), ray, hit), false);
    assert.equal(hit.triangle, -1);
  });

  it("manages a thousand triangles in one place, and one far away from all others", () => {
    const one = [0, 0, 0, 1, 0, 0, 0, 1, 0];
    const vertices = Float64Array.from([
      ...Array.from({ length: 1000 }, () => one).flat(),
      ...one.map((value) => value + 1e9),
    ]);
    const bvh = buildBvh(
      vertices,
      Int32Array.from({ length: 3003 }, (_, i) => i),
    );
    const [ray, hit] = [createRay(), createHit()];
    ray.origin.set([0.2, 0.2, 5]);
    ray.direction.set([0, 0, -1]);
    aimRay(ray);
    assert.ok(findNearest(bvh, ray, hit) && hit.distance === 5);
  });
});
