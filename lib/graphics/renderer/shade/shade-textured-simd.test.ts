import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { KernelArray, NumericArray } from "../../../base/engine/kernel-array.js";
import { prepareEngine } from "../../../base/engine/prepare-engine.js";
import { createRandom } from "../../../base/tensor/random.js";
import { shadeTexturedGradientOnHeap, shadeTexturedOnHeap } from "./shade-textured-simd.js";

/** One triangle on six pixels, in the order of the operation's inputs; the third pixel is empty. */
function inputTensors(uvRow: number, lightShape: readonly number[]): tf.Tensor[] {
  const random = createRandom(41);
  const normal = (...shape: number[]) => tf.tensor(random.normalArray(tf.util.sizeFromShape(shape)), shape);
  return [
    tf.fill([1, 2, 3, 3], 1 / 3),
    tf.tensor3d([0, 0, -1, 0, 0, 0], [1, 2, 3], "int32"),
    tf.tensor2d([[0, 1, 2]], [1, 3], "int32"),
    normal(1, 3, 3),
    tf.tensor2d([[0, 1, uvRow]], [1, 3], "int32"),
    tf.tensor3d([[[0.1, 0.2], [0.5, 0.9], [0.7, 0.3]]]), // biome-ignore format: corners
    normal(1, 4, 4, 3),
    normal(...lightShape),
  ];
}

const map = [1, 4, 4, 27];

/** Views of the tensors' values, of the heap on wasm. */
function views(tensors: readonly tf.Tensor[]): KernelArray[] {
  const backend = tf.backend() as unknown as { typedArrayFromHeap?(tensor: tf.Tensor): NumericArray };
  for (const tensor of tensors) tensor.dataSync(); // it is there
  return tensors.map((tensor) => ({
    shape: tensor.shape,
    values: backend.typedArrayFromHeap?.(tensor) ?? (tensor.dataSync() as NumericArray),
  }));
}

describe("the compiled loops of shadeTextured", () => {
  it("run on wasm for a map of lights, not for one light, and not on cpu", async () => {
    for (const [engine, lightShape, expected] of [
      ["wasm", map, true],
      ["wasm", [1, 27], false],
      ["cpu", map, false],
    ] as const) {
      await prepareEngine(engine);
      tf.tidy(() => {
        const [out, ...inputs] = views([tf.zeros([1, 2, 3, 3]), ...inputTensors(2, lightShape)]);
        assert.equal(shadeTexturedOnHeap(inputs, [out]), expected, `${engine} [${lightShape}]`);
        assert.equal(
          out.values.some((value) => value !== 0),
          expected,
        );
      });
    }
  });

  it("leave out triangles with rows that do not exist, and write nothing for them", async () => {
    await prepareEngine("wasm");
    for (const row of [3, 1_000_000, -1, 2 ** 31 - 1]) {
      tf.tidy(() => {
        const tensors = inputTensors(row, map);
        const [, , , normals, , uvs, albedoMap, light] = tensors;
        const gradients = [tensors[0], normals, uvs, albedoMap, light].map((input) => tf.zerosLike(input));
        const [out, dy] = [tf.zeros([1, 2, 3, 3]), tf.ones([1, 2, 3, 3])];
        const [outView, dyView, ...rest] = views([out, dy, ...gradients, ...tensors]);
        const inputs = rest.slice(5);
        assert.ok(shadeTexturedOnHeap(inputs, [outView]));
        assert.ok(shadeTexturedGradientOnHeap(dyView, inputs, rest.slice(0, 5)));
        for (const { values } of [outView, ...rest.slice(0, 5)]) assert.ok(values.every((v) => v === 0));
      });
    }
  });
});
