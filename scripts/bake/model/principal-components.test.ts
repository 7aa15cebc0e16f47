import assert from "node:assert/strict";
import { createRandom } from "rerenderable";
import { components, mirroredComponents, symmetricPart } from "./principal-components.js";

/** Vertices in pairs 0 ↔ 1, 2 ↔ 3, …, and the last on the midline. */
const mirror = [1, 0, 3, 2, 5, 4, 7, 6, 8];
const width = 3 * mirror.length;

function fields(count: number, seed: number): Float64Array[] {
  const random = createRandom(seed);
  const drawn = Array.from({ length: count }, () =>
    Float64Array.from({ length: width }, () => random.normal()),
  );
  const mean = drawn[0].map((_, i) => drawn.reduce((sum, field) => sum + field[i] / count, 0));
  return drawn.map((field) => field.map((value, i) => value - mean[i]));
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const meanSquare = (samples: readonly Float64Array[]) =>
  samples.reduce((sum, sample) => sum + dot(sample, sample), 0) / samples.length;
const close = (a: number, b: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(a - b) < tolerance, `${a} is not ${b}`);

/** The image of a field in the mirror: each vertex takes its partner's displacement with x turned round. */
const mirrored = (field: Float64Array) =>
  field.map((_, i) => (i % 3 === 0 ? -1 : 1) * field[3 * mirror[Math.floor(i / 3)] + (i % 3)]);

describe("scripts/bake/model/principal-components: components", () => {
  const samples = fields(12, 1);
  const { modes, variances } = components(samples);

  it("has orthogonal modes whose squared lengths are their variances, largest first", () => {
    assert.ok(modes.length <= 11, "centred samples span one dimension less");
    modes.forEach((mode, i) => {
      close(dot(mode, mode), variances[i]);
      for (let j = 0; j < i; j++) close(dot(mode, modes[j]), 0);
      if (i > 0) assert.ok(variances[i] <= variances[i - 1]);
    });
  });

  it("holds all of the variance: Σ variances = mean |x|²", () => {
    close(
      variances.reduce((a, b) => a + b),
      meanSquare(samples),
    );
  });

  it("gives each sample back as Σ c_i mode_i, coefficients of unit variance", () => {
    const coefficients = samples.map((sample) => modes.map((mode, i) => dot(sample, mode) / variances[i]));
    samples.forEach((sample, s) => {
      sample.forEach((value, k) => {
        close(
          modes.reduce((sum, mode, i) => sum + coefficients[s][i] * mode[k], 0),
          value,
          1e-8,
        );
      });
    });
    modes.forEach((_, i) => {
      close(coefficients.reduce((sum, c) => sum + c[i] ** 2, 0) / samples.length, 1, 1e-8);
    });
  });

  it("fixes the sign of each mode: its largest entry is positive", () => {
    for (const mode of modes) {
      const largest = mode.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
      assert.ok(largest > 0);
    }
    const negative = components(samples.map((sample) => sample.map((value) => -value))).modes;
    modes.forEach((mode, i) => {
      mode.forEach((value, k) => {
        close(negative[i][k], value, 1e-8);
      });
    });
  });

  it("finds the one direction of samples that lie on a line", () => {
    const direction = Float64Array.from({ length: width }, (_, i) => i + 1);
    const line = [-2, -1, 0, 1, 2].map((t) => direction.map((value) => t * value));
    const found = components(line);
    assert.equal(found.modes.length, 1);
    close(found.variances[0] / dot(direction, direction), 2);
  });
});

describe("scripts/bake/model/principal-components: mirroredComponents", () => {
  const samples = fields(10, 2);

  it("splits a field into halves that add up to it, one its own mirror image, one the opposite", () => {
    const [even, odd] = [1, -1].map((sign) => symmetricPart(samples[0], mirror, sign));
    samples[0].forEach((value, i) => {
      close(even[i] + odd[i], value, 1e-12);
    });
    assert.ok(mirrored(even).every((value, i) => value === even[i]));
    assert.ok(mirrored(odd).every((value, i) => value === -odd[i]));
    close(dot(even, odd), 0);
  });

  it("has modes that are symmetric or antisymmetric, exactly", () => {
    const { modes } = mirroredComponents(samples, mirror, 12);
    assert.equal(modes.length, 12);
    const kinds = modes.map((mode) => {
      const image = mirrored(mode);
      if (image.every((value, i) => value === mode[i])) return "even";
      assert.ok(image.every((value, i) => value === -mode[i]));
      return "odd";
    });
    assert.deepEqual(new Set(kinds), new Set(["even", "odd"]));
  });

  it("is the decomposition of the set that holds each sample and its mirror image", () => {
    const { modes, variances, total } = mirroredComponents(samples, mirror, 18);
    const whole = components([...samples, ...samples.map(mirrored)]);
    close(total, meanSquare(samples));
    variances.forEach((variance, i) => {
      close(variance, whole.variances[i], 1e-8);
      close(dot(modes[i], modes[i]), variance, 1e-8);
    });
  });

  it("keeps the largest variances when it keeps few", () => {
    const [few, many] = [mirroredComponents(samples, mirror, 3), mirroredComponents(samples, mirror, 18)];
    assert.deepEqual(few.variances, many.variances.slice(0, 3));
    assert.equal(few.total, many.total);
  });
});
