import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isTemporary, writeFileAtomically } from "./atomic-file.js";

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

  it("writes again what another process has removed before it was whole", async () => {
    const path = join(folder, "weights.bin");
    const writing = writeFileAtomically(path, Buffer.alloc(1e6, 1));
    let removed = 0;
    while (removed === 0) {
      for (const name of (await readdir(folder)).filter(isTemporary)) {
        await rm(join(folder, name));
        removed++;
      }
    }
    await writing;
    assert.equal((await readFile(path)).length, 1e6);
    assert.deepEqual(await readdir(folder), ["weights.bin"]);
  });

  it("has a name for what is not finished wherever there can be one for the file", async () => {
    for (const name of ["面".repeat(85), "😀".repeat(63)]) {
      await writeFileAtomically(join(folder, name), "x");
      assert.deepEqual(await readdir(folder), [name]);
      await rm(join(folder, name));
    }
  });

  it("fails where there is no such folder", async () => {
    await assert.rejects(writeFileAtomically(join(folder, "no", "file"), "x"), { code: "ENOENT" });
  });
});
