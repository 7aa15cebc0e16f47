import assert from "node:assert/strict";
import { lookAround, pooled, wellExposed } from "./exposure.js";

const grey = (values: readonly number[]) => ({
  width: values.length,
  height: 1,
  data: Float32Array.from(values.flatMap((value) => [value, value, value])),
});

describe("face/models/exposure", () => {
  it("pools two beliefs by their precisions: the surer one counts more", () => {
    const belief = (factor: number, deviation: number) => ({ factor, deviation });
    const same = pooled({ face: belief(0.5, 0.2), surroundings: belief(0.5, 0.4) });
    assert.ok(Math.abs(same.factor - 0.5 / 1.09) < 1e-12);
    assert.ok(Math.abs(same.deviation - 1 / Math.sqrt(25 + 6.25)) < 1e-12);
    // log 1 with precision 4, log e with precision 1: a fifth of the way.
    const { factor } = pooled({ face: belief(1, 0.5), surroundings: belief(Math.E, 1) });
    assert.ok(Math.abs(Math.log(1.09 * factor) - 0.2) < 1e-12);
  });

  it("look around for what is nearly white: half as bright, half the factor", () => {
    const values = Array.from({ length: 100 }, (_, i) => i / 100);
    const [whole, half] = [values, values.map((value) => value / 2)].map((v) => lookAround(grey(v)).factor);
    assert.ok(Math.abs(whole - 0.97 / 0.93) < 1e-6);
    assert.ok(Math.abs(half / whole - 0.5) < 1e-6);
    assert.ok(lookAround(grey([0, 0])).factor > 0, "a black picture is not divided by 0");
  });

  it("bring a photo to what it would be well exposed, beyond white too", () => {
    const { data } = wellExposed(grey([0.2, 0.6]), { factor: 0.5, deviation: 0.1 });
    assert.deepEqual(
      Array.from(data, (value) => Math.round(value * 1e6) / 1e6),
      [0.4, 0.4, 0.4, 1.2, 1.2, 1.2],
    );
  });
});
