import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFileAtomically } from "./atomic-file.js";

describe("writeFileAtomically", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "atomic-file-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("writes and replaces a file and leaves nothing else", async () => {
    const path = join(folder, "weights.bin");
    await writeFileAtomically(path, Uint8Array.of(1, 2, 3));
    await writeFileAtomically(path, Uint8Array.of(4));
    assert.deepEqual([...(await readFile(path))], [4]);
    assert.deepEqual(await readdir(folder), ["weights.bin"]);
  });

  it("writes a text", async () => {
    await writeFileAtomically(join(folder, "config.json"), "{}\n");
    assert.equal(await readFile(join(folder, "config.json"), "utf8"), "{}\n");
  });

  it("leaves things as they were where it fails", async () => {
    const path = join(folder, "taken");
    await mkdir(path);
    await writeFile(join(path, "inside"), "kept");
    await assert.rejects(writeFileAtomically(path, Uint8Array.of(1)));
    assert.deepEqual(await readdir(folder), ["taken"]);
    assert.deepEqual(await readdir(path), ["inside"]);
  });

  it("fails where there is no such folder", async () => {
    await assert.rejects(writeFileAtomically(join(folder, "no", "file"), "x"), { code: "ENOENT" });
  });
});
