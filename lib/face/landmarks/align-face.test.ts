import assert from "node:assert/strict";
import { blankImage, type Point, type RgbImage } from "../../base/image/rgb-image.js";
import { applySimilarity, invertSimilarity, type Similarity } from "../../base/image/similarity.js";
import { alignFace, alignmentTemplate } from "./align-face.js";
import { fivePoints } from "./landmarks.js";

const placed: Similarity = { scale: 2.1, rotation: 0.3, translation: [40, 20] };
const fiveInPhoto = alignmentTemplate.map((point) => applySimilarity(placed, point));

/** 68 points whose five are the given ones. */
function spread(five: readonly Point[]): Point[] {
  return Array.from({ length: 68 }, (_, i): Point => {
    if (i >= 36 && i <= 47) return five[i <= 41 ? 0 : 1];
    return i === 48 ? five[3] : i === 54 ? five[4] : five[2];
  });
}

function gradient(): RgbImage {
  const image = blankImage(600, 560);
  for (let i = 0; i < 600 * 560; i++)
    image.data.set([(i % 600) / 600, Math.floor(i / 600) / 560, 0.5], 3 * i);
  return image;
}

describe("face/landmarks/align-face", () => {
  const photo = gradient();

  it("puts the five points on the template and undoes scale, turn and shift", () => {
    const { image, toCrop, points68InCrop } = alignFace(photo, spread(fiveInPhoto));
    assert.deepEqual([image.width, image.height], [224, 224]);
    const inverse = invertSimilarity(placed);
    assert.ok(Math.abs(toCrop.scale - inverse.scale) < 1e-9);
    assert.ok(Math.abs(toCrop.rotation - inverse.rotation) < 1e-9);
    for (const [i, [x, y]] of fivePoints(points68InCrop!).entries()) {
      assert.ok(Math.hypot(x - alignmentTemplate[i][0], y - alignmentTemplate[i][1]) < 1e-6);
    }
    // The picture agrees with the transform: the colour at a crop's pixel is the place it came from.
    const [x, y] = applySimilarity(placed, [112.5, 112.5]);
    const at = 3 * (112 * 224 + 112);
    assert.ok(Math.abs(image.data[at] - (x - 0.5) / 600) < 2e-3);
    assert.ok(Math.abs(image.data[at + 1] - (y - 0.5) / 560) < 2e-3);
  });

  it("gives the same from five points, without the 68", () => {
    const fromFive = alignFace(photo, fiveInPhoto);
    assert.deepEqual(fromFive.toCrop, alignFace(photo, spread(fiveInPhoto)).toCrop);
    assert.equal(fromFive.points68InCrop, undefined);
  });

  it("scales everything with the size", () => {
    const small = alignFace(photo, fiveInPhoto);
    const large = alignFace(photo, fiveInPhoto, 512);
    assert.deepEqual([large.image.width, large.image.height], [512, 512]);
    const factor = 512 / 224;
    assert.ok(Math.abs(large.toCrop.scale / small.toCrop.scale - factor) < 1e-9);
    assert.ok(Math.abs(large.box.width / small.box.width - factor) < 1e-9);
  });

  it("marks what lies outside the photo", () => {
    const corner = fiveInPhoto.map(([x, y]): Point => [x - 220, y - 250]);
    const { valid } = alignFace(photo, corner);
    assert.equal(valid.data[0], 0);
    assert.equal(valid.data[224 * 224 - 1], 1);
  });

  it("refuses sizes and counts that make no crop", () => {
    assert.throws(() => alignFace(photo, fiveInPhoto, 8), /at least 16 px but is 8/);
    assert.throws(() => alignFace(photo, fiveInPhoto.slice(1)), /68 points but has 4/);
  });
});
