import assert from "node:assert/strict";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "./safetensors.js";

const tensors: Record<string, StoredTensor> = {
  weights: { dtype: "F32", shape: [2, 2], values: Float32Array.of(1, -2, 3.5, 1e-8) },
  bytes: { dtype: "U8", shape: [3], values: Uint8Array.of(0, 128, 255) },
  signed: { dtype: "I8", shape: [1, 3], values: Int8Array.of(-128, 0, 127) },
  basis: { dtype: "F16", shape: [3], values: Float32Array.of(0.5, -65504, 2 ** -24) },
  short: { dtype: "I16", shape: [2], values: Int16Array.of(-32768, 32767) },
  triangles: { dtype: "I32", shape: [1, 3], values: Int32Array.of(0, 1, 2 ** 31 - 1) },
  scalar: { dtype: "F32", shape: [], values: Float32Array.of(7) },
  empty: { dtype: "F32", shape: [0, 3], values: new Float32Array(0) },
};

/** A file with a header of one's own. */
function file(header: unknown, dataSize = 0, length?: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataSize);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const entry = (start: number, end: number, dtype = "U8", shape: unknown = [end - start]) => ({
  dtype,
  shape,
  data_offsets: [start, end],
});

describe("safetensors", () => {
  it("come back as they were written, whatever their type and shape, with their metadata", () => {
    const metadata = { license: "CC BY 4.0", source: "a “test”" };
    const decoded = decodeSafetensors(encodeSafetensors(tensors, metadata), "test");
    assert.deepEqual(decoded, { tensors: decoded.tensors, metadata });
    for (const [name, tensor] of Object.entries(tensors)) assert.deepEqual(decoded.tensors[name], tensor);
    assert.equal(Object.keys(decoded.tensors).length, Object.keys(tensors).length);
  });

  it("have the bytes of the format", () => {
    const bytes = encodeSafetensors({ a: { dtype: "I16", shape: [2], values: Int16Array.of(1, -1) } });
    const json = '{"a":{"dtype":"I16","shape":[2],"data_offsets":[0,4]}}  ';
    assert.equal(json.length, 56);
    const header = new TextDecoder().decode(bytes.subarray(8, 64));
    assert.deepEqual([...bytes.subarray(0, 8), header], [56, 0, 0, 0, 0, 0, 0, 0, json]);
    assert.deepEqual([...bytes.subarray(64)], [1, 0, 255, 255]);
  });

  it("are the same bytes in whatever order the names are", () => {
    const reversed = Object.fromEntries(Object.entries(tensors).reverse());
    assert.deepEqual(
      encodeSafetensors(reversed, { b: "2", a: "1" }),
      encodeSafetensors(tensors, { a: "1", b: "2" }),
    );
  });

  it("keep each tensor's values at a multiple of their width in the file", () => {
    const bytes = encodeSafetensors(tensors);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    assert.equal(length % 8, 0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    for (const name of ["weights", "triangles", "scalar"]) assert.equal(header[name].data_offsets[0] % 4, 0);
    for (const name of ["basis", "short"]) assert.equal(header[name].data_offsets[0] % 2, 0);
  });

  it("are read from the middle of a larger buffer, and copied", () => {
    const bytes = encodeSafetensors(tensors);
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    const decoded = decodeSafetensors(larger.subarray(3), "test");
    larger.fill(0);
    assert.deepEqual(decoded.tensors.weights, tensors.weights);
  });

  it("write a view of part of a buffer", () => {
    const values = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const bytes = encodeSafetensors({ part: { dtype: "F32", shape: [2], values } });
    assert.deepEqual([...decodeSafetensors(bytes, "test").tensors.part.values], [2, 3]);
  });

  const bad: [what: string, bytes: Uint8Array, message: RegExp][] = [
    ["an empty file", new Uint8Array(0), /should be a safetensors file, of at least 8 bytes, but has 0/],
    ["another kind of file", new TextEncoder().encode("\x89PNG\r\n\x1a\n0000"), /is not a safetensors file/],
    ["a small header length before other bytes", file("hello"), /is not a safetensors file/],
    [
      "a file cut in its header",
      file({ a: entry(0, 4) }, 4).subarray(0, 20),
      /is cut short: its .* header should/,
    ],
    [
      "a file cut in its values",
      file({ a: entry(0, 4) }, 3),
      /is cut short: its tensors should take 4 .* 3 follow/,
    ],
    ["a header length of 2^63", file("{}", 0, 2 ** 63), /is not a safetensors file/],
    [
      "a header length past the end",
      file("{}", 0, 99),
      /its safetensors header should have 99 bytes but only 2/,
    ],
    ["a header length within the header", file({ a: entry(0, 4) }, 4, 9), /header should be JSON but is not/],
    ["a header that is not JSON", file("{a:\n1}"), /header should be JSON but is not/],
    [
      "a header of broken UTF-8",
      Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff, 0x7d),
      /should be JSON but is not/,
    ],
    [
      "metadata that is not texts",
      file({ __metadata__: { a: 1 } }),
      /`__metadata__` .* should hold only texts/,
    ],
    [
      "an unknown type",
      file({ a: entry(0, 8, "F64", [1]) }, 8),
      /type of `a` should be one of .* but is "F64"/,
    ],
    ["an entry that is no record", file({ a: 5 }), /the type of `a` should be one of .* but is undefined/],
    ["a negative size", file({ a: entry(0, 4, "U8", [-4]) }, 4), /shape of `a` should be a list of sizes/],
    [
      "a shape that is no list",
      file({ a: entry(0, 4, "U8", 4) }, 4),
      /shape of `a` should be a list of sizes/,
    ],
    [
      "one offset",
      file({ a: { dtype: "U8", shape: [], data_offsets: [0] } }),
      /`data_offsets` of `a` should be/,
    ],
    ["offsets that go back", file({ a: entry(4, 0, "U8", [4]) }, 4), /`data_offsets` of `a` should be/],
    [
      "a size that does not fit the shape",
      file({ a: entry(0, 4, "F32", [2]) }, 4),
      /should have 8 bytes but has 4/,
    ],
    [
      "overlapping tensors",
      file({ a: entry(0, 4), b: entry(2, 6) }, 6),
      /`b` should start at byte 4 .* overlaps/,
    ],
    [
      "a gap between tensors",
      file({ a: entry(0, 4), b: entry(5, 6) }, 6),
      /`b` should start at byte 4 .* gap/,
    ],
    [
      "offsets out of range",
      file({ a: entry(0, 4000) }, 4),
      /is cut short: its tensors should take 4000 bytes/,
    ],
    [
      "one name for two tensors",
      file(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
        1,
      ),
      /header should be JSON but is not \(it has two values of the name "a"\)/,
    ],
    ["a header that is deeper than any", file(`{"a":${"[".repeat(20_000)}`), /nested deeper than 64/],
    [
      "a name that a terminal would obey, shown as text",
      file({ "a\u001b[2J\nb": 5 }),
      /the type of `a\\u001b\[2J\\u000ab` should be/,
    ],
    ["bytes after the last tensor", file({ a: entry(0, 4) }, 5), /has bytes that belong to no tensor/],
  ];
  for (const [what, bytes, message] of bad) {
    it(`refuse ${what} in one line that names the source`, () => {
      assert.throws(
        () => decodeSafetensors(bytes, "face.safetensors"),
        (error: Error) => {
          assert.match(error.message, message);
          assert.match(error.message, /^face\.safetensors: [^\n]+\.$/);
          return true;
        },
      );
    });
  }

  it("are not written from values that do not fit their type or shape", () => {
    const encode = (tensor: unknown) => () => encodeSafetensors({ a: tensor as StoredTensor });
    assert.throws(encode({ dtype: "F32", shape: [3], values: new Float32Array(2) }), {
      message: "encodeSafetensors: `a`, of shape [3], should have 3 values but has 2.",
    });
    assert.throws(encode({ dtype: "F16", shape: [2], values: new Uint16Array(2) }), {
      message: "encodeSafetensors: `a`, F16, should have its values in a Float32Array.",
    });
    assert.throws(encode({ dtype: "F64", shape: [2], values: new Float64Array(2) }), {
      message: 'encodeSafetensors: `a` has the unknown type "F64".',
    });
  });
});
