import assert from "node:assert/strict";
import { printedRow } from "./printed-row.js";

describe("experiments: the paper's own row of Table 3", () => {
  const cells = (judges: readonly string[], row = { psnr: 28.9, ssim: 0.93, LightCNN: 0.93, evoLVe: 0.86 }) =>
    Object.fromEntries(
      Object.entries(printedRow("ours", row, judges)).filter(([column]) => judges.includes(column)),
    );

  it("has the paper's judges in their own columns, whatever their order", () => {
    assert.deepEqual(cells(["LightCNN", "evoLVe"]), { LightCNN: 0.93, evoLVe: 0.86 });
    assert.deepEqual(cells(["evoLVe", "dlib", "LightCNN"]), {
      evoLVe: 0.86,
      dlib: undefined,
      LightCNN: 0.93,
    });
  });

  it("has them by name in the columns of those that stand in for them", () => {
    assert.deepEqual(cells(["faceres", "dlib"]), { faceres: "LightCNN 0.93", dlib: "evoLVe 0.86" });
    assert.deepEqual(cells(["LightCNN", "dlib"]), { LightCNN: 0.93, dlib: "evoLVe 0.86" });
    assert.deepEqual(cells(["faceres"]), { faceres: "LightCNN 0.93" });
  });

  it("leaves empty what the paper could not measure", () => {
    const row = { psnr: 26.5, ssim: 0.898 } as Parameters<typeof cells>[1];
    assert.deepEqual(cells(["faceres", "evoLVe"], row), { faceres: undefined, evoLVe: undefined });
  });
});
