import assert from "node:assert/strict";
import { createRandom } from "../../../base/tensor/random.js";
import { boundaryLoops, fanTriangles, neighbourLists, pieces, ringDistances } from "../mesh/mesh-topology.js";
import { cutAtOutline } from "./face-outline.js";
import { foldedTriangles, ironOut, relax, uvArea } from "./flat-map.js";
import { mirrorPartners, symmetriseUvs } from "./mirror-partners.js";
import { behindOpenings } from "./openings.js";
import { type Point3, similarityWarp, smoothWarp } from "./smooth-warp.js";
import { searchSurface } from "./surface-points.js";

/** Squares of a grid of `side` vertices a side, v down, so that they turn as seen from outside in a map. */
function squares(side: number): number[][] {
  return Array.from({ length: (side - 1) ** 2 }, (_, q) => {
    const v = Math.floor(q / (side - 1)) * side + (q % (side - 1));
    return [v, v + side, v + side + 1, v + 1];
  });
}

function places(side: number): Float64Array {
  return Float64Array.from({ length: 2 * side * side }, (_, i) => {
    const v = i >> 1;
    return ((i % 2 ? Math.floor(v / side) : v % side) + 0.5) / side;
  });
}

const random = createRandom(1);
const points = (count: number) =>
  Array.from({ length: count }, (): Point3 => [random.normal(), random.normal(), random.normal()]);
const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((x, k) => x - b[k]));

describe("face/morphable-model/flat-map/correspondence: warps", () => {
  it("a similarity is found again from its points: scale 2, a turn about z, a shift", () => {
    const from = points(12);
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const carry = ([x, y, z]: Point3): Point3 => [
      2 * (c * x - s * y) + 1,
      2 * (s * x + c * y) - 3,
      2 * z + 0.5,
    ];
    const warp = similarityWarp(from, from.map(carry));
    for (const p of points(5)) assert.ok(distance(warp(p), carry(p)) < 1e-9);
  });

  it("a smooth warp hits its points, and is affine where they are", () => {
    const from = points(30);
    const to = points(30);
    const warp = smoothWarp(
      from,
      to,
      from.map(() => 0),
    );
    from.forEach((p, i) => {
      assert.ok(distance(warp(p), to[i]) < 1e-6);
    });
    const affine = ([x, y, z]: Point3): Point3 => [x + 0.5 * y, 2 * y - 1, z + x];
    const linear = smoothWarp(
      from,
      from.map(affine),
      from.map(() => 0.1),
    );
    for (const p of points(5)) assert.ok(distance(linear(p), affine(p)) < 1e-6);
  });

  it("misses a stiff point a little, a stiffer one more", () => {
    const from = points(20);
    const to = from.map((p): Point3 => [p[0] + 0.3 * random.normal(), p[1], p[2]]);
    const miss = (stiffness: number) => {
      const warp = smoothWarp(
        from,
        to,
        from.map(() => stiffness),
      );
      return from.reduce((sum, p, i) => sum + distance(warp(p), to[i]), 0);
    };
    assert.ok(miss(0.01) > 1e-6 && miss(0.01) < miss(1));
  });
});

describe("face/morphable-model/flat-map/correspondence: the nearest point of a surface", () => {
  const side = 9;
  const flat = places(side);
  const positions = Float64Array.from({ length: 3 * side * side }, (_, i) =>
    i % 3 < 2 ? flat[2 * Math.floor(i / 3) + (i % 3)] : 0,
  );
  const triangles = fanTriangles(squares(side));

  it("is the foot of the perpendicular over the surface, the edge beside it, nothing beyond reach", () => {
    const search = searchSurface(positions, triangles, 3, 0.3);
    const over = search.nearest([0.41, 0.52, 0.1])!;
    assert.ok(Math.abs(over.distance - 0.1) < 1e-12);
    const foot = [0, 1].map((k) =>
      over.barycentrics.reduce(
        (sum, w, c) => sum + w * positions[3 * triangles[3 * over.triangle + c] + k],
        0,
      ),
    );
    assert.ok(distance(foot, [0.41, 0.52]) < 1e-12);
    const beside = search.nearest([0.5, 1.1, 0])!;
    assert.ok(Math.abs(beside.distance - (1.1 - flat[2 * (side * side - 1) + 1])) < 1e-12);
    assert.equal(search.nearest([0.5, 0.5, 0.35]), undefined);
    assert.equal(search.nearest([5, 5, 5]), undefined);
  });

  it("is the same as by looking at every triangle, for random points and an own choice of triangles", () => {
    const accept = (t: number) => t % 3 === 0;
    const search = searchSurface(positions, triangles, 3, 1);
    const whole = searchSurface(
      positions,
      triangles.filter((_, i) => accept(Math.floor(i / 3))),
      3,
      20,
    );
    for (let i = 0; i < 50; i++) {
      const p = [random.uniform(), random.uniform(), 0.2 * random.normal()];
      const [a, b] = [search.nearest(p, accept)!, whole.nearest(p)!];
      assert.ok(Math.abs(a.distance - b.distance) < 1e-12);
      assert.ok(accept(a.triangle) && a.barycentrics.every((w) => w >= 0));
    }
  });
});

