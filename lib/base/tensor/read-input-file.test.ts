import assert from "node:assert/strict";
import { rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { InputError } from "./input-error.js";
import { readInputFile, readInputText } from "./read-input-file.js";

describe("base/tensor/read-input-file", () => {
  it("says in plain words that there is no file, or a directory", async () => {
    const absent = path.join(tmpdir(), "there-is-no-such-file");
    await assert.rejects(readInputFile(absent, "a photo"), new InputError(absent, "a photo", "no such file"));
    await assert.rejects(readInputText(tmpdir(), "text"), new InputError(tmpdir(), "text", "a directory"));
  });

  it("gives the same bytes and text as are in the file", async () => {
    const text = await readInputText(import.meta.filename, "this test");
    assert.match(text, /^import assert/);
    assert.equal((await readInputFile(import.meta.filename, "this test")).length, Buffer.byteLength(text));
  });

  it("reads no device, which may have no end, and no file that is larger than any of its kind", async () => {
    await assert.rejects(readInputFile("/dev/zero", "a photo"), /expected a photo, got a device/);
    const file = path.join(tmpdir(), `large-${process.pid}`);
    await writeFile(file, "");
    await truncate(file, 400e6); // without a byte on the disk
    try {
      await assert.rejects(readInputFile(file, "a model"), /expected a model of at most 300 MB, got 400 MB/);
    } finally {
      await rm(file);
    }
  });
});
