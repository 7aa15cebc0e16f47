import assert from "node:assert/strict";
import type { Terms } from "rerenderable";
import type { Judged } from "./judged.js";
import { betterThanPrior, detailTable, identityTable, ranksByMethod } from "./method-table.js";
import type { MethodName } from "./methods.js";

const face = (id: string, method: MethodName, figures: Terms, group = "easy"): Judged => ({
  id,
  group,
  method,
  figures,
});
const errors = (complete: number, scaled: number, inPicture: number): Terms => ({
  "albedo.complete": complete,
  "albedo.scaled": scaled,
  "albedo.inPicture": inPicture,
});

describe("experiments: tables of methods", () => {
  it("count the faces whose albedo is better than the prior's, face by face", () => {
    const judged = [
      face("a", "coarse", errors(0.3, 0.2, 0.2)),
      face("b", "coarse", errors(0.1, 0.2, 0.3)),
      face("a", "ours", errors(0.2, 0.1, 0.3)),
      face("b", "ours", errors(0.2, 0.1, 0.4)),
      // A photo, without truth; and a person under many lights, who counts elsewhere.
      face("c", "ours", {}, "photos"),
      face("d", "coarse", errors(1, 1, 1), "same-face-many-lights"),
      face("d", "ours", errors(0, 0, 0), "same-face-many-lights"),
    ];
    assert.deepEqual(
      [...betterThanPrior(judged)],
      [["ours", { whole: [1, 2], seen: [2, 2], inPicture: [0, 2] }]],
    );
    assert.equal(betterThanPrior(judged.filter(({ method }) => method === "ours")).size, 0);
  });

  it("give each method's shares of detail by map and band, as means over faces", () => {
    const shares = (below1: number) => ({ "albedoDetail.below1": below1, "lightDetail.below1": 1 - below1 });
    const rows = detailTable([face("a", "ours", shares(0.2)), face("b", "ours", shares(0.4))]);
    assert.deepEqual(
      rows.map(({ map, ...row }) => [map, (row as Readonly<Record<string, unknown>>).below1]),
      [
        ["albedo", 0.3],
        ["light", 0.7],
      ],
    );
    assert.deepEqual(Object.keys(rows[0]), [
      ...["method", "map", "below1", "1to2", "2to4", "4to8", "8to16", "below4"],
    ]);
  });

  it("give each method's ranks by rendering", () => {
    const vector = (...values: number[]) => ({ dlib: Float32Array.from(values) });
    const identities = new Map([
      [
        "coarse" as const,
        [
          { photo: vector(1, 0), renderings: { picture: vector(2, 1) } },
          { photo: vector(0, 1), renderings: { picture: vector(1, 0) } },
        ],
      ],
    ]);
    assert.deepEqual(ranksByMethod(identities), { coarse: { picture: { faces: 2, dlib: 1 } } });
    assert.deepEqual(identityTable(identities), [
      { method: "R(A, L), as [6]", rendering: "picture", faces: 2, dlib: 0.447, "rank one dlib": 1 },
    ]);
  });
});
