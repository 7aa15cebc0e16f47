import assert from "node:assert/strict";
import { prepare } from "./configs/prepare.js";
import { type PrepareSettings, prepareSettings } from "./runners/prepare-settings.js";
import { allKeys, setSettings } from "./set-settings.js";

const set = (...assignments: string[]) =>
  setSettings<PrepareSettings>(prepare.settings, assignments, prepareSettings);

describe("experiments/set-settings", () => {
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
});
