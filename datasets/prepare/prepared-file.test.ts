import assert from "node:assert/strict";
import type { Point } from "rerenderable";
import type { PreparedPhoto } from "./preparation.js";
import { decodePrepared, encodePrepared } from "./prepared-file.js";

const side = 8;
const prepared: PreparedPhoto = {
  image: {
    width: side,
    height: side,
    data: Float32Array.from({ length: 3 * side * side }, (_, i) => (i % 256) / 255),
  },
  mask: { width: side, height: side, data: Float32Array.from({ length: side * side }, (_, i) => i % 2) },
  points: Array.from({ length: 68 }, (_, i): Point => [i / 8, 7 - i / 16]),
  toCrop: { scale: 0.123456789012345, rotation: -0.1, translation: [1 / 3, -2] },
  measures: {
    score: 0.99,
    faces: 1,
    eyes: 61.2,
    yaw: -3,
    sharpness: 0.4,
    pitch: 4,
    fitError: 1.2,
    inside: 1,
    skin: 0.93,
  },
};

describe("datasets/prepare/prepared-file", () => {
  it("keeps pictures at 8 bits, points in single and the transform in double precision", () => {
    assert.deepEqual(decodePrepared(encodePrepared(prepared), "file"), {
      ...prepared,
      image: { ...prepared.image, data: prepared.image.data.map((value) => Math.fround(value)) },
    });
  });

  it("gives the same bytes for the same photo", () => {
    assert.deepEqual(encodePrepared(prepared), encodePrepared(structuredClone(prepared)));
  });

  it("refuses a file that was cut short, in one line", () => {
    const bytes = encodePrepared(prepared).subarray(0, 900);
    assert.throws(
      () => decodePrepared(bytes, "ab.safetensors"),
      /^InputError: ab\.safetensors: expected a prepared photo/,
    );
  });
});
