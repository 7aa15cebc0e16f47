import assert from "node:assert/strict";
import type { DatasetSource } from "../dataset.js";
import { mildAugmentation } from "./augmentation.js";
import type { Batch } from "./batch.js";
import { type Loader, openLoader } from "./open-loader.js";

const module = new URL("./counting-dataset.ts", import.meta.url).href;
const size = 23;
const options = { batchSize: 4, seed: 5, augmentation: mildAugmentation };

describe("datasets/loader", () => {
  const loaders: Loader[] = [];
  const reads = new SharedArrayBuffer(4);
  const source: DatasetSource = { module, options: { size, side: 16, reads } };
  const open = async (...args: Parameters<typeof openLoader>) => {
    const loader = await openLoader(...args);
    loaders.push(loader);
    return loader;
  };
  const take = async (loader: Loader, count: number) => {
    const batches: Batch[] = [];
    for (let i = 0; i < count; i++) batches.push(await loader.next());
    return batches;
  };
  afterEach(async () => {
    for (const loader of loaders.splice(0)) await loader.close();
  });

  it("gives the same batches for the same seed, and goes on from any step with what would have come", async () => {
    const one = await take(await open(source, options), 12);
    const again = await take(await open(source, options), 12);
    assert.deepEqual(again, one);
    const later = await take(await open(source, { ...options, firstStep: 7 }), 5);
    assert.deepEqual(later, one.slice(7));
    const other = await take(await open(source, { ...options, seed: 6 }), 1);
    assert.notDeepEqual(other[0].ids, one[0].ids);
  });

  it("shows each sample at most once an epoch, in another order each time, in batches of one shape", async () => {
    const loader = await open(source, options);
    assert.deepEqual([loader.size, loader.side, loader.stepsPerEpoch], [size, 16, 5]);
    const batches = await take(loader, 10);
    const epochs = [batches.slice(0, 5), batches.slice(5)].map((epoch) => epoch.flatMap(({ ids }) => ids));
    for (const ids of epochs) assert.equal(new Set(ids).size, 20);
    assert.notDeepEqual(epochs[0], epochs[1]);
    for (const { images, masks, points } of batches) {
      assert.deepEqual(
        [images.length, masks.length, points.length],
        [4 * 16 * 16 * 3, 4 * 16 * 16, 4 * 68 * 2],
      );
    }
  });

  it("works ahead while a step is computed, without being let to run", async () => {
    const counter = new Int32Array(reads);
    Atomics.store(counter, 0, 0);
    const loader = await open(source, options);
    await loader.next();
    // A step that never gives way: it ends when the thread has read this batch and the two after it, counted from the start,
    // as by now it may have read them all.
    const wanted = 3 * 4;
    for (let now = Atomics.load(counter, 0); now < wanted; now = Atomics.load(counter, 0)) {
      assert.notEqual(Atomics.wait(counter, 0, now, 20_000), "timed-out", "nothing was read during the step");
    }
    assert.equal((await loader.next()).step, 1);
  });

  it("hands on what went wrong with a sample, a data set and a batch", async () => {
    const broken = await open({ module, options: { size: 4, side: 16, reads, broken: 2 } }, options);
    await assert.rejects(broken.next(), /sample 2 is broken/);
    await assert.rejects(
      openLoader({ module, options: { size: 3, side: 16, reads } }, options),
      /at most the 3 samples/,
    );
    const prepared = new URL("../prepare/prepared-dataset.ts", import.meta.url).href;
    await assert.rejects(
      openLoader({ module: prepared, options: { folder: "/nowhere" } }, options),
      /^InputError: \/nowhere: expected a finished preparation, with dataset\.json in it, got a folder without one\.$/,
    );
  });

  it("ends waiting steps when it is closed", async () => {
    const loader = await openLoader(source, { ...options, ahead: 0 });
    await loader.close();
    await assert.rejects(loader.next(), /the loader's thread has ended/);
  });
});
