import assert from "node:assert/strict";
import { floatToHalf } from "../base/tensor/half.js";
import { filtersFirst, readConstants, type WeightsManifest } from "./weights-manifest.js";

const manifest: WeightsManifest = [
  { weights: [{ name: "plain", shape: [2], dtype: "float32" }] },
  {
    weights: [
      { name: "half", shape: [], dtype: "float32", quantization: { dtype: "float16" } },
      {
        name: "bytes",
        shape: [3, 1],
        dtype: "float32",
        quantization: { dtype: "uint8", scale: 0.5, min: -1 },
      },
      { name: "words", shape: [1], dtype: "float32", quantization: { dtype: "uint16", scale: 0.25, min: 2 } },
      { name: "integers", shape: [1], dtype: "int32" },
    ],
  },
];
const parts = [
  new Uint8Array(Float32Array.of(1.5, -2).buffer),
  new Uint8Array(floatToHalf(Float32Array.of(0.375)).buffer),
  Uint8Array.of(0, 1, 255),
  new Uint8Array(Uint16Array.of(1000).buffer),
  new Uint8Array(Int32Array.of(-7).buffer),
];

describe("weights of TensorFlow.js", () => {
  const bytes = Buffer.concat(parts);

  it("are read in every type that they are stored in: scale times the integer, plus the minimum", () => {
    const constants = readConstants(manifest, bytes, "weights.bin");
    const values = Object.fromEntries([...constants].map(([name, constant]) => [name, [...constant.values]]));
    assert.deepEqual(values, {
      plain: [1.5, -2],
      half: [0.375],
      bytes: [-1, -0.5, 126.5],
      words: [252],
      integers: [-7],
    });
    assert.deepEqual(constants.get("bytes")!.shape, [3, 1]);
  });

  it("come in the order of parameters: [height, width, in, out] to [out, in, height, width]", () => {
    const values = Float32Array.from({ length: 12 }, (_, i) => i);
    const turned = (...shape: number[]) => [...filtersFirst({ shape, values })];
    assert.deepEqual(turned(1, 2, 2, 3), [0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11]);
    assert.deepEqual(turned(4, 3), [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
    assert.deepEqual(turned(2, 2, 3, 1), [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
  });

  it("are refused in one line where the manifest is another JSON, or has a shape that is none", () => {
    const shapes = [undefined, [-1], [1.5], "2"];
    const weights = shapes.map((shape) => [{ weights: [{ name: "a", shape, dtype: "float32" }] }]);
    for (const other of [null, {}, [null], [{}], [{ weights: [null] }], ...weights]) {
      assert.throws(() => readConstants(other as unknown as WeightsManifest, bytes, "w.bin"), {
        message: "w.bin: its manifest should list groups of weights with names and shapes.",
      });
    }
  });

  it("are refused in one line where the file is shorter or longer, or a type is unknown", () => {
    const length = bytes.length;
    assert.throws(() => readConstants(manifest, bytes.subarray(1), "w.bin"), {
      message: `w.bin: its weights should have at least ${length} bytes but have ${length - 1}.`,
    });
    assert.throws(() => readConstants(manifest, Buffer.concat([bytes, parts[2]]), "w.bin"), {
      message: `w.bin: its weights should have ${length} bytes but have ${length + 3}.`,
    });
    const text = [{ weights: [{ name: "label", shape: [1], dtype: "string" }] }];
    assert.throws(() => readConstants(text, bytes, "w.bin"), {
      message: 'w.bin: the constant "label" is of the type string, which is not read.',
    });
    const odd = [
      { weights: [{ ...text[0].weights[0], dtype: "float32", quantization: { dtype: "int32" } }] },
    ];
    assert.throws(() => readConstants(odd, bytes, "w.bin"), {
      message: 'w.bin: the constant "label" is of the type float32 stored as int32, which is not read.',
    });
  });
});
