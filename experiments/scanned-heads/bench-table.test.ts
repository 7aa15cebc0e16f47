import assert from "node:assert/strict";
import { type BenchLine, benchRows } from "./bench-table.js";

const figures = (detailed: number, prior: number, photo: number, ita: number) => ({
  ...{ "detailed.scaled": detailed, "prior.scaled": prior, "photo.scaled": photo },
  ...{ "detailed.error": 2 * detailed, "prior.error": 2 * prior, "photo.error": 2 * photo },
  ...{ "detailed.ita": ita, "prior.ita": 0, "photo.ita": -ita, trueIta: 40 },
});

describe("the table of the bench with scanned heads", () => {
  const lines: BenchLine[] = [
    { head: "a", light: "lamp", kind: "hard", turn: 0, figures: figures(0.04, 0.06, 0.03, 10) },
    { head: "a", light: "square", kind: "soft", turn: 0.4, figures: figures(0.06, 0.05, 0.07, -4) },
    { head: "b", light: "lamp", kind: "hard", turn: 0.4, failure: "no face" },
  ];

  it("has a row for all, and for each head, light, kind and turn", () => {
    assert.deepEqual(
      benchRows(lines).map(({ by, of, photos, failed }) => `${by} ${of}: ${photos} and ${failed}`),
      [
        "all all: 2 and 1",
        "head a: 2 and 0",
        "head b: 0 and 1",
        "light lamp: 1 and 1",
        "light square: 1 and 0",
        "kind hard: 1 and 1",
        "kind soft: 1 and 0",
        "turn 0: 1 and 0",
        "turn 0.4: 1 and 1",
      ],
    );
  });

  it("has means, absolute and signed errors of the typology angle, and counts of the better", () => {
    const [all] = benchRows(lines);
    assert.equal(all.detailed, 0.05);
    assert.equal(all.photoAsIs, 0.1);
    assert.equal(all.detailedItaError, 7);
    assert.equal(all.detailedItaBias, 3);
    assert.deepEqual([all.betterThanPrior, all.betterThanPhoto], [1, 1]);
  });

  it("leaves cells empty where nothing came out", () => {
    const row = benchRows(lines).find(({ by, of }) => by === "head" && of === "b");
    assert.equal(row?.detailed, undefined);
    assert.equal(row?.photos, 0);
  });
});
