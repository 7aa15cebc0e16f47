import assert from "node:assert/strict";
import { checkShapes } from "./check-shapes.js";

const shaped = (...shape: number[]) => ({ shape });

describe("checkShapes", () => {
  it("returns the sizes of the named axes", () => {
    const sizes = checkShapes("shade", {
      vertices: [shaped(2, 35, 3), ["B", "N", 3]],
      uv: [shaped(35, 2), ["N", 2]],
    });
    assert.deepEqual(sizes, { B: 2, N: 35 });
    const vertexCount: number = sizes.N;
    assert.equal(vertexCount, 35);
  });

  it("names function, argument, expected shape with the sizes known by then, and actual shape", () => {
    assert.throws(
      () =>
        checkShapes("unwrapTexture", {
          image: [shaped(4, 224, 224, 3), ["B", "H", "W", 3]],
          vertices: [shaped(2, 35709, 3), ["B", "N", 3]],
        }),
      { message: "unwrapTexture: `vertices` should have shape [B=4, N, 3] but has [2,35709,3]." },
    );
  });

  it("refuses a wrong number", () => {
    assert.throws(() => checkShapes("f", { light: [shaped(2, 26), ["B", 27]] }), {
      message: "f: `light` should have shape [B, 27] but has [2,26].",
    });
  });

  it("refuses too few and too many axes", () => {
    assert.throws(() => checkShapes("f", { x: [shaped(2), ["B", "N"]] }), {
      message: /\[B, N\] but has \[2\]\./,
    });
    assert.throws(() => checkShapes("f", { x: [shaped(2, 3), ["B"]] }), {
      message: /\[B\] but has \[2,3\]\./,
    });
    assert.throws(() => checkShapes("f", { x: [shaped(), [1]] }), { message: /\[1\] but has \[\]\./ });
  });

  it("holds one argument to a size that it names twice", () => {
    assert.deepEqual(checkShapes("f", { map: [shaped(8, 8), ["U", "U"]] }), { U: 8 });
    assert.throws(() => checkShapes("f", { map: [shaped(8, 9), ["U", "U"]] }), {
      message: "f: `map` should have shape [U, U] but has [8,9].",
    });
  });

  it("accepts scalars, and axes of size 0", () => {
    assert.deepEqual(checkShapes("f", { x: [shaped(), []], y: [shaped(0, 3), ["N", 3]] }), { N: 0 });
  });
});
