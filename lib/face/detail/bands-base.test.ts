import assert from "node:assert/strict";
import { createRandom } from "../../base/tensor/random.js";
import { countBands } from "../../graphics/uv/size-bands.js";
import { bandsBase } from "./bands-base.js";
import { cutDetail } from "./detail-bands.js";

/** A face whose photo has waves and noise that prior albedo and coarse light leave unexplained. */
function face(uvSize: number, seed = 1) {
  const random = createRandom(seed);
  const texels = uvSize * uvSize;
  const map = (f: (x: number, y: number) => number) =>
    new Float32Array(3 * texels).map((_, i) => {
      const p = Math.floor(i / 3);
      return f((p % uvSize) / uvSize, Math.floor(p / uvSize) / uvSize);
    });
  return {
    uvSize,
    priorAlbedo: map((x, y) => 0.4 + 0.1 * Math.sin(9 * x) * Math.cos(7 * y)),
    coarseShading: map((x) => 0.6 + 0.2 * x),
    texture: Uint8Array.from(
      map((x, y) => 255 * (0.35 + 0.1 * Math.sin(40 * x) * Math.sin(30 * y) + 0.04 * random.uniform())),
    ),
    seen: new Uint8Array(texels).fill(1),
  };
}

function priorOf(one: ReturnType<typeof face>) {
  const { unexplained: _, ...bands } = cutDetail(one);
  return { albedo: one.priorAlbedo, light: new Float32Array(27).fill(0.5), bands };
}

const map = (side: number, channels: number, values?: Float32Array) => ({
  shape: [1, side, side, channels],
  values: values ?? new Float32Array(side * side * channels),
});

/** Outputs that correct nothing. @param decide of texel, band and one of albedo, light, neither */
function deciding(side: number, decisions: number, decide: (p: number, band: number, to: number) => number) {
  const values = new Float32Array(side * side * decisions * 3).map((_, i) =>
    decide(Math.floor(i / 3 / decisions), Math.floor(i / 3) % decisions, i % 3),
  );
  return { shares: map(side, 3 * decisions, values), albedo: map(side, 3), light: map(side, 27) };
}

const never = -60;

