import assert from "node:assert/strict";
import { showLines } from "./index.js";

describe("showLines", () => {
  const options = {
    x: ["noise", [0, 1, 2]],
    y: "error",
    lines: { a: [1, Number.NaN, 3], b: [0, 0, 0.12345] },
  } as const;

  it("draws each line over the same places, with gaps, and says in words where they begin and end", async () => {
    const { data, metadata } = await showLines("Title", options);
    const figure = data["application/vnd.plotly.v1+json"] as { data: { name: string; y: unknown[] }[] };
    assert.deepEqual(
      figure.data.map(({ name, y }) => [name, y]),
      [
        ["a", [1, null, 3]],
        ["b", [0, 0, 0.12345]],
      ],
    );
    const { alt } = metadata["image/png"] as { alt: string };
    assert.equal(alt, "Title (error over noise): a from 1 to 3; b from 0 to 0.123.");
  });

  it("refuses a line that does not have a value for each place", async () => {
    await assert.rejects(
      showLines("Title", { ...options, lines: { a: [1] } }),
      /`a` should have 3 values, one for each of `x`, but has 1/,
    );
  });
});
