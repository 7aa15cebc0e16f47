import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import type { MaskImage, Point, RgbImage } from "../../base/image/rgb-image.js";
import { createRandom } from "../../base/tensor/random.js";
import type { Fragments } from "../../graphics/renderer/fragments.js";
import { projectedSkin, skinMask } from "./face-mask.js";

const size = 224;

/** Where a frontal face has the points from which the skin's colour is taken. */
const places: Record<number, Point> = {
  0: [40, 100],
  16: [184, 100],
  3: [50, 140],
  13: [174, 140],
  27: [112, 90],
  28: [112, 100],
  29: [112, 112],
  31: [102, 125],
  33: [112, 130],
  35: [122, 125],
};
const points = Array.from({ length: 68 }, (_, j): Point => places[j] ?? [112, 112]);

const disc = (x: number, y: number, radius: number) => (px: number, py: number) =>
  Math.hypot(px + 0.5 - x, py + 0.5 - y) < radius;

function maskOf(inside: (x: number, y: number) => boolean): MaskImage {
  const data = Float32Array.from({ length: size * size }, (_, p) =>
    Number(inside(p % size, Math.floor(p / size))),
  );
  return { width: size, height: size, data };
}

/** Skin of uneven brightness with a little noise, and other colours laid over it. */
function faceImage(
  patches: readonly (readonly [(x: number, y: number) => boolean, readonly number[]])[] = [],
): RgbImage {
  const random = createRandom(3);
  const data = new Float32Array(size * size * 3);
  for (let p = 0; p < size * size; p++) {
    const [x, y] = [p % size, Math.floor(p / size)];
    const light = 0.75 + 0.3 * (x / size);
    const patch = patches.find(([inside]) => inside(x, y));
    const colour = patch ? patch[1] : [0.8, 0.6, 0.5].map((c) => c * light);
    colour.forEach((c, k) => {
      data[3 * p + k] = c + 0.01 * random.normal();
    });
  }
  return { width: size, height: size, data };
}

const face = disc(112, 112, 80);
const share = (mask: MaskImage, inside: (x: number, y: number) => boolean) => {
  const chosen = Array.from(mask.data.keys()).filter((p) => inside(p % size, Math.floor(p / size)));
  return chosen.reduce((sum, p) => sum + mask.data[p], 0) / chosen.length;
};

describe("face/models/face-mask: skinMask", () => {
  it("keeps plain skin under uneven light", () => {
    const mask = skinMask(faceImage(), points, maskOf(face));
    assert.ok(share(mask, face) > 0.98, `${share(mask, face)}`);
  });

  it("leaves out a dark patch, a blue one and a bright one, and keeps the skin around them", () => {
    const [hair, cloth, glare] = [disc(75, 70, 14), disc(150, 165, 14), disc(150, 75, 10)];
    const image = faceImage([
      [hair, [0.06, 0.05, 0.05]],
      [cloth, [0.2, 0.35, 0.7]],
      [glare, [1, 1, 1]],
    ]);
    const mask = skinMask(image, points, maskOf(face));
    const [inHair, inCloth, inGlare] = [disc(75, 70, 11), disc(150, 165, 11), disc(150, 75, 7)];
    for (const inside of [inHair, inCloth, inGlare]) assert.equal(share(mask, inside), 0);
    const rest = (x: number, y: number) =>
      face(x, y) && !disc(75, 70, 17)(x, y) && !disc(150, 165, 17)(x, y) && !disc(150, 75, 13)(x, y);
    assert.ok(share(mask, rest) > 0.97, `${share(mask, rest)}`);
  });

  it("adapts to the face: dark skin is skin as well", () => {
    const { data, ...rest } = faceImage();
    const dark = { ...rest, data: data.map((value, i) => value * [0.35, 0.3, 0.27][i % 3]) };
    assert.ok(share(skinMask(dark, points, maskOf(face)), face) > 0.95);
  });

  it("closes pinholes and takes off specks", () => {
    const pinhole = (x: number, y: number) => x === 80 && y === 150;
    const speck = (x: number, y: number) => x === 75 && y === 70;
    const patch = (x: number, y: number) => disc(75, 70, 14)(x, y) && !speck(x, y);
    const dark = [0.06, 0.05, 0.05];
    const image = faceImage([pinhole, patch].map((inside) => [inside, dark] as const));
    const mask = skinMask(image, points, maskOf(face));
    assert.equal(share(mask, pinhole), 1);
    assert.equal(share(mask, speck), 0);
  });

  it("never leaves the projected mask and says only 0 or 1", () => {
    const projected = maskOf((x, y) => face(x, y) && !disc(90, 95, 8)(x, y));
    const mask = skinMask(faceImage(), points, projected);
    assert.ok(mask.data.every((value, p) => (value === 0 || value === 1) && value <= projected.data[p]));
    assert.equal(share(mask, disc(90, 95, 8)), 0);
  });

  it("takes the projected mask as it is when too little skin is in view to know its colour", () => {
    const rim = maskOf((x, y) => face(x, y) && !disc(112, 112, 70)(x, y));
    assert.deepEqual(skinMask(faceImage(), points, rim).data, rim.data);
  });
});

describe("face/models/face-mask: projectedSkin", () => {
  before(async () => {
    await prepareEngine("wasm");
  });

  it("is 1 where a skin triangle is seen, 0 on other triangles and where nothing is", async () => {
    const triangleId = tf.tensor3d([-1, 0, 1, 2, 1, -1], [1, 2, 3], "int32");
    const fragments = { triangleId } as unknown as Fragments;
    const mask = await projectedSkin(fragments, Uint8Array.of(1, 0, 1));
    assert.deepEqual([mask.width, mask.height, ...mask.data], [3, 2, 0, 1, 0, 1, 0, 0]);
    triangleId.dispose();
  });
});
