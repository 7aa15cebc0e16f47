import assert from "node:assert/strict";
import { checkAnswer, judgeAnswer, type RightAnswer } from "./index.js";

const half: RightAnswer<number> = {
  is: 0.5,
  within: 0.01,
  hints: [{ when: (x) => x > 1, say: "An albedo is at most 1." }],
  hint: "Divide by the shading.",
  because: "picture / shading = albedo",
};

describe("checkAnswer", () => {
  it("takes a number within its tolerance, and says why it is right", () => {
    assert.deepEqual(judgeAnswer(0.509, half), { verdict: "right", say: half.because });
    assert.equal(judgeAnswer(0.511, half).verdict, "wrong");
  });

  it("answers a known mistake with its own hint, and any other with the general one", () => {
    assert.equal(judgeAnswer(2, half).say, "An albedo is at most 1.");
    assert.equal(judgeAnswer(0.2, half).say, half.hint);
  });

  it("is open without an answer, and never shows the right one", () => {
    const { data } = checkAnswer("Exercise 1", undefined, half);
    assert.equal(data["text/plain"], "… Exercise 1, open: no answer yet.");
    assert.doesNotMatch(String(checkAnswer("Exercise 1", 3, half).data["text/html"]), /0\.5/);
  });

  it("compares text without case and outer spaces, and truth values as they are", () => {
    const name: RightAnswer<string> = { is: "Light", hint: "h", because: "b" };
    assert.equal(judgeAnswer(" light", name).verdict, "right");
    assert.equal(judgeAnswer("albedo", name).verdict, "wrong");
    assert.equal(judgeAnswer(false, { is: true, hint: "h", because: "b" }).verdict, "wrong");
  });

  it("says what kind of answer is expected", () => {
    assert.match(judgeAnswer("0.5" as never, half).say, /is a number, and this is a string/);
    assert.match(judgeAnswer(Number.NaN, half).say, /finite number, and this is NaN/);
  });

  it("escapes what it shows", () => {
    const html = String(checkAnswer("<i>", 1, { ...half, hint: "a < b" }).data["text/html"]);
    assert.match(html, /&lt;i&gt;/);
    assert.match(html, /a &lt; b/);
  });
});
