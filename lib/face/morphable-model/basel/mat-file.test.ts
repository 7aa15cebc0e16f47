import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { InputError } from "../../../base/tensor/input-error.js";
import { createRandom } from "../../../base/tensor/random.js";
import { encodeMat, type MatVariable } from "../../../testing/mat-fixture.js";
import { readBaselArrays } from "./basel-face-model.js";
import { readMatArrays } from "./mat-file.js";

const variables: Record<string, MatVariable> = {
  doubles: { dimensions: [2, 3], values: Float64Array.of(1.5, -2, 3, 1e300, 5, 6) },
  singles: { dimensions: [1, 4], values: Float32Array.of(0.25, 0.5, -1, 8) },
  integers: { dimensions: [3, 1], values: Int32Array.of(-7, 0, 2 ** 30) },
  small: { dimensions: [1, 3], values: Uint16Array.of(1, 500, 65535), asClass: 6 },
  bytes: { dimensions: [1, 5], values: Uint8Array.of(1, 2, 3, 4, 255) },
};
const names = Object.keys(variables);

function message(bytes: Uint8Array, wanted: readonly string[] = names): string {
  try {
    for (const array of Object.values(readMatArrays(bytes, "x.mat", wanted))) array?.read();
  } catch (error) {
    assert.ok(error instanceof InputError, `${error}`);
    assert.ok(!error.message.includes("\n"));
    return error.message;
  }
  return "";
}

