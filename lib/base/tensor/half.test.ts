import assert from "node:assert/strict";
import { floatToHalf, halfToFloat } from "./half.js";

describe("half precision", () => {
  it("comes back the same from single precision, all 65,536 numbers", () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const back = floatToHalf(halfToFloat(halves));
    const notANumber = (half: number) => (half & 0x7fff) > 0x7c00;
    const wrong = halves.filter((half, i) => (notANumber(half) ? !notANumber(back[i]) : back[i] !== half));
    assert.equal(wrong.length, 0);
  });

  it("has the values of its standard", () => {
    const known: [number, number][] = [
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x0400, 2 ** -14],
      [0x0001, 2 ** -24],
      [0x3555, 0.333251953125],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xfc00, Number.NEGATIVE_INFINITY],
      [0x8000, -0],
      [0x7e00, Number.NaN],
    ];
    const floats = halfToFloat(Uint16Array.from(known, ([half]) => half));
    for (const [i, [, value]] of known.entries()) assert.ok(Object.is(floats[i], value), `${value}`);
  });

  it("rounds to the nearest, of two to the even one, and to infinity from 65,520", () => {
    const [one, step] = [1, 2 ** -10];
    const values = [
      one + step / 2,
      one + 1.5 * step,
      one + 0.51 * step,
      2 ** -25,
      1.5 * 2 ** -24,
      65519,
      65520,
    ];
    const rounded = [one, one + 2 * step, one + step, 0, 2 ** -23, 65504, Number.POSITIVE_INFINITY];
    assert.deepEqual([...halfToFloat(floatToHalf(Float32Array.from(values)))], rounded);
  });
});
