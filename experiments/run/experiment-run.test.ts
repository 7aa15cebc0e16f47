import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { InputError } from "rerenderable";
import { wholeRun } from "../../datasets/prepare/photo-index.js";
import { openRun } from "./experiment-run.js";

describe("experiments/run/experiment-run", () => {
  let results: string;
  beforeEach(async () => {
    results = await mkdtemp(path.join(tmpdir(), "experiment-run-"));
  });
  afterEach(() => rm(results, { recursive: true }));

  const open = (resume: boolean) =>
    openRun({ experiment: "e", name: "r", settings: { a: 1 }, free: [], results, resume, shard: wholeRun });
  const file = () => path.join(results, "e", "r", "config.json");

  it("refuses a config that is none, in one line that names it, and leaves it as it is", async () => {
    await mkdir(path.dirname(file()), { recursive: true });
    for (const [text, got] of [
      ['{"a": 1, "a": 2}', 'text that is none (it has two values of the name "a")'],
      ["null", "one without its settings"],
      ['{"experiment": "e"}', "one without its settings"],
      ['{"settings": [1]}', "one without its settings"],
    ] as const) {
      await writeFile(file(), text);
      await assert.rejects(open(true), (error: unknown) => {
        assert.ok(error instanceof InputError, `${error}`);
        assert.equal(error.message, `${file()}: expected the config of a run, as JSON, got ${got}.`);
        return true;
      });
      assert.equal(await readFile(file(), "utf8"), text);
    }
    assert.deepEqual(await readdir(path.dirname(file())), ["config.json"]);
  });

  it("refuses a folder in the config's place", async () => {
    await mkdir(file(), { recursive: true });
    await assert.rejects(open(true), /config\.json: expected the config of a run, got a directory\.$/);
  });

  it("does not begin where another process has begun, and ended, since it looked", async () => {
    const late = await open(false);
    await mkdir(path.dirname(file()), { recursive: true });
    await writeFile(file(), '{"settings": {"a": 1}}');
    await assert.rejects(late.begin(), /expected a new run .*, got one that was begun before\.$/);
  });
});
