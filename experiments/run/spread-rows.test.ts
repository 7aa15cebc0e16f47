import assert from "node:assert/strict";
import { spreadRows } from "./spread-rows.js";

describe("spreadRows", () => {
  it("gives a figure a row over the faces that have it, the worst at the end where it is bad", () => {
    const rows = spreadRows([{ psnr: 30, error: 1 }, { psnr: 20, error: 3, truth: 5 }, { psnr: 25 }]);
    assert.deepEqual(
      rows.map(({ figure, faces, mean, worst }) => ({ figure, faces, mean, worst })),
      [
        { figure: "psnr", faces: 3, mean: 25, worst: 20 },
        { figure: "error", faces: 2, mean: 2, worst: 3 },
        { figure: "truth", faces: 1, mean: 5, worst: 5 },
      ],
    );
  });

  it("knows what is bad of a judge's figures: less of the person, but more of them in the light", () => {
    const figures = (value: number) => ({ "coarse.LightCNN": value, "onGrey.light.LightCNN": value });
    const rows = spreadRows([figures(0.2), figures(0.8)], ["LightCNN"]);
    assert.deepEqual(
      rows.map(({ worst }) => worst),
      [0.2, 0.8],
    );
  });
});
