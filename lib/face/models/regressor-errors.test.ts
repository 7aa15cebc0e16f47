import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { encodeRegressorErrors, errorsFileOf, readRegressorErrors } from "./regressor-errors.js";
import { regressorFile } from "./trained-regressor.js";

describe("face/models/regressor-errors", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "regressor-errors-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("are known of the weights that are shipped: 80 of the albedo and 27 of the light", async () => {
    const { albedo, light } = (await readRegressorErrors(regressorFile))!;
    assert.deepEqual([albedo.length, light.length], [80, 27]);
    for (const value of [...albedo, ...light]) assert.ok(value > 0 && value < 1.5, `${value}`);
  });

  it("are written and read, to three digits; are none where there is no file; and are of one file of weights", async () => {
    const weights = path.join(folder, "weights.safetensors");
    await writeFile(weights, "some");
    assert.equal(await readRegressorErrors(weights), undefined);
    const errors = { albedo: Float32Array.of(0.12345), light: Float32Array.of(2) };
    await writeFile(errorsFileOf(weights), await encodeRegressorErrors(weights, 5, errors));
    const back = await readRegressorErrors(weights);
    assert.deepEqual(back, { albedo: Float32Array.of(0.123), light: Float32Array.of(2) });
    await writeFile(weights, "others");
    await assert.rejects(
      readRegressorErrors(weights),
      /weights-errors\.json: should be of the weights .* measure anew/,
    );
  });
});
