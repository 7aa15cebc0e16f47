import assert from "node:assert/strict";
import { InputError } from "../../base/tensor/input-error.js";
import { chooseFace, chooseSoughtFace } from "./choose-face.js";
import type { FaceBox } from "./find-boxes.js";

const face = (side: number, score = 0.9): FaceBox => ({
  box: { x: 0, y: 0, width: side, height: side },
  score,
});

describe("face/landmarks/choose-face", () => {
  it("takes the only face without a word", () => {
    const only = face(50);
    assert.deepEqual(chooseFace("a.jpg", [only]), { face: only });
  });

  it("takes the largest of several, not the surest, and warns in one line", () => {
    const faces = [face(50, 0.99), face(80), face(20)];
    const { face: taken, warning } = chooseFace("a.jpg", faces);
    assert.equal(taken, faces[1]);
    assert.match(warning!, /^a\.jpg: 3 faces were found; the largest was taken .*1 to 3/);
  });

  it("takes the n-th by area without a warning", () => {
    const faces = [face(50), face(80), face(20)];
    assert.deepEqual(chooseFace("a.jpg", faces, { number: 2 }), { face: faces[0] });
  });

  it("refuses a number out of range and says the range", () => {
    for (const number of [0, 3, 1.5, Number.NaN]) {
      assert.throws(
        () => chooseFace("a.jpg", [face(50), face(20)], { number }),
        (error: unknown) =>
          error instanceof InputError && /a\.jpg: expected a face number from 1 to 2/.test(error.message),
      );
    }
  });

  it("says of a search in vain what was tried and what helps", () => {
    assert.throws(
      () => chooseSoughtFace("a.jpg", { faces: [], tried: "the whole photo, turned" }),
      /^InputError: a\.jpg: expected a face, got none in the whole photo, turned: its points .*--landmarks.* help\.$/,
    );
    const faces = [{ ...face(50, 0.41), how: "turned by 90°" }];
    assert.equal(chooseSoughtFace("a.jpg", { faces, tried: "" }).face, faces[0]);
  });

  it("never says 0.80 of a score below 0.8", () => {
    assert.throws(() => chooseFace("a.jpg", [face(50, 0.7999)]), /best candidate 0\.79\)/);
  });

  it("refuses a photo without a good face and says how good the best one was", () => {
    assert.throws(
      () => chooseFace("a.jpg", []),
      /a\.jpg: expected a face,.* 0\.8 or more, got no such face\.$/,
    );
    assert.throws(() => chooseFace("a.jpg", [face(50, 0.71)]), /best candidate 0\.71/);
    assert.equal(chooseFace("a.jpg", [face(50, 0.71)], { minimumScore: 0.7 }).face.score, 0.71);
  });
});