describe("face/morphable-model/flat-map/correspondence: topology", () => {
  it("finds the rim of a grid, its hole, rings around it and its pieces", () => {
    const grid = squares(6).filter((_, q) => q !== 12);
    const near = neighbourLists(grid, 37);
    const loops = boundaryLoops(grid);
    assert.deepEqual(
      loops.map((loop) => loop.length),
      [20, 4],
    );
    const rings = ringDistances(near, loops[1]);
    assert.equal(rings[0], 4);
    assert.equal(rings[36], -1);
    assert.deepEqual([...new Set(pieces(near))], [0, 1]);
  });

  it("cuts squares along a line between vertices, where it is", () => {
    const side = 5;
    const flat = places(side);
    const beyond = (x: number) => x > 0.62;
    const { polygons, cuts } = cutAtOutline(
      squares(side),
      side * side,
      (v) => beyond(flat[2 * v]),
      (a, b, share) => beyond(flat[2 * a] + share * (flat[2 * b] - flat[2 * a])),
    );
    assert.equal(cuts.length, side);
    for (const { from, to, share } of cuts)
      assert.ok(Math.abs(flat[2 * from] + share * (flat[2 * to] - flat[2 * from]) - 0.62) < 2e-3);
    assert.equal(polygons.length, 4 * 3);
    assert.ok(
      polygons.every((polygon) => polygon.length === 4 && polygon.every((v) => v < side * side + side)),
    );
  });

  it("takes for an opening what lies between a hole and the ring of its landmarks", () => {
    const side = 13;
    const positions = Float64Array.from(
      { length: 3 * side * side },
      (_, i) => [i / 3, i / 3 / side, 0].map(Math.floor)[i % 3],
    );
    const polygons = squares(side).filter((_, q) => q !== 12 * 5 + 5);
    const landmarks = new Int32Array(68).fill(0);
    const at = (row: number, column: number) => row * side + column;
    // Two rings out from the hole between rows and columns 5 and 6.
    [60, 61, 62, 63, 64, 65, 66, 67].forEach((j, i) => {
      landmarks[j] = [at(3, 5), at(3, 6), at(5, 8), at(6, 8), at(8, 6), at(8, 5), at(6, 3), at(5, 3)][i];
    });
    const behind = behindOpenings({ positions, polygons, landmarks });
    assert.equal(behind[at(4, 5)], 1);
    assert.equal(behind[at(5, 5)], 1);
    assert.equal(behind[at(3, 5)], 0);
    assert.equal(behind[at(10, 10)], 0);
  });
});

describe("face/morphable-model/flat-map/correspondence: the flat map", () => {
  const side = 12;
  const polygons = squares(side);
  const triangles = fanTriangles(polygons);
  const near = neighbourLists(polygons, side * side);
  const all = Array.from({ length: triangles.length / 3 }, (_, t) => t);
  const rim = new Set(boundaryLoops(polygons)[0]);

  it("has negative areas as seen from outside, because v runs down", () => {
    const uvs = places(side);
    assert.ok(all.every((t) => uvArea(uvs, triangles, t) < 0));
    assert.equal(foldedTriangles(uvs, triangles, all).length, 0);
  });

  it("irons out folds, and leaves the rim and what is far where they are", () => {
    const uvs = places(side);
    const middle = 5 * side + 5;
    uvs.set([uvs[2 * middle] + 0.2, uvs[2 * middle + 1] + 0.15], 2 * middle);
    const before = uvs.slice();
    assert.ok(foldedTriangles(uvs, triangles, all).length > 0);
    assert.equal(ironOut(uvs, triangles, near, all, rim), 0);
    assert.equal(foldedTriangles(uvs, triangles, all).length, 0);
    for (const v of [...rim, side + 1])
      assert.deepEqual(uvs.slice(2 * v, 2 * v + 2), before.slice(2 * v, 2 * v + 2));
  });

  it("spreads free vertices evenly: of a grid each to the mean of its neighbours", () => {
    const uvs = places(side);
    const free = Array.from(near.keys()).filter((v) => !rim.has(v));
    const expected = uvs.slice();
    for (const v of free) uvs.set([0.5, 0.5], 2 * v);
    relax(uvs, near, free, 400);
    assert.ok(uvs.every((value, i) => Math.abs(value - expected[i]) < 1e-6));
  });

  it("pairs mirror images, and makes their uvs mirror exactly", () => {
    const positions = Float64Array.from({ length: 3 * side * side }, (_, i) => {
      const v = Math.floor(i / 3);
      return [(v % side) - (side - 1) / 2, Math.floor(v / side), 0][i % 3];
    });
    const partners = mirrorPartners(positions, near.keys());
    assert.equal(partners[3], side - 1 - 3);
    const uvs = places(side).map((value) => value + 0.001 * random.normal());
    symmetriseUvs(uvs, partners);
    for (let v = 0; v < side * side; v++) {
      assert.equal(uvs[2 * partners[v]], 1 - uvs[2 * v]);
      assert.equal(uvs[2 * partners[v] + 1], uvs[2 * v + 1]);
    }
    assert.equal(mirrorPartners(positions, [3])[3], -1);
  });
});
