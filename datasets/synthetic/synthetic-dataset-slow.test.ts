import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Dataset } from "../dataset.js";
import { openDataset } from "./synthetic-dataset.js";

describe("datasets/synthetic: as a data set", () => {
  let folder: string;
  let dataset: Dataset;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "rerenderable-synthetic-"));
    dataset = await openDataset({ subset: "easy", count: 3, side: 48, uvSize: 64, folder });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("gives samples with their truth, the same bits each time", async () => {
    const sample = await dataset.read(2);
    assert.deepEqual(await dataset.read(2), sample);
    assert.equal(sample.id, "synthetic/easy/2");
    assert.deepEqual([sample.image.width, sample.mask.data.length, sample.points.length], [48, 48 * 48, 68]);
    const { coefficients, uvAlbedo, visible } = sample.truth!;
    assert.equal(coefficients!.identity.length, 80);
    assert.equal(uvAlbedo!.data.length, 3 * 64 * 64);
    // Bare skin is a part of the face.
    assert.ok(sample.mask.data.every((skin, p) => skin <= visible!.data[p]));
    assert.ok(sample.mask.data.some((skin) => skin === 1));
  });

  it("has the subset's size unless told another, and says so when asked beyond", async () => {
    assert.equal(dataset.size, 3);
    await assert.rejects(dataset.read(3), /openDataset: `index` should be from 0 to 2 but is 3\./);
  });
});
