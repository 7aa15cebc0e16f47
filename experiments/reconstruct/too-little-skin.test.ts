import assert from "node:assert/strict";
import { InputError } from "rerenderable";
import { TooLittleSkinError } from "rerenderable/face";
import { tooLittleSkin } from "./too-little-skin.js";

describe("tooLittleSkin", () => {
  it("blames the photo for a mask without skin", () => {
    assert.throws(
      () => tooLittleSkin("a.jpg")(new TooLittleSkinError("fitAppearance: expected more.")),
      new InputError("a.jpg", "a face that shows enough skin to fit", "none"),
    );
  });

  it("lets every other error through as it is, whatever it says", () => {
    const other = new Error("expected at least 100 skin pixels");
    assert.throws(
      () => tooLittleSkin("a.jpg")(other),
      (error) => error === other,
    );
  });
});
