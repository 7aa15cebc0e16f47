import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { evaluateDetail } from "../evaluate-detail/config.js";
import { evaluateDetailSettings } from "../evaluate-detail/settings.js";
import { prepare } from "../prepare/config.js";
import { type PrepareSettings, prepareSettings } from "../prepare/settings.js";
import { allKeys, fileAssignments, setSettings } from "./set-settings.js";

const set = (...assignments: string[]) =>
  setSettings<PrepareSettings>(prepare.settings, assignments, prepareSettings);

describe("experiments/run/set-settings", () => {
  it("changes values in place of the config's, each of its kind, and leaves the config as it is", () => {
    const changed = set(
      "path=7",
      "workers=3",
      "split.testShare=0.2",
      "preparation.landmarks=given",
      "path=a=b",
    );
    assert.deepEqual(
      [changed.path, changed.workers, changed.split.testShare, changed.preparation.landmarks],
      ["a=b", 3, 0.2, "given"],
    );
    assert.equal(set("path=7").path, "7");
    assert.equal(prepare.settings.workers, 2);
    assert.deepEqual(set(), prepare.settings);
  });

  it("lists all keys of a config", () => {
    assert.ok(allKeys(prepare.settings).includes("preparation.mostYaw"));
    assert.ok(!allKeys(prepare.settings).includes("preparation"));
  });

  for (const [assignment, message] of [
    [
      "workres=3",
      "--set workres: expected a setting of this experiment; the nearest is workers, got none of that name.",
    ],
    ["split.testshare=0.1", /^--set split\.testshare: .*the nearest is split\.testShare, got none/],
    ["mostYaw=3", /the nearest is preparation\.mostYaw, got/],
    ["path.x=3", /^--set path\.x: expected a setting of this experiment/],
    ["constructor=3", /^--set constructor: expected a setting of this experiment/],
    ["__proto__.x=3", /^--set __proto__\.x: expected a setting of this experiment/],
    ["split=3", '--set split: expected one of the settings in it (split.by, split.testShare), got "3".'],
    ["workers=abc", '--set workers: expected a number, got "abc".'],
    ["workers=1.5", '--set workers: expected a whole number, got "1.5".'],
    ["workers=0", '--set workers: expected a number from 1, got "0".'],
    ["split.testShare=2", '--set split.testShare: expected a number up to 1, got "2".'],
    ["dataset=fodler", /^--set dataset: expected one of folder, celeba, .*, got "fodler"\.$/],
    ["path=", '--set path: expected a text that is not empty, got "".'],
    ["workers", '--set: expected key=value, got "workers".'],
  ] as const) {
    it(`refuses ${assignment} in one line`, () => {
      assert.throws(
        () => set(assignment),
        (error: Error) => {
          if (typeof message === "string") assert.equal(error.message, message);
          else assert.match(error.message, message);
          return error.name === "InputError" && !error.message.includes("\n");
        },
      );
    });
  }

  describe("a file of settings", () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "settings-"));
    });
    after(() => rm(folder, { recursive: true }));
    const write = async (name: string, text: string) => {
      const file = path.join(folder, name);
      await writeFile(file, text);
      return file;
    };

    it("changes what it has, lists too, alone or in the form of a run's config.json", async () => {
      const settings = { prior: "fit", subsets: ["easy"], refine: { losses: { weights: { image: 3 } } } };
      for (const content of [settings, { experiment: "evaluate-detail", settings }]) {
        const file = await write("settings.json", JSON.stringify(content));
        const changed = setSettings(
          evaluateDetail.settings,
          await fileAssignments(file),
          evaluateDetailSettings,
        );
        const { prior, subsets, refine } = changed;
        assert.deepEqual([prior, subsets, refine.losses.weights.image], ["fit", ["easy"], 3]);
        const { weights } = evaluateDetail.settings.refine.losses;
        assert.equal(refine.losses.weights.symmetry, weights.symmetry);
      }
    });

    it("is refused in one line where it is none", async () => {
      for (const [file, got] of [
        [path.join(folder, "missing.json"), /got no such file\.$/],
        [await write("text.json", "no JSON"), /got text that is none/],
        [await write("list.json", "[1]"), /got JSON that is none\.$/],
        [
          await write("deep.json", `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`),
          /got text that is none \(it is nested deeper than 64\)\.$/,
        ],
        [
          await write("twice.json", '{"seed": 1, "seed": 2}'),
          /got text that is none \(it has two values of the name "seed"\)\.$/,
        ],
      ] as const) {
        await assert.rejects(fileAssignments(file), (error: Error) => {
          assert.ok(error.message.startsWith(`${file}: expected settings as JSON`), error.message);
          return error.name === "InputError" && got.test(error.message);
        });
      }
    });
  });
});
