import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { InputError } from "rerenderable";
import { resultFolders } from "../reconstruct/result-folders.js";
import { checkWritable, writeFolder } from "./write-folder.js";

describe("experiments/run/write-folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "write-folder-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const files = (text: string, ...names: readonly string[]) => ({
    ...Object.fromEntries(names.map((name) => [name, text])),
    "summary.json": JSON.stringify({ files: [...names, "summary.json"] }),
  });

  it("makes the folder whole, and replaces one of an earlier run", async () => {
    const place = path.join(folder, "deep", "result");
    await writeFolder(place, files("old", "a.txt", "gone.txt"));
    await writeFolder(place, files("new", "a.txt"));
    assert.deepEqual((await readdir(place)).sort(), ["a.txt", "summary.json"]);
    assert.equal(await readFile(path.join(place, "a.txt"), "utf8"), "new");
    assert.deepEqual(await readdir(path.dirname(place)), ["result"]);
  });

  it("removes what a run that was killed left beside its result, and nothing else", async () => {
    const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
    const left = [`.result.new.${uuid}.tmp`, `.result.old.${uuid}.tmp`];
    const others = [
      `.result.2.new.${uuid}.tmp`,
      `.other.new.${uuid}.tmp`,
      ".result.new.mine.tmp",
      "result.tmp",
    ];
    for (const name of [...left, ...others]) {
      await mkdir(path.join(folder, name));
      await writeFile(path.join(folder, name, "a.txt"), "");
    }
    const place = path.join(folder, "result");
    await writeFolder(place, files("new", "a.txt"));
    assert.deepEqual(
      (await readdir(folder)).sort(),
      [...left, ...others, "result"].sort(),
      "they may be in work",
    );
    await wait(20);
    await writeFolder(place, files("new", "a.txt"), 10);
    assert.deepEqual((await readdir(folder)).sort(), [...others, "result"].sort());
  });

  it("never replaces what it did not write", async () => {
    const place = path.join(folder, "result");
    await writeFolder(place, files("old", "a.txt"));
    await writeFile(path.join(place, "mine.txt"), "mine");
    await assert.rejects(writeFolder(place, files("new", "a.txt")), /got a folder with mine\.txt in it/);
    assert.equal(await readFile(path.join(place, "a.txt"), "utf8"), "old");
  });

  it("leaves what was there, and nothing else, when a file cannot be written", async () => {
    const place = path.join(folder, "result");
    await writeFolder(place, files("old", "a.txt"));
    const long = "x".repeat(300);
    await assert.rejects(writeFolder(place, files("new", "a.txt", long)), (error: unknown) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, /expected a folder that can be written to, got a name that is too long/);
      return true;
    });
    assert.equal(await readFile(path.join(place, "a.txt"), "utf8"), "old");
    assert.deepEqual(await readdir(folder), ["result"]);
  });

  it("knows beforehand where nothing can be written", async () => {
    const file = path.join(folder, "file");
    await writeFile(file, "");
    await checkWritable(path.join(folder, "not", "yet", "there"));
    for (const place of [file, path.join(file, "below")]) {
      await assert.rejects(checkWritable(place), /expected a folder .*, got a file where a folder should be/);
    }
    assert.deepEqual(await readdir(folder), ["file"]);
  });
});

describe("experiments/run/write-folder", () => {
  it("are named after the photos; equal stems are counted", () => {
    const photos = ["a/face.jpg", "b/Face.png", "face-2.png", "other.jpg", "face.gif"];
    const names = ["face", "Face-2", "face-2-2", "other", "face-3"];
    assert.deepEqual(
      resultFolders(photos, "out"),
      names.map((name) => path.join("out", name)),
    );
  });

  it("never leave the output folder", () => {
    assert.deepEqual(resultFolders(["...jpg", ".jpg"], "out"), [
      path.join("out", "photo"),
      path.join("out", "jpg"),
    ]);
  });
});
