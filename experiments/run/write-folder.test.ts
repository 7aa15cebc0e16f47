import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { InputError } from "rerenderable";
import { temporaryBeside } from "rerenderable/base";
import { resultFolders } from "../reconstruct/result-folders.js";
import { claimFolder } from "./claim-folder.js";
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
    const link = path.join(folder, "link");
    await symlink(path.join(folder, "nowhere"), link);
    await assert.rejects(checkWritable(path.join(link, "below")), /got a link that leads nowhere/);
    await assert.rejects(checkWritable(path.join(folder, "x".repeat(256))), /got a name that is too long/);
    if (process.platform === "linux") {
      await assert.rejects(checkWritable("/proc/result"), /^InputError: \/proc\/result: expected a folder/);
    }
    assert.deepEqual(await readdir(folder), ["file", "link"]);
  });

  it("writes under each name that the file system allows", async () => {
    for (const name of ["面".repeat(85), "x".repeat(255)]) {
      await writeFolder(path.join(folder, name), files("old", "a.txt"));
      await writeFolder(path.join(folder, name), files("new", "a.txt"));
      assert.deepEqual(await readdir(folder), [name]);
      await rm(path.join(folder, name), { recursive: true });
    }
  });

  it("lets one process claim a result, and gives one back that a kill left under its hidden name", async () => {
    const place = path.join(folder, "面".repeat(85));
    await writeFolder(place, files("old", "a.txt"));
    await rename(place, temporaryBeside(place, "old"));
    await claimFolder(place);
    assert.equal(await readFile(path.join(place, "a.txt"), "utf8"), "old");
    const link = path.join(folder, "link");
    await symlink(folder, link);
    for (const same of [place, path.join(link, path.basename(place))]) {
      await assert.rejects(claimFolder(same), (error: Error) =>
        error.message.endsWith(
          `expected a result that no other process is at, got one with process ${process.pid} at it.`,
        ),
      );
    }
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
