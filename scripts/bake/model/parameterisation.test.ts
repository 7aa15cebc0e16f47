import assert from "node:assert/strict";
import type { FaceCut } from "./face-cut.js";
import { parameterise } from "./parameterisation.js";

/** A bulging grid of quads where a face would be, symmetric about x = 0, with holes if asked. */
function bulge(side: number, holes: readonly number[] = []): FaceCut {
  const columns = side + 1;
  const at = (x: number, y: number) => y * columns + x;
  const rest = Array.from({ length: columns ** 2 }, (_, v) => {
    const [x, y] = [(1.2 * (v % columns)) / side - 0.6, 6.6 + Math.floor(v / columns) / side];
    return [x, y, 1.3 - 0.8 * (x * x + (y - 7.1) ** 2)];
  }).flat();
  const quads = Array.from({ length: side ** 2 }, (_, q) => [q % side, Math.floor(q / side)] as const)
    .filter(([x, y]) => !holes.includes(y * side + x))
    .map(([x, y]) => [at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1)] as const);
  return {
    bodyVertex: Array.from({ length: columns ** 2 }, (_, v) => v),
    quads,
    part: quads.map(() => "face" as const),
    atlas: [],
    rest: Float64Array.from(rest),
    mirror: Array.from({ length: columns ** 2 }, (_, v) => at(side - (v % columns), Math.floor(v / columns))),
  };
}

/** Twice the signed area at each corner of a quad; v runs down, so that the sign is turned round. */
function corners(flat: Float64Array, quad: readonly number[]): number[] {
  return quad.map((b, k) => {
    const [a, c] = [quad[(k + 3) % 4], quad[(k + 1) % 4]];
    const [px, py] = [flat[2 * c] - flat[2 * b], flat[2 * c + 1] - flat[2 * b + 1]];
    const [qx, qy] = [flat[2 * a] - flat[2 * b], flat[2 * a + 1] - flat[2 * b + 1]];
    return -(px * qy - py * qx);
  });
}

describe("scripts/bake/model/parameterisation", () => {
  for (const [title, cut] of [
    ["a bulging grid", bulge(6)],
    ["a grid with a hole on each side", bulge(6, [25, 28])],
  ] as const) {
    describe(title, () => {
      let flat: Float64Array;

      before(() => {
        flat = parameterise(cut);
      });

      it("mirrors exactly: u of a vertex is 1 − u of its mirror image", () => {
        cut.mirror.forEach((twin, v) => {
          assert.equal(flat[2 * twin], 1 - flat[2 * v]);
          assert.equal(flat[2 * twin + 1], flat[2 * v + 1]);
          assert.equal(Math.fround(flat[2 * twin]), 1 - Math.fround(flat[2 * v]), "in single precision too");
        });
      });

      it("lies within [0, 1]² and nearly fills it", () => {
        assert.ok(flat.every((value) => value >= 0 && value <= 1));
        for (const k of [0, 1]) {
          const values = flat.filter((_, i) => i % 2 === k);
          assert.ok(Math.max(...values) - Math.min(...values) > 0.9);
        }
      });

      it("folds nowhere: every corner of every quad turns the same way", () => {
        for (const quad of cut.quads)
          for (const area of corners(flat, quad)) assert.ok(area > 0, `${quad}: ${area}`);
      });

      it("keeps the top up and the left left", () => {
        const columns = Math.sqrt(cut.bodyVertex.length);
        assert.ok(flat[1] > flat[2 * (columns * (columns - 1)) + 1], "v falls from chin to brow");
        assert.ok(flat[0] < 0.5 && flat[2 * (columns - 1)] > 0.5);
      });
    });
  }

  it("distorts little where the surface is nearly flat: quads keep their shares of the area", () => {
    const cut = bulge(6);
    const flat = parameterise(cut);
    const areas = cut.quads.map((quad) => corners(flat, quad).reduce((sum, area) => sum + area, 0));
    assert.ok(Math.max(...areas) / Math.min(...areas) < 4, `${Math.max(...areas) / Math.min(...areas)}`);
  });
});