describe("face/detail/bands-base", () => {
  for (const side of [128, 512]) {
    it(`makes the photo of any decision between albedo and light, maps of ${side}`, () => {
      const one = face(side);
      const prior = priorOf(one);
      const random = createRandom(2);
      // The decisions of a network for maps of 128.
      const outputs = deciding(side, countBands(128), (_, __, to) =>
        to === 2 ? never : 2 * random.normal(),
      );
      const { albedo, light } = bandsBase.maps(outputs, prior);
      let worst = 0;
      for (let i = 0; i < albedo.values.length; i++) {
        const gain = light.values[9 * i] / 0.5;
        const made = albedo.values[i] * one.coarseShading[i] * gain;
        worst = Math.max(worst, Math.abs(made - one.texture[i] / 255));
      }
      assert.ok(worst < 1 / 255, `${worst}`);
      assert.ok(albedo.values.some((value, i) => Math.abs(value - one.priorAlbedo[i]) > 0.05));
    });
  }

  it("leaves prior albedo and coarse light where all is neither", () => {
    const one = face(64);
    const { albedo, light } = bandsBase.maps(
      deciding(64, 4, (_, __, to) => (to === 2 ? -never : 0)),
      priorOf(one),
    );
    assert.deepEqual(albedo.values, one.priorAlbedo);
    assert.ok(light.values.every((value) => value === 0.5));
  });

  it("starts with half of the fine bands in the albedo, and nearly all of the coarsest in the light", () => {
    const dim = { ...face(64), texture: new Uint8Array(3 * 64 * 64).fill(40) };
    const flat = {
      ...dim,
      priorAlbedo: dim.priorAlbedo.fill(0.5),
      coarseShading: dim.coarseShading.fill(0.8),
    };
    const { albedo } = bandsBase.maps(
      deciding(64, 4, () => 0),
      priorOf(flat),
    );
    const all = Math.log(40 / 255 / 0.4);
    assert.ok(Math.abs(Math.log(albedo.values[4000] / 0.5) / all - 1 / (2 + Math.exp(3))) < 1e-4);
    const one = face(64);
    const prior = priorOf(one);
    const half = bandsBase.maps(
      deciding(64, 4, () => 0),
      prior,
    ).albedo.values;
    const wanted = (i: number) => {
      let sum = 0;
      const share = 1 / (2 + Math.exp(-3));
      const [p, c] = [Math.floor(i / 3), i % 3];
      for (let k = 0; k < 4; k++) {
        sum += (k < 3 ? share : 1 / (2 + Math.exp(3))) * prior.bands.forAlbedo[(4 * p + k) * 3 + c];
      }
      return one.priorAlbedo[i] * Math.exp(sum);
    };
    for (const i of [0, 100, 5000, 12000]) assert.ok(Math.abs(half[i] - wanted(i)) < 1e-6);
  });

  it("lets finer bands follow the finest decision, and leaves decisions out for which a map has no band", () => {
    const one = face(256);
    // Only the finest of five decisions gives anything away, and all to the albedo.
    const outputs = deciding(256, 5, (_, band, to) => (to === (band === 0 ? 0 : 2) ? -never : 0));
    const prior = priorOf(one);
    const { albedo } = bandsBase.maps(outputs, prior);
    const i = 3 * (100 * 256 + 77) + 1;
    const u = (k: number) => prior.bands.forAlbedo[(6 * (100 * 256 + 77) + k) * 3 + 1];
    assert.ok(Math.abs(albedo.values[i] - one.priorAlbedo[i] * Math.exp(u(0) + u(1))) < 1e-6);
    const small = face(64);
    const kept = bandsBase.maps(
      deciding(64, 6, (_, band, to) => (to === (band < 2 ? 0 : 2) ? -never : 0)),
      {
        ...priorOf(small),
      },
    );
    assert.deepEqual(kept.albedo.values, small.priorAlbedo);
  });

  it("corrects by a factor of two at most, and keeps the albedo below 1", () => {
    const one = face(64);
    const outputs = deciding(64, 4, (_, __, to) => (to === 2 ? -never : 0));
    const corrected = (prior: number, by: number) =>
      bandsBase.maps(
        { ...outputs, albedo: map(64, 3, new Float32Array(3 * 64 * 64).fill(by)) },
        { ...priorOf(one), albedo: new Float32Array(3 * 64 * 64).fill(prior) },
      ).albedo.values[0];
    assert.ok(Math.abs(corrected(0.3, 1) - 0.3 * Math.exp(0.7)) < 1e-6);
    assert.ok(Math.abs(corrected(0.3, -1) - 0.3 * Math.exp(-0.7)) < 1e-6);
    const bright = corrected(0.9, 1);
    assert.ok(bright > 0.95 && bright < 1, `${bright}`);
  });

  it("corrects nothing where neither a texel nor its surroundings are seen", () => {
    const one = face(64);
    for (let p = 0; p < one.seen.length; p++) one.seen[p] = Number(p % 64 < 32);
    const nothing = deciding(64, 4, (_, __, to) => (to === 2 ? -never : 0));
    const { albedo } = bandsBase.maps(
      { ...nothing, albedo: map(64, 3, new Float32Array(3 * 64 * 64).fill(1)) },
      priorOf(one),
    );
    const factor = (x: number) => albedo.values[3 * (64 * 30 + x)] / one.priorAlbedo[3 * (64 * 30 + x)];
    assert.ok(Math.abs(factor(10) - Math.exp(0.7)) < 1e-5, `${factor(10)}`);
    assert.ok(Math.abs(factor(55) - 1) < 1e-5, `${factor(55)}`);
    assert.ok(factor(31) > factor(32) && factor(32) > 1.2, "its end is soft");
  });

  it("has gradients that agree with central differences", () => {
    const side = 64;
    const one = face(side);
    // Bright enough for some texels to be limited, and partly hidden.
    one.priorAlbedo.forEach((value, i) => {
      one.priorAlbedo[i] = 1.9 * value;
    });
    one.seen.fill(0, 0, 1500);
    const prior = { ...priorOf(one), light: createRandom(3).normalArray(27) };
    const random = createRandom(4);
    const decisions = 3; // a coarser network's
    const texels = side * side;
    const outputs = {
      shares: map(side, 3 * decisions, random.normalArray(3 * decisions * texels)),
      albedo: map(side, 3, random.normalArray(3 * texels).map(Math.tanh)),
      light: map(side, 27, random.normalArray(27 * texels)),
    };
    const [dA, dL] = [random.normalArray(3 * texels), random.normalArray(27 * texels)];
    const loss = (moved: typeof outputs) => {
      const { albedo, light } = bandsBase.maps(moved, prior);
      const sum = (values: Float32Array, weights: Float32Array) =>
        values.reduce((total, value, i) => total + value * weights[i], 0);
      return sum(albedo.values, dA) + sum(light.values, dL);
    };
    const back = bandsBase.gradients(outputs, prior, { albedo: map(side, 3, dA), light: map(side, 27, dL) });
    for (const name of ["shares", "albedo", "light"] as const) {
      const { shape, values } = outputs[name];
      assert.deepEqual(back[name].shape, shape);
      const direction = random.normalArray(values.length);
      const moved = (by: number) => ({
        ...outputs,
        [name]: { shape, values: values.map((value, i) => value + by * direction[i]) },
      });
      const h = 3e-3;
      const slope = (loss(moved(h)) - loss(moved(-h))) / (2 * h);
      const expected = back[name].values.reduce((sum, g, i) => sum + g * direction[i], 0);
      const size = Math.hypot(...back[name].values);
      assert.ok(Math.abs(slope - expected) < 0.01 * size, `${name}: ${slope}, ${expected} of ${size}`);
    }
  });

  it("asks for the bands that it divides", () => {
    const { bands: _, ...prior } = priorOf(face(64));
    assert.throws(
      () =>
        bandsBase.maps(
          deciding(64, 4, () => 0),
          prior,
        ),
      /`prior.bands` should be there/,
    );
  });
});
