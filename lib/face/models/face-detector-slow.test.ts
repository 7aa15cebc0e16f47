/** The two networks as our layers, against face-api's own code for them on tfjs. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { readImage } from "../../base/image/read-image.js";
import type { RgbImage } from "../../base/image/rgb-image.js";
import { warpImage } from "../../base/image/warp.js";
import type { FaceNets } from "../landmarks/face-nets.js";
import { loadFaceNets } from "./face-detector.js";

const require = createRequire(import.meta.url);
const portrait = fileURLToPath(new URL("../../../datasets/portraits/astronaut.png", import.meta.url));

describe("face/models/face-detector", () => {
  let nets: FaceNets;
  let photo: RgbImage;
  // biome-ignore lint/suspicious/noExplicitAny: the package's build for this has no types
  let faceApi: any;
  let folder: string;
  before(async () => {
    await prepareEngine("wasm");
    nets = await loadFaceNets();
    photo = await readImage(portrait);
    faceApi = require("@vladmandic/face-api/dist/face-api.node-wasm.js");
    folder = path.join(path.dirname(require.resolve("@vladmandic/face-api/package.json")), "model");
  });
  after(() => nets.dispose());

  const input = (images: readonly RgbImage[]) =>
    new faceApi.NetInput(
      images.map(({ data, width, height }) => tf.mul(tf.tensor3d(data, [height, width, 3]), 255)),
      true,
    );
  const crop = (x: number, y: number, side: number, width = 112, height = width) => {
    const scale = width / side;
    return warpImage(photo, { scale, rotation: 0, translation: [-x * scale, -y * scale] }, width, height)
      .image;
  };

  it("finds the boxes that face-api's own network finds, in a square photo and in others", async () => {
    const own = new faceApi.SsdMobilenetv1();
    await own.loadFromDisk(folder);
    for (const [width, height] of [
      [512, 512],
      [512, 301],
      [333, 512],
    ] as const) {
      const image = crop(40, 0, 400, width, height);
      const expected = tf.tidy(() => {
        const { boxes, scores } = own.forwardInput(input([image]));
        return { corners: boxes[0].dataSync(), scores: scores[0].dataSync() };
      });
      const found = await nets.findBoxes(image);
      assert.equal(found.scores.length, 5118);
      assert.ok(Math.max(...found.scores) > 0.5, "the face is in the picture");
      for (const name of ["corners", "scores"] as const) {
        const errors = found[name].map((value, i) => Math.abs(value - expected[name][i]));
        assert.ok(Math.max(...errors) < 2e-4, `${width} x ${height}, ${name}: ${Math.max(...errors)}`);
      }
    }
    own.dispose();
  });

  it("finds the points that face-api's own network finds, one crop or several, asked at once", async () => {
    const own = new faceApi.FaceLandmark68Net();
    await own.loadFromDisk(folder);
    const batches = [[crop(170, 60, 110)], [crop(150, 50, 140), crop(0, 0, 400), crop(180, 70, 90)]];
    const found = await Promise.all(batches.map((crops) => nets.findPoints(crops)));
    for (const [i, crops] of batches.entries()) {
      const expected = tf.tidy(() => own.forwardInput(input(crops)).dataSync());
      assert.equal(found[i].length, 136 * crops.length);
      const errors = found[i].map((value, k) => Math.abs(value - expected[k]));
      assert.ok(Math.max(...errors) < 2e-5, `${Math.max(...errors)} of the crop`);
    }
    own.dispose();
  });
});
