import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "./base/engine/prepare-engine.js";
import { type Photo, readImage } from "./base/image/read-image.js";
import type { MaskImage, RgbImage } from "./base/image/rgb-image.js";
import { namedLights } from "./graphics/scene/named-lights.js";
import { reconstruct } from "./reconstruct.js";
import type { Reconstruction } from "./reconstruction.js";
import { createReconstructor, type Reconstructor } from "./reconstructor.js";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const astronaut = path.join(root, "datasets/portraits/astronaut.png");
/** Photos that do not come with the project; three of them, where they are there. */
const others = path.join(root, "../shared/data/ffhq-subset");
const steps = 8;

const rms = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

function numbers(result: Reconstruction): string {
  const { landmarkError, maskShare, metrics, fit } = result;
  const degrees = Array.from(fit.coefficients.angles, (a) => `${Math.round((a * 180) / Math.PI)}°`).join(" ");
  return (
    `landmarks ${landmarkError.toFixed(2)} px, rms identity ${rms(fit.coefficients.identity).toFixed(2)}, ` +
    `PSNR ${metrics.coarse.psnr.toFixed(1)} dB, SSIM ${metrics.coarse.ssim.toFixed(3)}, ` +
    `mask ${(100 * maskShare).toFixed(0)} %, angles ${degrees}`
  );
}

/** Every picture and map of a reconstruction, by name. */
function images({ pictures, maps, detail }: Reconstruction): [string, RgbImage | MaskImage][] {
  const { relit, ...rest } = pictures;
  return [rest, relit, maps, detail!.pictures].flatMap((group) => Object.entries(group));
}

function checkPictures(result: Reconstruction): void {
  for (const [name, { width, height, data }] of images(result)) {
    assert.ok(data.length === width * height * 3 || data.length === width * height, name);
    assert.ok(
      data.every((value) => value >= 0 && value <= 1),
      `${name} leaves [0, 1]`,
    ); // not a number fails too
  }
}

