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
    const ask = (all: readonly number[], without: readonly number[]) =>
      claimsOf([...lines("all", all), ...lines("no-image-gradient", without)], 1, [])[0];
    const claim = ask([0.8, 0.6], [0.3, 0.2]);
    assert.equal(claim.shown, true);
    assert.match(
      claim.sentence,
      /^Without Eq\. 15, the share of detail below 4 texels in A′ falls from 0\.700 to 0\.250/,
    );
    assert.match(claim.sentence, /: as it should\.$/);
    const unsure = ask([0.5, 0.6], [0.6, 0.4]);
    assert.equal(unsure.shown, false);
    assert.match(unsure.sentence, /it should fall, which 2 faces do not show\.$/);
    assert.match(ask([0.1, 0.2], [0.3, 0.5]).sentence, /it should fall, and goes the other way\.$/);
  });

  it("ask each judge who the light is, and compare with two networks where these ran", () => {
    const figure = (value: number) => ({ "onGrey.light.faceres": value, "onGrey.light.dlib": value });
    const of = (variant: Line["variant"], values: readonly number[]) =>
      values.map((value, i): Line => ({ id: `face ${i}`, group: "easy", variant, figures: figure(value) }));
    const claims = claimsOf(
      [...of("all", [0.5, 0.6]), ...of("no-cross-perceptual", [0.6, 0.7]), ...of("two-networks", [0.7, 0.9])],
      1,
      ["faceres", "dlib"],
    );
    assert.deepEqual(
      claims.map(({ shown, base, sentence }) => [
        shown,
        base,
        /by (\w+) (\w+) from/.exec(sentence)?.slice(1),
      ]),
      [
        [true, "all", ["faceres", "rises"]],
        [true, "all", ["dlib", "rises"]],
        [false, "two-networks", ["faceres", "falls"]],
        [false, "two-networks", ["dlib", "falls"]],
      ],
    );
    assert.match(claims[2].sentence, /^Without Eq\. 5 against Eq\. 5 by two networks, /);
  });
});
