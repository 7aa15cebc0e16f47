import assert from "node:assert/strict";
import type { FaceCut } from "./face-cut.js";
import { depthInFace } from "./face-cut.js";
import { cutRim } from "./rim.js";

/** A sheet of quads of 2 cm in the plane z = 1.2, over the whole face and beyond. */
function sheet() {
  const [columns, rows, step] = [15, 15, 0.2];
  const at = (c: number, r: number) => r * (columns + 1) + c;
  const positions = Array.from({ length: (columns + 1) * (rows + 1) }, (_, v) => [
    ((v % (columns + 1)) - columns / 2) * step,
    5.6 + Math.floor(v / (columns + 1)) * step,
    1.2,
  ]);
  const quads = Array.from({ length: columns * rows }, (_, q) => {
    const [c, r] = [q % columns, Math.floor(q / columns)];
    return [at(c, r), at(c + 1, r), at(c + 1, r + 1), at(c, r + 1)] as const;
  });
  const part = new Array(quads.length).fill("face");
  const uvs = positions.flatMap(([x, y]) => [0.5 + x / 4, (8.6 - y) / 3]);
  return {
    positions: Float32Array.from(positions.flat()),
    uvs: Float32Array.from(uvs),
    quads,
    cut: { part } as unknown as FaceCut,
  };
}

describe("scripts/bake/model/rim", () => {
  const { positions, uvs, quads, cut } = sheet();
  const rim = cutRim(cut, positions, uvs, quads);
  const depthAt = (v: number, w = v, share = 0) =>
    depthInFace(
      ...([0, 1, 2].map((k) => (1 - share) * positions[3 * v + k] + share * positions[3 * w + k]) as [
        number,
        number,
        number,
      ]),
    );

  it("keeps quads whose middle is inside the cut", () => {
    const kept = quads.filter((_, q) => rim.kept[q]);
    assert.ok(kept.length > 20 && kept.length < quads.length);
    for (const [a, , c] of kept) assert.ok(depthAt(a, c, 0.5) > -0.05);
  });

  it("slides the vertices of the staircase along edges onto the cut", () => {
    assert.ok(rim.vertex.length > 10);
    rim.vertex.forEach((v, i) => {
      assert.ok(rim.share[i] >= 0 && rim.share[i] < 1, `${rim.share[i]}`);
      assert.ok(depthAt(v) > 0 !== depthAt(rim.toward[i]) > 0);
    });
  });

  it("brings nearly all of them within 3 mm of it", () => {
    const near = rim.vertex.filter((v, i) => Math.abs(depthAt(v, rim.toward[i], rim.share[i])) < 0.03);
    assert.ok(near.length > 0.8 * rim.vertex.length, `${near.length} of ${rim.vertex.length}`);
  });

  it("folds no corner of a quad", () => {
    const at = (v: number) => {
      const i = rim.vertex.indexOf(v);
      const [to, share] = i < 0 ? [v, 0] : [rim.toward[i], rim.share[i]];
      return [0, 1].map((k) => (1 - share) * positions[3 * v + k] + share * positions[3 * to + k]);
    };
    for (const [q, quad] of quads.entries()) {
      if (!rim.kept[q]) continue;
      quad.forEach((v, k) => {
        const [[x, y], [nx, ny], [px, py]] = [v, quad[(k + 1) % 4], quad[(k + 3) % 4]].map(at);
        assert.ok((nx - x) * (py - y) - (ny - y) * (px - x) > 0, `quad ${q}, corner ${k}`);
      });
    }
  });

  it("is symmetric: a mirrored vertex slides toward the mirrored one by the same share", () => {
    const place = (v: number, sign: number) =>
      [sign * positions[3 * v], positions[3 * v + 1]]
        .map((x) => x.toFixed(4).replace("-0.0000", "0.0000"))
        .join(" ");
    const slides = new Map(
      rim.vertex.map((v, i) => [place(v, 1), `${place(rim.toward[i], 1)} ${rim.share[i].toFixed(5)}`]),
    );
    rim.vertex.forEach((v, i) => {
      assert.equal(slides.get(place(v, -1)), `${place(rim.toward[i], -1)} ${rim.share[i].toFixed(5)}`);
    });
  });
});