describe("reconstruct", () => {
  let reconstructor: Reconstructor;
  let photo: Photo;
  let result: Reconstruction;
  let tensorsBetween: number;

  before(async () => {
    await prepareEngine("wasm");
    reconstructor = await createReconstructor(128);
    photo = await readImage(astronaut);
    result = await reconstruct(reconstructor, photo, { steps });
    tensorsBetween = tf.memory().numTensors;
  });

  after(() => {
    reconstructor.dispose();
  });

  it("reconstructs the bundled portrait: points to 2 px, a plausible identity, 22 dB, most skin kept", () => {
    console.log(`      ${numbers(result)}`);
    assert.ok(result.landmarkError <= 2, `${result.landmarkError} px`);
    assert.ok(rms(result.fit.coefficients.identity) <= 1);
    assert.ok(result.metrics.coarse.psnr >= 22, `${result.metrics.coarse.psnr} dB`);
    assert.ok(result.maskShare > 0.7 && result.maskShare <= 1, `${result.maskShare}`);
    assert.ok(result.metrics.coarse.ssim > result.metrics.coarseGeometricMask.ssim - 0.2);
    const { losses } = result.fit;
    // Iterations over albedo and light alone come first; a cost is comparable within its stage only.
    assert.ok(losses.length >= steps && losses[0] > losses[1] && losses.every(Number.isFinite), `${losses}`);
    assert.deepEqual(result.warnings, []);
  });

  it("makes every picture within [0, 1] and without NaN, 224 px in image space, U texels in uv space", () => {
    checkPictures(result);
    const { pictures, maps } = result;
    for (const { width, height } of [
      ...Object.values({ ...pictures, relit: pictures.input }),
      ...Object.values(pictures.relit),
    ]) {
      assert.deepEqual([width, height], [224, 224]);
    }
    for (const { width, height } of Object.values(maps)) assert.deepEqual([width, height], [128, 128]);
    assert.deepEqual(Object.keys(pictures.relit), Object.keys(namedLights));
    assert.ok(result.vertices.every(Number.isFinite) && result.normals.every(Number.isFinite));
    assert.equal(result.vertices.length, 3 * reconstructor.model.vertexCount);
  });

  it("shows the albedo under the neutral light, and lays the face over the photo where it is seen", () => {
    const { albedo, relit, overlay, coarse, input } = result.pictures;
    assert.deepEqual(relit.ambient.data, albedo.data);
    let [outside, inside] = [0, 0];
    for (let p = 0; p < 224 * 224; p++) {
      const black = [0, 1, 2].every((k) => coarse.data[3 * p + k] === 0);
      const same = (other: RgbImage) =>
        [0, 1, 2].every((k) => overlay.data[3 * p + k] === other.data[3 * p + k]);
      if (!black && same(coarse)) inside++;
      if (black && same(input)) outside++;
    }
    // The rest are the outline, where both are mixed.
    assert.ok(inside > 10_000 && inside + outside > 0.985 * 224 * 224, `${inside} and ${outside}`);
  });

  it("gives identical bytes twice, whatever the photo is called, and leaves no tensors behind", async () => {
    const again = await reconstruct(reconstructor, { ...photo, file: "copies/other name.png" }, { steps });
    assert.equal(tf.memory().numTensors, tensorsBetween);
    assert.deepEqual(again.fit.coefficients, result.fit.coefficients);
    const bytes = ({ data }: RgbImage | MaskImage) =>
      Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const before = images(result);
    for (const [i, [name, image]] of images(again).entries())
      assert.ok(bytes(image).equals(bytes(before[i][1])), name);
    assert.deepEqual(again.metrics, result.metrics);
    assert.deepEqual(again.vertices, result.vertices);
  });

  it("takes known points in place of the detector, another size, and tells its stages in order", async () => {
    const crop: Photo = { ...result.aligned.image, file: "crop", scale: 1 };
    const stages: string[] = [];
    const small = await reconstruct(reconstructor, crop, {
      points: result.aligned.points68InCrop!,
      size: 128,
      steps: 4,
      onStage: (stage) => {
        if (stages.at(-1) !== stage) stages.push(stage);
      },
    });
    assert.equal(small.face, undefined);
    assert.equal(small.pictures.coarse.width, 128);
    checkPictures(small);
    assert.ok(small.landmarkError < 3, `${small.landmarkError}`);
    assert.deepEqual(stages, [
      "detection",
      "landmarks",
      "appearance",
      "coefficients",
      "detail",
      "maps",
      "pictures",
    ]);
  });

  it("says that a photo has no face, naming its file", async () => {
    const grey = new Float32Array(128 * 128 * 3).fill(0.5);
    const blank: Photo = { width: 128, height: 128, data: grey, file: "wall.png", scale: 1 };
    const held = tf.memory().numTensors;
    await assert.rejects(reconstruct(reconstructor, blank, { steps }), /wall\.png: .*face/);
    assert.equal(tf.memory().numTensors, held);
  });

  it("reconstructs three photos of other people", async function () {
    if (!existsSync(others)) {
      this.test!.title += `: no photos at ${path.relative(root, others)}`;
      this.skip();
    }
    for (const name of ["001.jpg", "002.jpg", "004.jpg"]) {
      const one = await reconstruct(reconstructor, await readImage(path.join(others, name)), { steps: 6 });
      console.log(`      ${name}: ${numbers(one)}`);
      checkPictures(one);
      assert.ok(one.landmarkError <= 4, `${name}: ${one.landmarkError} px`);
      assert.ok(one.metrics.coarse.psnr >= 18, `${name}: ${one.metrics.coarse.psnr} dB`);
    }
    assert.equal(tf.memory().numTensors, tensorsBetween);
  });

  it("frees all its tensors on `dispose`", async () => {
    const held = tf.memory().numTensors;
    (await createReconstructor(32)).dispose();
    assert.equal(tf.memory().numTensors, held);
  });
});
