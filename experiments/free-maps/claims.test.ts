import assert from "node:assert/strict";
import { claimsOf, differencesOf, type Line } from "./claims.js";

const lines = (variant: Line["variant"], values: readonly number[], figure = "albedoDetail.below4"): Line[] =>
  values.map((value, i) => ({ id: `face ${i}`, group: "easy", variant, figures: { [figure]: value } }));

describe("experiments: claims of free maps", () => {
  it("compare each variant with all losses, face by face", () => {
    const all = lines("all", [0.8, 0.6, 0.7]);
    // In another order, and with one face that has no such figure with all losses.
    const without = [...lines("no-image-gradient", [0.3, 0.2, 0.1])].reverse();
    const extra = { ...without[0], id: "face 9" };
    const [found, ...more] = differencesOf([...all, ...without, extra], 1);
    assert.equal(more.length, 0);
    assert.equal(found.faces, 3);
    assert.ok(Math.abs(found.difference + 0.5) < 1e-9);
    assert.ok(Math.abs(found.all - 0.7) < 1e-9 && Math.abs(found.without - 0.2) < 1e-9);
    assert.deepEqual([found.larger, found.smaller], [0, 3]);
    assert.ok(found.low <= found.difference && found.difference <= found.high && found.high < 0);
  });

  it("say what is shown, and what is not", () => {
    const sure = differencesOf([...lines("all", [0.8, 0.6]), ...lines("no-image-gradient", [0.3, 0.2])], 1);
    const [claim] = claimsOf(sure, []);
    assert.equal(claim.shown, true);
    assert.match(
      claim.sentence,
      /^Without Eq\. 15, the share of detail below 4 texels in A′ falls from 0\.700 to 0\.250/,
    );
    assert.match(claim.sentence, /: as it should\.$/);
    const unsure = differencesOf([...lines("all", [0.5, 0.6]), ...lines("no-image-gradient", [0.6, 0.4])], 1);
    assert.equal(claimsOf(unsure, [])[0].shown, false);
    assert.match(claimsOf(unsure, [])[0].sentence, /it should fall, which 2 faces do not show\.$/);
    const against = differencesOf(
      [...lines("all", [0.1, 0.2]), ...lines("no-image-gradient", [0.3, 0.5])],
      1,
    );
    assert.match(claimsOf(against, [])[0].sentence, /it should fall, and goes the other way\.$/);
  });

  it("ask each judge who the light is", () => {
    const figures = ["onGrey.light.faceres", "onGrey.light.dlib"];
    const found = figures.flatMap((figure) =>
      differencesOf(
        [...lines("all", [0.5, 0.6], figure), ...lines("no-cross-perceptual", [0.6, 0.7], figure)],
        1,
      ),
    );
    const claims = claimsOf(found, ["faceres", "dlib"]);
    assert.deepEqual(
      claims.map(({ shown, sentence }) => [shown, /by (\w+) rises/.exec(sentence)?.[1]]),
      [
        [true, "faceres"],
        [true, "dlib"],
      ],
    );
  });
});
