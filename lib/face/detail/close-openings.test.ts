import assert from "node:assert/strict";
import type { MaskImage } from "../../base/image/rgb-image.js";
import { closeOpenings } from "./close-openings.js";

const mask = (...rows: readonly string[]): MaskImage => ({
  width: rows[0].length,
  height: rows.length,
  data: Float32Array.from(rows.join(""), Number),
});

describe("face/detail/close-openings", () => {
  const projected = mask("0000000", "0111110", "0101010", "0111110", "0100000");

  it("closes what the face encloses, and nothing that reaches the side of the picture", () => {
    assert.deepEqual(
      closeOpenings(projected, projected),
      mask("0000000", "0111110", "0111110", "0111110", "0100000"),
    );
  });

  it("leaves an opening open where something stands before the skin around it", () => {
    const bare = mask("0000000", "0110000", "0100000", "0110000", "0100000");
    assert.deepEqual(
      closeOpenings(bare, projected),
      mask("0000000", "0110000", "0110000", "0110000", "0100000"),
    );
  });
});
