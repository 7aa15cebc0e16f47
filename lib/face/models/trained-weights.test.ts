import assert from "node:assert/strict";
import { FileError } from "../../base/tensor/file-error.js";
import { faceParserFile, loadFaceParser } from "./face-parser.js";
import { regressorFile } from "./trained-regressor.js";
import { readWeights } from "./trained-weights.js";

describe("readWeights", () => {
  it("says what the weights are called, which model they are of and what they read", async () => {
    const { name, model, inputShapes } = await readWeights(faceParserFile, "a face parser", "scores");
    assert.deepEqual([name, model], ["face-parser", "embedded"]);
    assert.deepEqual(inputShapes, { image: [1, 112, 112, 3] });
  });

  it("refuses weights of another network in one line that names the file and what it is", async () => {
    await assert.rejects(
      loadFaceParser(regressorFile),
      new FileError(`${regressorFile}: should be a face parser but is "coefficient-regressor-quick".`),
    );
  });
});
