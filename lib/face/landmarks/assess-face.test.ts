import assert from "node:assert/strict";
import { blankImage, type Point, type RgbImage } from "../../base/image/rgb-image.js";
import { createRandom } from "../../base/tensor/random.js";
import { alignFace } from "./align-face.js";
import { assessFace, faceLimits, sharpness } from "./assess-face.js";

/** A frontal face's 68 points on the alignment template of 224 px: enough of one for the pose. */
const frontal: Record<number, Point> = {
  27: [112, 92],
  30: [112, 135],
  33: [112, 145],
  31: [101, 142],
  35: [123, 142],
  48: [85, 161],
  54: [139, 161],
  36: [70, 96],
  37: [78, 93],
  38: [86, 93],
  39: [94, 96],
  40: [86, 99],
  41: [78, 99],
  42: [130, 96],
  43: [138, 93],
  44: [146, 93],
  45: [154, 96],
  46: [146, 99],
  47: [138, 99],
};
const points = Array.from({ length: 68 }, (_, i): Point => frontal[i] ?? [112, 190]);

function picture(value: (x: number, y: number) => number): RgbImage {
  const image = blankImage(300, 300);
  for (let p = 0; p < 300 * 300; p++) image.data.fill(value(p % 300, Math.floor(p / 300)), 3 * p, 3 * p + 3);
  return image;
}

const random = createRandom(1);
const noise = picture(() => random.uniform());
const ramp = picture((x, y) => (x + y) / 600);

describe("face/landmarks/assess-face", () => {
  it("measures a ramp as 1/4, noise as 1, one line in four as in between, whatever the contrast", () => {
    const whole: Point[] = [
      [10, 10],
      [280, 280],
    ];
    assert.ok(Math.abs(sharpness(ramp, whole) - 0.25) < 1e-4);
    assert.ok(Math.abs(sharpness(noise, whole) - 1) < 0.02);
    const lines = (contrast: number) => picture((x) => (Math.floor(x / 8) % 2 ? contrast : 0));
    // Of 8 neighbours one pair differs, of 8 pairs four apart four.
    assert.ok(Math.abs(sharpness(lines(1), whole) - 1 / 4) < 0.01);
    assert.ok(Math.abs(sharpness(lines(0.1), whole) - sharpness(lines(1), whole)) < 1e-4);
    assert.equal(sharpness(blankImage(300, 300), whole), 0);
  });

  it("finds nothing against a sharp frontal face, and gives its measures", () => {
    const { concerns, score, eyes, inside, pose } = assessFace(alignFace(noise, points), 0.95);
    assert.deepEqual(concerns, {});
    assert.equal(score, 0.95);
    assert.ok(Math.abs(eyes - 60) < 1e-6 && inside === 1);
    assert.ok(Math.abs(pose.yaw) < 1e-6);
  });

  it("says each concern in one line with the number and the limit", () => {
    const small = points.map(([x, y]): Point => [x / 4, y / 4]);
    const corner = points.map(([x, y]): Point => [x - 60, y - 60]);
    const turned = points.map(([x, y], i): Point => [i === 30 || i === 33 ? x + 60 : x, y]);
    const at = (place: readonly Point[], image = noise, score = 0.95) =>
      assessFace(alignFace(image, place), score).concerns;
    assert.match(at(small)["too-small"]!, /15\.0 px apart, 20 needed/);
    assert.match(at(corner)["cut-off"]!, /\d\d % of it inside the photo, 70 % needed/);
    assert.match(at(turned)["too-turned"]!, /turned by \d\d°, at most 65°/);
    assert.match(at(points, ramp).blurred!, /sharpness 0\.2\d, 0\.275 needed/);
    assert.match(at(points, noise, 0.5)["low-score"]!, /0\.50, 0\.8 needed/);
  });

  it("takes other limits, and no score where the points were given", () => {
    const face = alignFace(noise, points);
    assert.deepEqual(assessFace(face).concerns, {});
    const strict = { ...faceLimits, leastEyes: 100 };
    assert.deepEqual(Object.keys(assessFace(face, 0.9, strict).concerns), ["too-small"]);
  });

  it("needs the 68 points", () => {
    const five: Point[] = [
      [82, 96],
      [142, 96],
      [112, 135],
      [85, 161],
      [139, 161],
    ];
    assert.throws(() => assessFace(alignFace(noise, five)), /68 points but has 5/);
  });
});
