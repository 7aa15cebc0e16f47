import assert from "node:assert/strict";
import { chooseSubject } from "./choose-subject.js";

const face = (x: number, side: number, score: number) => ({
  box: { x, y: 0, width: side, height: side },
  score,
});
const policy = { leastScore: 0.8, mostRival: 0.5 };

describe("datasets/prepare/chooseSubject", () => {
  it("takes the one face, or the largest where the others are much smaller", () => {
    assert.equal((chooseSubject([face(0, 100, 0.9)], policy) as { score: number }).score, 0.9);
    const faces = [face(0, 60, 0.99), face(100, 100, 0.9)];
    assert.deepEqual(chooseSubject(faces, policy), faces[1]);
  });

  it("does not guess between two large faces, unless the annotation says which", () => {
    const faces = [face(0, 100, 0.99), face(200, 90, 0.9)];
    assert.deepEqual(chooseSubject(faces, policy), {
      reason: "several-faces",
      detail: "2 faces, the second 81 % of the largest",
    });
    const known = [[210, 20] as const, [260, 40] as const];
    assert.deepEqual(chooseSubject(faces, policy, known), faces[1]);
    assert.deepEqual(chooseSubject(faces, policy, [[150, 20]]), {
      reason: "no-face",
      detail: "no face was found where the annotation has one",
    });
  });

  it("does not count faces with a low score, and says how low", () => {
    assert.deepEqual(chooseSubject([face(0, 100, 0.9), face(200, 120, 0.79)], policy), face(0, 100, 0.9));
    const { reason, detail } = chooseSubject([face(0, 10, 0.41)], policy) as {
      reason: string;
      detail: string;
    };
    assert.deepEqual([reason, detail], ["low-score", "best score 0.41, at least 0.8 needed"]);
    assert.equal((chooseSubject([], policy) as { reason: string }).reason, "no-face");
  });
});
