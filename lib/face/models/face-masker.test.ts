import assert from "node:assert/strict";
import { maskByColour } from "./face-mask.js";
import { loadFaceMasker } from "./face-masker.js";

describe("face/models/face-masker", () => {
  it("knows the colour of skin and the face parser by name, and takes anything else for a file", async () => {
    const colour = await loadFaceMasker("colour");
    assert.equal(colour.mask, maskByColour);
    await colour.dispose();
    const parser = await loadFaceMasker();
    assert.notEqual(parser.mask, maskByColour);
    await parser.dispose();
    await assert.rejects(loadFaceMasker("none.onnx"), /none\.onnx: expected a face parsing network/);
  });
});
