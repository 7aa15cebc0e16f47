import assert from "node:assert/strict";
import {
  createMorphableModel,
  type DetailSample,
  directionalLight,
  linearToSrgb,
  loadMorphableModel,
  type MorphableModel,
  makeDetailSample,
  neutralCoefficients,
  prepareEngine,
  type RgbImage,
  seeFace,
  srgbToLinear,
  uvSpaceOf,
} from "rerenderable";
import { addLights, ambientLight } from "rerenderable/graphics";
import type { LightRecord } from "../synthetic/scene/scene-record.js";
import { relightPhoto } from "./relight-photo.js";

const size = 96;
const own = addLights(ambientLight([0.5, 0.45, 0.4]), directionalLight([0.5, 0.3, 1], [0.4, 0.4, 0.4]));
const other = addLights(ambientLight([0.4, 0.4, 0.5]), directionalLight([-0.6, 0.2, 1], [0.4, 0.35, 0.3]));
const harmonics = (light: readonly number[]): LightRecord => ({ kind: "harmonics", description: "", light });

describe("datasets/pairs: a photo under a second light", () => {
  let model: MorphableModel;
  let sample: DetailSample;

  /** The model's mean face, drawn under a light. */
  const drawn = async (light: readonly number[]): Promise<RgbImage> => {
    const { image } = await seeFace(model, neutralCoefficients({ light: Float32Array.from(light) }), size);
    return { width: size, height: size, data: image };
  };

  before(async () => {
    await prepareEngine("wasm");
    model = createMorphableModel(await loadMorphableModel("embedded"));
    const uvSpace = uvSpaceOf(model, 32);
    const mask = { width: size, height: size, data: new Float32Array(size * size).fill(1) };
    const coefficients = neutralCoefficients({ light: Float32Array.from(own) });
    const fitted = { id: "face", image: await drawn(own), mask, points: [], coefficients };
    sample = await makeDetailSample(model, uvSpace, fitted);
    uvSpace.dispose();
  });
  after(() => model.dispose());

  const relit = (image: Uint8Array, record: LightRecord, oiliness = 0) =>
    relightPhoto(model, { ...sample, image }, { record, oiliness, seed: 1 });
  const skin = () => Array.from(sample.surface.pixel).flatMap((p) => [3 * p, 3 * p + 1, 3 * p + 2]);
  const meanDifference = (a: ArrayLike<number>, b: ArrayLike<number>, at: readonly number[]) =>
    at.reduce((sum, i) => sum + Math.abs(a[i] - b[i]), 0) / at.length;

  it("is the photo itself under its own light", async () => {
    const { data } = await relit(sample.image, harmonics(own));
    const photo = Float32Array.from(sample.image, (byte) => byte / 255);
    // Encoded values are no exact powers of linear ones, so products differ by some thousandths.
    assert.ok(meanDifference(data, photo, skin()) < 0.01);
  });

  it("is the rendering under the other light, of a face that the fit explains", async () => {
    const { data } = await relit(sample.image, harmonics(other));
    assert.ok(meanDifference(data, (await drawn(other)).data, skin()) < 0.015);
  });

  it("keeps what the fit does not explain: a mole is as much darker than the skin as before", async () => {
    const spot = sample.surface.pixel[Math.floor(sample.surface.pixel.length / 2)];
    const half = (byte: number) => Math.round(255 * linearToSrgb(0.5 * srgbToLinear(byte / 255)));
    const marked = sample.image.map((byte, i) => (Math.floor(i / 3) === spot ? half(byte) : byte));
    const sun: LightRecord = {
      kind: "sun",
      description: "",
      surroundings: { top: [0.3, 0.3, 0.3], horizon: [0.3, 0.3, 0.3], ground: [0.2, 0.2, 0.2], sources: [] },
      keys: [{ direction: [0.2, 0.2, 0.96], colour: [0.4, 0.4, 0.4], angularRadius: 0.02 }],
    };
    // The highlight, a part of the sun's light, is not the skin's colour.
    for (const [record, most] of [
      [harmonics(other), 0.52],
      [sun, 0.6],
    ] as const) {
      const [plain, with_] = [await relit(sample.image, record), await relit(marked, record)];
      for (let c = 0; c < 3; c++) {
        const [a, b] = [plain, with_].map(({ data }) => srgbToLinear(data[3 * spot + c]));
        assert.ok(b / a > 0.48 && b / a < most, `${b / a}`);
      }
    }
  });

  it("throws shadows: under a sun from the side, cheek and nose leave the other side dark", async () => {
    const from = (x: number): LightRecord => ({
      kind: "sun",
      description: "",
      surroundings: { top: [0.1, 0.1, 0.1], horizon: [0.1, 0.1, 0.1], ground: [0.1, 0.1, 0.1], sources: [] },
      keys: [{ direction: [x, 0, 0.6], colour: [0.9, 0.9, 0.9], angularRadius: 0.01 }],
    });
    const [left, right] = [await relit(sample.image, from(-0.8)), await relit(sample.image, from(0.8))];
    const mean = ({ data }: RgbImage, side: (x: number) => boolean) => {
      const at = Array.from(sample.surface.pixel).filter((p) => side(p % size));
      return at.reduce((sum, p) => sum + data[3 * p + 1], 0) / at.length;
    };
    const [near, far] = [(x: number) => x < size / 2 - 8, (x: number) => x > size / 2 + 8];
    assert.ok(mean(left, near) > 1.4 * mean(left, far));
    assert.ok(mean(right, far) > 1.4 * mean(right, near));
  });
});
