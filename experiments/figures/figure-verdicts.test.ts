import assert from "node:assert/strict";
import { InputError, meanTerms, type Terms } from "rerenderable";
import { checkVerdicts, verdictsOf } from "./figure-verdicts.js";

const variant = (name: string, count: string, faces: readonly Terms[], more: Terms = {}) => ({
  name,
  counts: { [count]: { counts: { ...meanTerms(faces), ...more }, faces } },
});

/** A training's faces: their cosines, and of how many the own photo is the nearest. */
const training = (cosines: readonly number[], nearest: number) =>
  variant(
    "",
    "identity-on-grey",
    cosines.map((cosine) => ({ "onGrey.swapped.judge": cosine })),
    { "rankOne.swapped.judge": nearest },
  );

const whiteFace = (white: Terms, prior: Terms) =>
  Object.fromEntries(
    Object.entries({ white, prior }).flatMap(([from, terms]) =>
      Object.entries(terms).map(([name, value]) => [`${from}.${name}`, value]),
    ),
  );

describe("experiments: what a figure shows", () => {
  it("asks of Eq. 5 whether every face under another's light is nearer to its photo, by hand", () => {
    const verdicts = (before: readonly number[], after: readonly number[]) =>
      verdictsOf(["cross-perceptual"], [training(before, 2), training(after, 3)], ["judge"]);
    const [gain] = verdicts([0.5, 0.6, 0.7], [0.6, 0.7, 0.8]);
    assert.deepEqual([gain.shown, gain.faces], [true, 3]);
    assert.ok(Math.abs(gain.compared.judge.difference - 0.1) < 1e-9);
    assert.equal(
      gain.sentence,
      "Shown over 3 faces, by one training each way: under the next face's light, on grey, the cosine to the own photo is " +
        "by judge 0.700 with the loss and 0.600 without (95 % interval of the difference 0.1000 to 0.1000), " +
        "and the own photo is the nearest for 3 and 2 faces.",
    );
    // One gains as much as the other loses.
    const [mixed] = verdicts([0.5, 0.7], [0.6, 0.6]);
    assert.equal(mixed.shown, false);
    assert.match(mixed.sentence, /^Not shown over 2 faces/);
    assert.equal(verdicts([0.5, 0.6], [0.4, 0.5])[0].shown, false);
  });

  it("asks of every judge", () => {
    const both = (one: number, other: number) =>
      variant("", "identity-on-grey", [{ "onGrey.swapped.one": one, "onGrey.swapped.other": other }]);
    const verdict = (after: number) =>
      verdictsOf(["cross-perceptual"], [both(0.5, 0.5), both(0.6, after)], ["one", "other"])[0];
    assert.deepEqual([verdict(0.6).shown, verdict(0.4).shown], [true, false]);
  });

  it("asks of a white map where the detail is and whether the colour is lost, by hand", () => {
    const prior = { albedoDetail: 0.7, lightDetail: 0.2, coarselyLitColour: 1, colour: 1, psnr: 30 };
    const faces = [0.1, 0.2].map((albedoDetail) =>
      whiteFace({ albedoDetail, lightDetail: 0.6, coarselyLitColour: 20, colour: 5, psnr: 20 }, prior),
    );
    const verdicts = verdictsOf(["white-prior"], [variant("", "white-prior", faces)], []);
    assert.deepEqual(
      verdicts.map(({ shown }) => shown),
      [true, false, true],
    );
    const [picture, albedo, colour] = verdicts.map(({ sentence }) => sentence);
    assert.match(
      picture,
      /R\(A′, L′\) has 0\.75 from white \(.*0\.70 to 0\.80\) and 0\.90 from the prior\.$/,
    );
    assert.match(
      albedo,
      /^Not shown over 2 faces: .* A′ has 0\.15 from white .* and 0\.70 from the prior\.$/,
    );
    assert.match(
      colour,
      /by 20\.0 in R\(A′, L\) and 5\.0 in R\(A′, L′\), from the prior by 1\.0 .* 20\.0 dB in place of 30\.0\.$/,
    );
  });

  it("wants its count and its variants, in one line", () => {
    const two = [{}, {}];
    checkVerdicts(["cross-perceptual"], { counts: ["identity-on-grey"], variants: two });
    checkVerdicts([], { counts: [], variants: two });
    assert.throws(
      () => checkVerdicts(["cross-perceptual"], { counts: ["identity-on-grey"], variants: [{}] }),
      new InputError("--set variants", "2 for the verdict cross-perceptual", "1"),
    );
    assert.throws(
      () => checkVerdicts(["white-prior"], { counts: ["detail-shares"], variants: [{}] }),
      new InputError("--set counts", '"white-prior", as the verdict white-prior reads it', "detail-shares"),
    );
  });
});
