import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  type IndexLine,
  indexLines,
  inShard,
  mergeParts,
  missingParts,
  readIndex,
  writeIndex,
  writePart,
} from "./photo-index.js";
import type { Outcome } from "./photo-store.js";

const items = Array.from({ length: 7 }, (_, i) => ({
  id: `${i}.jpg`,
  file: `${i}.jpg`,
  identity: String(i % 3),
}));
const outcome = (id: string): Outcome => ({ key: `key of ${id}`, accepted: true, sha256: "0" });

describe("datasets/prepare/photo-index", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "index-"));
    await mkdir(path.join(folder, "parts"));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const writeShard = async (index: number, count: number, from = items) => {
    const own = inShard(from, { index, count });
    await writePart(
      folder,
      { index, count },
      indexLines(
        own,
        own.map(({ id }) => outcome(id)),
      ),
    );
  };

  it("puts the parts of shards into the order of the listing, whoever came first", async () => {
    await writeShard(2, 3);
    await writeShard(0, 3);
    assert.deepEqual(await missingParts(folder, 3), [1]);
    await writeShard(1, 3);
    assert.deepEqual(await missingParts(folder, 3), []);
    const lines = await mergeParts(folder, 3, items);
    assert.deepEqual(
      lines,
      indexLines(
        items,
        items.map(({ id }) => outcome(id)),
      ),
    );
    await writeIndex(folder, lines);
    assert.deepEqual(await readIndex(folder), lines);
  });

  it("leaves out the second of two photos with the same bytes, and says of which it is one", async () => {
    const twice: IndexLine[] = [
      { id: "a.jpg", ...outcome("x") },
      { id: "b.jpg", ...outcome("x") },
    ];
    await writePart(folder, { index: 0, count: 1 }, twice);
    const [first, second] = await mergeParts(folder, 1, [
      { id: "a.jpg", file: "" },
      { id: "b.jpg", file: "" },
    ]);
    assert.deepEqual(first, twice[0]);
    assert.deepEqual(second, {
      id: "b.jpg",
      key: "key of x",
      accepted: false,
      reason: "repeated",
      detail: "the same photo as a.jpg",
    });
  });

  it("refuses parts of another listing", async () => {
    await writeShard(0, 2, items.slice(0, 5));
    await writeShard(1, 2);
    await assert.rejects(
      mergeParts(folder, 2, items),
      /parts: expected parts of one and the same listing of photos \(.*--resume\), got none with 6\.jpg\.$/,
    );
    await writeShard(0, 2);
    await assert.rejects(mergeParts(folder, 2, items.slice(1)), /got 7 photos for 6\.$/);
  });
});