describe("face/morphable-model/basel/mat-file", () => {
  for (const options of [{}, { compress: true }, { bigEndian: true }, { compress: true, bigEndian: true }]) {
    it(`reads each type of number, column by column: ${JSON.stringify(options)}`, () => {
      const found = readMatArrays(encodeMat(variables, options), "x.mat", names);
      for (const [name, { dimensions, values }] of Object.entries(variables)) {
        assert.deepEqual(found[name]!.dimensions, dimensions, name);
        assert.deepEqual([...Array.from(found[name]!.read())], [...values], name);
      }
    });
  }

  it("reads a short array from the tag itself, and skips what nobody asked for", () => {
    const bytes = Buffer.from(encodeMat({ first: variables.doubles, x: variables.singles }));
    // The name `x` in the small form: length and type share a word.
    const at = bytes.indexOf(Buffer.from([1, 0, 0, 0, 1, 0, 0, 0, 0x78]));
    const small = Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from([1, 0, 1, 0, 0x78, 0, 0, 0]),
      bytes.subarray(at + 16),
    ]);
    const outer = small.indexOf(Buffer.from([14, 0, 0, 0]), 200);
    small.writeUInt32LE(small.readUInt32LE(outer + 4) - 8, outer + 4);
    assert.deepEqual(Object.keys(readMatArrays(small, "x.mat", ["x", "absent"])), ["x"]);
  });

  it("says of other files what they are", () => {
    const start = (...bytes: number[]) => Buffer.concat([Buffer.from(bytes), Buffer.alloc(600)]);
    assert.match(
      message(start(0x89, 0x48, 0x44, 0x46)),
      /level 5 \(\.mat\), got one of version 7\.3 \(HDF5\)/,
    );
    const seven = Buffer.alloc(600);
    seven.write("MATLAB 7.3 MAT-file, Platform: GLNXA64");
    assert.match(message(seven), /version 7\.3 \(HDF5\); save it again with `-v7`/);
    assert.match(message(start(0x80, 2)), /got a Python pickle, which is never opened/);
    assert.match(message(start(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)), /got a NumPy array/);
    assert.match(message(start(0x50, 0x4b, 3, 4)), /got a zip archive/);
    assert.match(message(new Uint8Array()), /got an empty file/);
    assert.match(message(Buffer.from("short")), /got a file of 5 bytes/);
    assert.match(message(Buffer.alloc(500, "a")), /got a file without its header/);
  });

  it("says where a file that is cut short ends, wherever it is cut", () => {
    for (const options of [{}, { compress: true }]) {
      const bytes = encodeMat(variables, options);
      for (let length = 129; length < bytes.length; length += 7) {
        const text = message(bytes.subarray(0, length));
        // Between two elements the file is whole, and only lacks the rest.
        if (text !== "") assert.match(text, /^x\.mat: expected /, `${length}`);
      }
    }
  });

  it("survives garbage: each byte changed in turn ends in numbers or in one line", () => {
    const random = createRandom(1);
    for (const options of [{}, { compress: true }]) {
      const bytes = encodeMat(variables, options);
      for (let i = 124; i < bytes.length; i += 2) {
        const damaged = new Uint8Array(bytes);
        damaged[i] ^= 1 + Math.floor(255 * random.uniform());
        message(damaged);
      }
    }
  });

  it("does not unpack what claims to be larger than it says, nor complex numbers, cells or text", () => {
    const bomb = deflateSync(
      Buffer.concat([encodeMat({ big: variables.doubles }).subarray(128), Buffer.alloc(50e6)]),
    );
    const header = encodeMat({}).subarray(0, 128);
    const tag = Buffer.alloc(8);
    tag.writeUInt32LE(15, 0);
    tag.writeUInt32LE(bomb.length, 4);
    const heap = process.memoryUsage().arrayBuffers;
    assert.match(message(Buffer.concat([header, tag, bomb]), ["big"]), /damaged compressed data/);
    assert.ok(process.memoryUsage().arrayBuffers - heap < 30e6);
    const flagged = (kind: number) =>
      message(encodeMat({ x: { ...variables.doubles, asClass: kind } }), ["x"]);
    assert.match(flagged(1), /`x` to be an array of real numbers, got a cell array/);
    assert.match(flagged(4), /got a char array/);
    assert.match(flagged(6 + 0x800), /got complex numbers/);
  });

  it("unpacks nothing before it is read, and finds each name once", () => {
    const zeros: MatVariable = { dimensions: [3000, 500], values: new Uint8Array(1.5e6) };
    const bytes = encodeMat({ a: zeros, b: zeros, c: zeros }, { compress: true });
    const before = process.memoryUsage().arrayBuffers;
    const { a } = readMatArrays(bytes, "x.mat", ["a", "b", "c"]);
    assert.ok(process.memoryUsage().arrayBuffers - before < 4e6);
    assert.deepEqual([a!.dimensions, a!.count, a!.read().length], [[3000, 500], 1.5e6, 1.5e6]);
    const twice = Buffer.concat([
      encodeMat({ doubles: variables.doubles }),
      encodeMat(variables).subarray(128),
    ]);
    assert.match(message(twice), /expected `doubles` once, got two of that name/);
    const many = Buffer.concat([
      encodeMat({}),
      ...Array<Buffer>(501).fill(Buffer.from(encodeMat({ x: variables.bytes }).subarray(128))),
    ]);
    assert.match(message(many), /at most 500 variables/);
  });

  it("checks all sizes of a face model before it unpacks one array", () => {
    // 4 MB of packed zeros took 1.7 GB.
    const array = (...dimensions: number[]): MatVariable => ({
      dimensions,
      values: new Uint8Array(dimensions.reduce((product, size) => product * size)),
    });
    const model = { meanshape: array(1, 3000), idBase: array(3000, 80), exBase: array(3000, 64) };
    const rest = { meantex: array(1, 3000), tri: array(9, 3), keypoints: array(1, 68) };
    const refusal = (all: Record<string, MatVariable>) => {
      const bytes = encodeMat(all, { compress: true });
      let text = "";
      try {
        readBaselArrays(bytes, "x.mat");
      } catch (error) {
        text = (error as InputError).message;
      }
      return text;
    };
    assert.match(refusal(model), /a file without `meantex`, `texBase`, `tri`, `keypoints`/);
    assert.match(
      refusal({ ...model, ...rest, texBase: array(80, 3000) }),
      /`texBase` of 3000 x 80 numbers, got 80 x/,
    );
    assert.match(
      refusal({ ...model, ...rest, texBase: array(3000, 80), meanshape: array(1, 300000) }),
      /at most 80000 vertices, got 1 x 300000/,
    );
    const faces = { ...rest, tri: array(5000, 3), texBase: array(3000, 80) };
    assert.match(refusal({ ...model, ...faces }), /`tri` of three numbers a triangle, got 5000 x 3/);
  });
});
