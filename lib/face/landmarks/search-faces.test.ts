import assert from "node:assert/strict";
import { blankImage, type Point, type RgbImage } from "../../base/image/rgb-image.js";
import { applySimilarity, fitSimilarity } from "../../base/image/similarity.js";
import { portraitPoints } from "../../testing/portrait-points.js";
import { alignmentTemplate } from "./align-face.js";
import type { Box, FaceBox } from "./find-boxes.js";
import { fivePoints } from "./landmarks.js";
import { searchFaces, sureScore } from "./search-faces.js";

const box: Box = { x: 180, y: 75, width: 90, height: 105 };
const photo = blankImage(512, 512);

/** A detector that sees the portrait's face with one score in the photo and with another where it is cut out upright. */
function detector(inPhoto: number, upright: number, points: readonly Point[] = portraitPoints) {
  const asked: RgbImage[] = [];
  // The picture of 320 px in which a face is looked at once more.
  const upright320 = alignmentTemplate.map(([x, y]): Point => [x + 48, y + 48]);
  const toUpright = fitSimilarity(fivePoints(points), upright320);
  return {
    asked,
    async findBoxes(image: RgbImage, least = 0): Promise<FaceBox[]> {
      asked.push(image);
      const isUpright = image.width === 320;
      const found = isUpright
        ? { box: { x: 95, y: 85, width: 130, height: 165 }, score: upright }
        : { box, score: image === photo ? inPhoto : 0 };
      return found.score >= least && found.score > 0 ? [found] : [];
    },
    async locatePoints(image: RgbImage): Promise<Point[]> {
      if (image !== photo) return points.map((point) => applySimilarity(toUpright, point));
      return [...points];
    },
  };
}

describe("face/landmarks/search-faces", () => {
  it("confirms a sure face with one more look, and keeps its first points", async () => {
    const one = detector(sureScore, 0.97);
    const { faces } = await searchFaces(one, photo);
    assert.deepEqual(faces, [{ box, score: sureScore, points: portraitPoints }]);
    assert.equal(one.asked.length, 2);
  });

  it("keeps a sure face that nothing confirms, as of a profile, after it looked for a turned one", async () => {
    const one = detector(0.9, 0.3);
    assert.deepEqual((await searchFaces(one, photo)).faces, [{ box, score: 0.9 }]);
    assert.equal(one.asked.length, 2 + 7);
  });

  it("looks at a doubtful face again, cut out upright, and keeps its own score", async () => {
    const { faces } = await searchFaces(detector(0.45, 0.97), photo);
    assert.equal(faces.length, 1);
    assert.deepEqual([faces[0].box, faces[0].score], [box, 0.45]);
    assert.equal(faces[0].points?.length, 68);
  });

  it("takes a second box around a face that it has for the same face", async () => {
    const one = detector(sureScore, 0.97);
    const wide = { box: { x: 150, y: 60, width: 230, height: 400 }, score: 0.5 };
    const twice = {
      ...one,
      findBoxes: async (image: RgbImage, least?: number) => [
        ...(await one.findBoxes(image, least)),
        ...(image === photo ? [wide] : []),
      ],
    };
    assert.equal((await searchFaces(twice, photo)).faces.length, 1);
  });

  it("does not believe one that is no face upright, or whose points are none of a face, and says what was tried", async () => {
    const shuffled = portraitPoints.map((_, i) => portraitPoints[(29 * i) % 68]);
    for (const one of [detector(0.799, 0.7), detector(0.799, 0.97, shuffled)]) {
      const { faces, tried } = await searchFaces(one, photo);
      assert.deepEqual(faces, []);
      assert.match(
        tried,
        /^the whole photo, turned by 45° to 315°; the best candidate scored 0\.79, but is no face/,
      );
    }
  });

  it("looks in parts of a large photo last", async () => {
    const none = detector(0, 0);
    const { tried } = await searchFaces(none, blankImage(1100, 600));
    assert.equal(tried, "the whole photo, turned by 45° to 315°, 6 parts of 550 px");
    assert.equal(none.asked.length, 1 + 7 + 6);
  });

  it("takes what a least score lets through as it is, and looks no further", async () => {
    const one = detector(0.35, 0);
    assert.deepEqual((await searchFaces(one, photo, 0.15)).faces, [{ box, score: 0.35 }]);
    assert.deepEqual(await searchFaces(one, photo, 0.5), {
      faces: [],
      tried: "the whole photo; the best candidate scored 0.35",
    });
    assert.equal(one.asked.length, 2);
  });
});
