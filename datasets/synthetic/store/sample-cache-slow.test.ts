import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { loadSyntheticAssets, type SyntheticAssets } from "../synthetic-assets.js";
import { generateSamples } from "./generate.js";
import { obtainSample, type SampleRequest, sampleFile, sampleKey, syntheticVersion } from "./sample-cache.js";

describe("datasets/synthetic: the cache", () => {
  const request: SampleRequest = { subset: "easy", seed: 1, size: 32 };
  let assets: SyntheticAssets;
  let folder: string;
  let file: string;
  before(async () => {
    assets = await loadSyntheticAssets(64);
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "rerenderable-synthetic-"));
    file = sampleFile(folder, sampleKey(assets, request));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("gives the same sample when it is read again, without making it again", async () => {
    const first = await obtainSample(assets, request, { folder });
    const bytes = await readFile(file);
    assert.deepEqual(await obtainSample(assets, request, { folder }), first);
    assert.deepEqual(await readFile(file), bytes);
  });

  for (const [what, damage] of [
    ["cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    [
      "changed in one byte",
      (bytes: Buffer) => Buffer.from(bytes.map((b, i) => (i === bytes.length - 9 ? b ^ 1 : b))),
    ],
    ["empty", () => Buffer.alloc(0)],
  ] as const) {
    it(`makes a file that is ${what} again, the same to the byte, and says so`, async () => {
      await obtainSample(assets, request, { folder });
      const bytes = await readFile(file);
      await writeFile(file, damage(bytes));
      const warnings: string[] = [];
      await obtainSample(assets, request, { folder, warn: (line) => warnings.push(line) });
      assert.equal(warnings.length, 1);
      assert.ok(warnings[0].includes(file) && warnings[0].endsWith("It is made again."), warnings[0]);
      assert.deepEqual(await readFile(file), bytes);
    });
  }

  it("keeps samples of another version, subset, seed, size or map apart", () => {
    const keys = [
      sampleKey(assets, request),
      sampleKey(assets, request, syntheticVersion + 1),
      sampleKey(assets, { ...request, subset: "occluded" }),
      sampleKey(assets, { ...request, seed: 2 }),
      sampleKey(assets, { ...request, size: 64 }),
      sampleKey({ ...assets, digest: "00000000" }, request),
      sampleKey({ ...assets, map: { ...assets.map, size: 128 } }, request),
    ];
    assert.equal(new Set(keys).size, keys.length);
  });

  it("does not take a file of another key for its own", async () => {
    await obtainSample(assets, request, { folder });
    const other = sampleFile(folder, sampleKey(assets, { ...request, seed: 2 }));
    await writeFile(other, await readFile(file));
    const warnings: string[] = [];
    const sample = await obtainSample(
      assets,
      { ...request, seed: 2 },
      { folder, warn: (line) => warnings.push(line) },
    );
    assert.equal(sample.scene.seed, 2);
    assert.match(warnings[0], /expected the sample .*\/2-\w+ but got .*\/1-\w+\./);
  });

  it("gives the same bytes for any number of workers", async () => {
    const seeds = [0, 1, 2];
    const alone = await mkdtemp(path.join(os.tmpdir(), "rerenderable-synthetic-"));
    try {
      const seen: number[] = [];
      const options = { subset: "easy", seeds, size: 32, uvSize: 64 } as const;
      await generateSamples({ ...options, folder: alone, assets });
      await generateSamples({ ...options, folder, workers: 2, onSample: (done) => seen.push(done) });
      assert.deepEqual(seen, [1, 2, 3]);
      for (const seed of seeds) {
        const key = sampleKey(assets, { ...request, seed });
        assert.deepEqual(await readFile(sampleFile(folder, key)), await readFile(sampleFile(alone, key)));
      }
    } finally {
      await rm(alone, { recursive: true, force: true });
    }
  });

  it("stops with a worker's own error", async () => {
    await assert.rejects(
      generateSamples({ subset: "easy", seeds: [1, -1], size: 32, uvSize: 64, folder, workers: 2 }),
      /sampleScene: `seed` should be a whole number from 0 but is -1\./,
    );
  });
});
