/** Crops for the regressor: truth that moves with the picture, files that come back, batches that repeat. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  createMorphableModel,
  createRandom,
  type MorphableModel,
  prepareEngine,
  shadingAt,
} from "rerenderable";
import { loadEmbeddedModel, type PointProjector, partStart, pointProjector } from "rerenderable/face";
import { augmentCrop } from "./augment-crop.js";
import type { RegressorCrop } from "./crop.js";
import { openCrops, writeCrops } from "./crop-file.js";
import { pairs } from "./crop-sample.js";
import { openCropSource } from "./crop-source.js";
import { moveFace } from "./move-pose.js";
import { renderFaceCrop } from "./render-face.js";

const side = 32;

describe("datasets/regressor-crops", () => {
  let model: MorphableModel;
  let projector: PointProjector;
  let folder: string;
  let crops: RegressorCrop[];
  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadEmbeddedModel());
    projector = pointProjector(model.data, model.data.detectedLandmarks!);
    folder = await mkdtemp(path.join(tmpdir(), "crops-"));
    crops = [];
    for (let seed = 0; seed < 3; seed++) crops.push(await renderFaceCrop(model, projector, side, seed));
  });
  after(async () => {
    model.dispose();
    await rm(folder, { recursive: true });
  });

  const at = (name: string) => path.join(folder, name);
  const lightOf = (face: ArrayLike<number>) =>
    Array.from({ length: 27 }, (_, i) => face[partStart.light + i]);

  it("turns a face with its picture, exactly about the middle, and the light with it", () => {
    const { face } = crops[0];
    const turn = 0.2;
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    const translation = [112 - 112 * cos + 112 * sin, 112 - 112 * sin - 112 * cos] as const;
    const moved = moveFace(face, projector, { scale: 1, rotation: turn, translation });
    assert.ok(moved.residual < 1e-3, `${moved.residual}`);
    // Clockwise on the screen: what lit a normal now lights the one turned by as much.
    const before = shadingAt(lightOf(face), [0.6, 0, 0.8]);
    const after = shadingAt(lightOf(moved.face), [0.6 * cos, -0.6 * sin, 0.8]);
    after.forEach((value, k) => {
      assert.ok(Math.abs(value - before[k]) < 1e-4);
    });
  });

  it("grows and shifts a face with its picture to a tenth of a pixel", () => {
    const moved = moveFace(crops[1].face, projector, { scale: 1.05, rotation: -0.03, translation: [-4, 3] });
    assert.ok(moved.residual < 0.3, `${moved.residual}`);
  });

  it("renders faces where alignment puts them, the same each time", async () => {
    const again = await renderFaceCrop(model, projector, side, 1);
    assert.deepEqual(again, crops[1]);
    for (const { face, mask } of crops) {
      const points = pairs(projector.place(projector.shape(face), face));
      const eyes = [36, 45].map((j) => points[j]);
      assert.ok(Math.abs((eyes[0][1] + eyes[1][1]) / 2 - 96) < 15, `${eyes}`);
      assert.ok(mask.some((value) => value === 1) && mask.some((value) => value === 0));
    }
  });

  it("comes back from a file as it went in", async () => {
    await writeCrops(at("crops.safetensors"), crops, side, "key");
    const file = await openCrops(at("crops.safetensors"), "key");
    assert.deepEqual([file.count, file.side], [3, side]);
    assert.deepEqual(await file.read(2), crops[2]);
    await file.close();
  });

  it("says in one line what is wrong with a file", async () => {
    await writeCrops(at("good.safetensors"), crops, side, "key");
    const bytes = await readFile(at("good.safetensors"));
    await writeFile(at("cut.safetensors"), bytes.subarray(0, bytes.length - 5));
    await writeFile(at("text.safetensors"), "no crops at all, but long enough");
    const cases: [file: string, key: string, message: RegExp][] = [
      ["good.safetensors", "other", /good\.safetensors: expected crops of the settings other, got key\.?$/],
      ["cut.safetensors", "key", /cut\.safetensors: expected \d+ bytes, got \d+\.?$/],
      ["text.safetensors", "key", /text\.safetensors: expected a file of crops, got no safetensors file\.?$/],
      ["none.safetensors", "key", /none\.safetensors: expected a file of crops, got ENOENT\.?$/],
    ];
    for (const [file, key, message] of cases) {
      await assert.rejects(openCrops(at(file), key), ({ message: said }: Error) => message.test(said));
    }
  });

  it("scales the light with the picture's brightness, and else leaves the truth as it is", () => {
    const [image, face] = [new Float32Array(3 * side * side), new Float32Array(257)];
    const crop = { ...crops[0], image: new Uint8Array(3 * side * side).fill(51) };
    augmentCrop(crop, { exposure: 0.3, whiteBalance: 0.1, noise: 0, blur: 1 }, createRandom(3), image, face);
    [0, 1, 2].forEach((k) => {
      const gain = image[3 * 500 + k] / 0.2;
      const start = partStart.light + 9 * k;
      for (let i = start; i < start + 9; i++) assert.ok(Math.abs(face[i] - gain * crop.face[i]) < 1e-5);
    });
    assert.deepEqual(face.slice(0, partStart.light), crop.face.slice(0, partStart.light));
  });

  it("draws the same batch from the same random numbers, samples first", async () => {
    await writeCrops(at("samples.safetensors"), crops.slice(0, 1), side, "key");
    await writeCrops(at("renders.safetensors"), crops.slice(1), side, "key");
    const augmentation = { exposure: 0, whiteBalance: 0, noise: 0, blur: 0 };
    const prepared = {
      key: "key",
      samples: [at("samples.safetensors")],
      renders: [at("renders.safetensors")],
    };
    const source = await openCropSource(prepared, { batchSize: 4, sampleShare: 0.5, augmentation });
    const [one, other] = [await source.batch(0, createRandom(5)), await source.batch(9, createRandom(5))];
    assert.deepEqual(one, other);
    const face = (i: number) => one.faces!.slice(257 * i, 257 * (i + 1));
    assert.deepEqual([face(0), face(1)], [crops[0].face, crops[0].face]);
    assert.ok([crops[1], crops[2]].some((crop) => crop.face.every((value, k) => value === face(3)[k])));
    await source.close();
  });
});
