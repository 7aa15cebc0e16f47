import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { InputError } from "../../../base/tensor/input-error.js";
import { encodeMat } from "../../../testing/mat-fixture.js";
import { loadBaselFaceModel } from "./basel-face-model.js";

describe("face/morphable-model/basel/other-models", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "other-models-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("calls the raw Basel Face Models and FLAME what they are, and says what is missing", async () => {
    const numbers = { dimensions: [3, 1], values: Float32Array.of(1, 2, 3) };
    for (const [name, bytes, pattern] of [
      ["01_MorphableModel.mat", encodeMat({ shapeEV: numbers, texEV: numbers }), /2009 as it is released/],
      [
        "model2019_bfm.h5",
        Buffer.from("\x89HDF\r\n\x1a\n color expression shape", "latin1"),
        /2017 or 2019 \(HDF5\)/,
      ],
      ["generic_model.pkl", Buffer.from("\x80\x02}(U\nv_templateU\tshapedirs", "latin1"), /got FLAME/],
      ["other.h5", Buffer.from("\x89HDF\r\n\x1a\n weights", "latin1"), /HDF5/],
    ] as const) {
      const file = path.join(folder, name);
      await writeFile(file, bytes);
      await assert.rejects(loadBaselFaceModel(file), (error: unknown) => {
        assert.ok(error instanceof InputError && !error.message.includes("\n"));
        assert.match(error.message, pattern);
        if (name !== "other.h5") assert.match(error.message, /what is read is Deep3D's BFM_model_front\.mat/);
        return true;
      });
    }
  });
});
