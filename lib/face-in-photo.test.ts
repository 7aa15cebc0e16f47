import assert from "node:assert/strict";
import { prepareEngine } from "./base/engine/prepare-engine.js";
import type { MaskImage } from "./base/image/rgb-image.js";
import { applySimilarity, type Similarity } from "./base/image/similarity.js";
import { coefficientTensors, poseFace } from "./face/fitting/face-geometry.js";
import type { PhotoFit } from "./face/fitting/fit-photo.js";
import { photoToCrop } from "./face/landmarks/align-face.js";
import { neutralCoefficients } from "./face/morphable-model/coefficients.js";
import { loadMorphableModel } from "./face/morphable-model/load-model.js";
import type { MorphableModel } from "./face/morphable-model/morphable-model.js";
import { createMorphableModel } from "./face/morphable-model/morphable-model.js";
import { faceInPhoto } from "./face-in-photo.js";
import { ambientLight, directionalLight } from "./graphics/scene/light.js";
import type { Reconstruction } from "./reconstruction.js";

const size = 112;
/** The crop is the photo halved, turned by 0.3 and moved. */
const toCrop: Similarity = { scale: 0.5, rotation: 0.3, translation: [20, -25] };
const [width, height] = [300, 260];
const light = ambientLight([0.8, 0.8, 0.8]);

/** A photo that is grey, with a face of an even albedo in an even light as what was reconstructed. */
describe("face-in-photo", () => {
  let model: MorphableModel;
  let result: Reconstruction;
  const grey = 128;
  const photo = { width, height, data: new Uint8Array(3 * width * height).fill(grey) };
  const disc = (radius: number): MaskImage => ({
    width: size,
    height: size,
    data: new Float32Array(size * size).map((_, p) =>
      Math.hypot((p % size) - size / 2, Math.floor(p / size) - size / 2) < radius ? 1 : 0,
    ),
  });

  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadMorphableModel("embedded"));
    const coefficients = neutralCoefficients({ light: Float32Array.from(light) });
    const posed = poseFace(model, coefficientTensors([coefficients]));
    const even = (side: number, value: number) => ({
      width: side,
      height: side,
      data: new Float32Array(3 * side * side).fill(value),
    });
    const mask = disc(25);
    result = {
      aligned: { image: even(size, grey / 255), toCrop },
      fit: { coefficients, mask, projectedMask: mask } as unknown as PhotoFit,
      maps: { albedo: even(32, 0.6) },
      vertices: posed.vertices.dataSync<"float32">().slice(),
      normals: posed.normals.dataSync<"float32">().slice(),
    } as unknown as Reconstruction;
    posed.vertices.dispose();
    posed.normals.dispose();
  });
  after(() => model.dispose());

  const pixelAt = (data: Uint8Array, [x, y]: readonly [number, number]) => {
    const at = 3 * (Math.floor(y) * width + Math.floor(x));
    return [...data.subarray(at, at + 3)];
  };
  /** Where a pixel of the crop stands in the photo. */
  const inPhoto = (crop: readonly [number, number]): [number, number] => {
    const { scale, rotation, translation } = toCrop;
    const back = { scale: 1 / scale, rotation: -rotation, translation: [0, 0] as const };
    return applySimilarity(back, [crop[0] - translation[0], crop[1] - translation[1]]);
  };

  it("renders the face where the crop says it is, and leaves the rest of the photo as it was, to the byte", async () => {
    const face = await faceInPhoto(model, result, photo);
    const { data } = await face.render();
    face.dispose();
    const middle = pixelAt(data, inPhoto([size / 2 + 4, size / 2 + 8]));
    // Albedo 0.6 under an even light of 0.8.
    for (const value of middle) assert.ok(Math.abs(value - 255 * 0.48) <= 1, `${middle}`);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [cx, cy] = applySimilarity(toCrop, [x + 0.5, y + 0.5]);
        if (Math.hypot(cx - size / 2, cy - size / 2) < 28) continue;
        if (pixelAt(data, [x, y]).some((value) => value !== grey)) assert.fail(`changed at ${x}, ${y}`);
      }
    }
    assert.equal(photo.data[3 * (130 * width + 150)], grey, "the photo itself stays");
  });

  it("does not change a photo that is lit by the light that it has", async () => {
    const face = await faceInPhoto(model, result, photo, { foreground: disc(50) });
    const { data } = await face.relight(light);
    face.dispose();
    assert.ok(data.every((value) => Math.abs(value - grey) <= 1));
  });

  it("lights the side of the photo from which the light comes, keeps the mean, and has no edge", async () => {
    const face = await faceInPhoto(model, result, photo, { foreground: disc(50) });
    const { data } = await face.relight(directionalLight([1, 0, 1], [1, 1, 1]));
    face.dispose();
    const [centreX, centreY] = inPhoto([size / 2, size / 2]);
    const at = (dx: number) => pixelAt(data, [centreX + dx, centreY + 10])[0];
    assert.ok(at(30) > at(-30) + 40, `${at(-30)} ${at(30)}`);
    let [sum, count, greatest] = [0, 0, 0];
    for (let y = 0; y < height; y++) {
      for (let x = 1; x < width; x++) {
        const [cx, cy] = applySimilarity(toCrop, [x + 0.5, y + 0.5]);
        const away = Math.hypot(cx - size / 2, cy - size / 2);
        const step = Math.abs(data[3 * (y * width + x)] - data[3 * (y * width + x - 1)]);
        if (away > 26) greatest = Math.max(greatest, step);
        if (away < 25) [sum, count] = [sum + data[3 * (y * width + x)], count + 1];
      }
    }
    assert.ok(Math.abs(sum / count - grey) < 10, `${sum / count}`);
    assert.ok(greatest < 24, `a step of ${greatest} beyond the skin`);
  });

  it("counts pixels of a photo that was shrunk on reading at the photo's own size", () => {
    const [x, y] = applySimilarity(photoToCrop(result.aligned, 0.25), [400, 200]);
    const [ex, ey] = applySimilarity(toCrop, [100, 50]);
    assert.ok(Math.hypot(x - ex, y - ey) < 1e-9);
  });
});
