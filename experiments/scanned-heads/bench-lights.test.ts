import assert from "node:assert/strict";
import { renderTruth } from "rerenderable/graphics";
import { benchLights, exposure } from "./bench-lights.js";

/** A white square that faces the viewer, and a lid a little before its left half. */
const wall = (lid: boolean) => ({
  vertices: [
    -1,
    -1,
    0,
    1,
    -1,
    0,
    1,
    1,
    0,
    -1,
    1,
    0,
    ...(lid ? [-0.5, -1, 0.3, -0.4, -1, 0.3, -0.4, 1, 0.3, -0.5, 1, 0.3] : []),
  ],
  triangles: [0, 1, 2, 0, 2, 3, ...(lid ? [4, 5, 6, 4, 6, 7] : [])],
  albedo: { colours: new Float32Array(lid ? 24 : 12).fill(1) },
});

describe("the lights of the bench with scanned heads", () => {
  for (const [name, { sources, kind }] of Object.entries(benchLights)) {
    it(`${name} shades a white surface that faces the viewer by the exposure`, () => {
      const { image } = renderTruth(wall(false), sources, { size: 9 });
      const centre = [...image.slice(3 * 40, 3 * 40 + 3)];
      assert.ok(Math.abs(centre.reduce((sum, v) => sum + v / 3, 0) - exposure) < 1e-6, `${centre}`);
    });

    it(`${name} is ${kind}: ${kind === "hard" ? "it throws shadows" : "it throws none"}`, () => {
      const [bare, shaded] = [wall(false), wall(true)].map(
        (mesh) => renderTruth(mesh, sources, { size: 64 }).image,
      );
      const darkest = bare.reduce((most, value, i) => Math.max(most, value - shaded[i]), 0);
      assert.equal(darkest > 0.5, kind === "hard");
    });
  }
});
