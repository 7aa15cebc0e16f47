import assert from "node:assert/strict";
import { FileError } from "./file-error.js";
import { InputError } from "./input-error.js";
import { parseJson } from "./parse-json.js";

describe("base/tensor/parse-json", () => {
  it("reads what JSON.parse reads", () => {
    const value = { 'a"b': [1, -2.5e3, "x]}\\", null], "": { a: {}, b: [[], true] }, é: "\u001b{" };
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2), "7", '"a"', "[]"]) {
      assert.deepEqual(parseJson(text), JSON.parse(text));
    }
    for (const text of ["", "{", '{"a"', '"a', "[1}", "]", "{a: 1}"]) {
      assert.throws(() => parseJson(text), SyntaxError, text);
    }
  });

  it("refuses what is nested deeper than any file of ours, before it is built", () => {
    const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    assert.ok(parseJson(nested(64)));
    for (const text of [nested(65), nested(20_000), '{"a":'.repeat(20_000)]) {
      assert.throws(() => parseJson(text), /nested deeper than 64/);
    }
  });

  it("refuses a name twice in one object, however it is written", () => {
    assert.ok(parseJson('{"a": {"a": 1}, "b": [{"a": 1}, {"a": "a"}]}'));
    assert.throws(() => parseJson('{"a": 1, "b": {}, "a": 2}'), /two values of the name "a"/);
    assert.throws(() => parseJson('{"a": 1, "\\u0061" : 2}'), /two values of the name "a"/);
  });
});

describe("base/tensor/file-error", () => {
  it("shows what a terminal would obey as text", () => {
    const name = "a\u001b[2Jb\nc\u202ed";
    assert.equal(new FileError(`f: no ${name}.`).message, "f: no a\\u001b[2Jb\\u000ac\\u202ed.");
    assert.equal(new InputError("f", "one", name).message, "f: expected one, got a\\u001b[2Jb c\\u202ed.");
    assert.equal(new FileError("Фото/été 👩‍🦰.png").message, "Фото/été 👩‍🦰.png");
  });
});
