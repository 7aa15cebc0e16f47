import assert from "node:assert/strict";
import { cosinesOnGrey, type GreyIdentity, greyJudge, identityRows, rankOne } from "./identity-on-grey.js";

const at = (degrees: number) => {
  const angle = (degrees * Math.PI) / 180;
  return { judge: Float32Array.of(Math.cos(angle), Math.sin(angle)) };
};
/** Photos at 0°, 90° and 180°; the first face has no light of another. */
const people: GreyIdentity[] = [
  { photo: at(0), renderings: { detailed: at(10), light: at(100) } },
  { photo: at(90), renderings: { detailed: at(60), swapped: at(120), light: at(100) } },
  { photo: at(180), renderings: { detailed: at(130), swapped: at(170), light: at(100) } },
];

describe("experiments: identity on grey", () => {
  it("counts the renderings whose own photo is the nearest, by hand, of those that there are", () => {
    assert.deepEqual(rankOne(people), {
      detailed: { faces: 3, judge: 2 },
      light: { faces: 3, judge: 1 },
      swapped: { faces: 2, judge: 2 },
    });
    assert.deepEqual(rankOne([]), {});
    assert.deepEqual(rankOne(people.slice(0, 1)).light, { faces: 1, judge: 1 });
  });

  it("gives the cosine to the own photo, and a table of means and counts", () => {
    const cosines = cosinesOnGrey(people[1]);
    assert.deepEqual(Object.keys(cosines), [
      "onGrey.detailed.judge",
      "onGrey.swapped.judge",
      "onGrey.light.judge",
    ]);
    assert.ok(Math.abs(cosines["onGrey.detailed.judge"] - Math.cos(Math.PI / 6)) < 1e-6);
    assert.deepEqual(
      identityRows(people).find(({ rendering }) => rendering === "swapped"),
      { rendering: "swapped", faces: 2, judge: 0.925, "rank one judge": 2 },
    );
  });

  it("shows the judges the skin alone, and each photo once", async () => {
    const seen: number[][] = [];
    const judge = greyJudge({
      embed: async ({ data }) => {
        seen.push([...data]);
        return { judge: data };
      },
    });
    const image = { width: 1, height: 2, data: Float32Array.of(0.25, 0.25, 0.25, 1, 1, 1) };
    const rendering = { ...image, data: Float32Array.of(2, 2, 2, 0, 0, 0) };
    const sample = { mask: Uint8Array.of(1, 0), surface: { pixel: Int32Array.of(0) } };
    const identity = await judge({ image, points: [] }, sample, { coarse: rendering });
    await judge({ image, points: [] }, sample, { coarse: rendering });
    const grey = [0.5, 0.5, 0.5];
    const [photo, drawn] = [
      [0.25, 0.25, 0.25, ...grey],
      [1, 1, 1, ...grey],
    ];
    assert.deepEqual(seen, [photo, drawn, drawn]);
    assert.deepEqual([...identity.photo.judge], photo);
  });
});
