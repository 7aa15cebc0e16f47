import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { type Photo, readImage } from "../../base/image/read-image.js";
import type { Point } from "../../base/image/rgb-image.js";
import { InputError } from "../../base/tensor/input-error.js";
import { loadFaceDetector } from "../models/face-detector.js";
import { alignFace } from "./align-face.js";
import { completeLandmarks } from "./complete-landmarks.js";
import type { FaceDetector } from "./detect-faces.js";
import { type FivePoints, fivePoints } from "./landmarks.js";

const portrait = fileURLToPath(new URL("../../../datasets/portraits/astronaut.png", import.meta.url));

describe("face/landmarks/complete-landmarks", () => {
  let detector: FaceDetector;
  let photo: Photo;
  let found: readonly Point[];

  before(async () => {
    await prepareEngine("wasm");
    detector = await loadFaceDetector();
    photo = await readImage(portrait);
    found = (await detector.detect(photo))[0].points;
  });
  after(() => detector.dispose());

  const complete = (five: readonly Point[]) =>
    completeLandmarks(detector, photo, { kind: "5", points: five as unknown as FivePoints }, "face.txt");

  it("takes 68 points as they are", async () => {
    const points = found.map(([x, y]): Point => [x + 1, y]);
    assert.equal(await completeLandmarks(detector, photo, { kind: "68", points }, "face.txt"), points);
  });

  it("finds from five points what it finds from the detector's box, to a pixel of the crop", async () => {
    const inCrop = alignFace(photo, found).toCrop.scale;
    for (const shift of [0, 2, -2]) {
      const five = fivePoints(found).map(([x, y]): Point => [x + shift, y - shift / 2]);
      const points = await complete(five);
      const distances = points.map(([x, y], i) => inCrop * Math.hypot(x - found[i][0], y - found[i][1]));
      const mean = distances.reduce((sum, d) => sum + d, 0) / 68;
      assert.ok(mean < 1, `moved by ${shift}: ${mean} px of 224`);
    }
  });

  it("refuses in one line five points where there is no face, and mirrored ones", async () => {
    const five = fivePoints(found);
    const elsewhere = five.map(([x, y]): Point => [x + 150, y + 200]);
    const swapped = [1, 0, 2, 4, 3].map((i) => five[i]);
    const together = five.map(([x, y]): Point => [100 + (x - 222) / 20, y]);
    for (const wrong of [elsewhere, swapped, together]) {
      await assert.rejects(complete(wrong), (error: unknown) => {
        assert.ok(error instanceof InputError && !error.message.includes("\n"));
        assert.match(error.message, /^face\.txt: expected /);
        return true;
      });
    }
  });
});
