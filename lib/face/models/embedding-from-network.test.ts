import assert from "node:assert/strict";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createNetwork, type Network } from "../../networks/graph.js";
import * as layers from "../../networks/layers.js";
import { createTfjsNetwork } from "../../networks/tfjs/tfjs-trainable-network.js";
import { embeddingFromNetwork } from "./embedding-from-network.js";
import { arcFaceTemplate } from "./embedding-templates.js";

const description = {
  name: "mine",
  template: arcFaceTemplate(4),
  metric: "cosine",
  use: "loss",
  licence: "none",
  source: "a test",
} as const;

/** The mean of each channel of what it reads, under names from elsewhere. */
function means(shape: readonly number[]): Network {
  return createNetwork("means", ({ input, add }) => ({
    fc1: add("pool", { kind: "globalAveragePool" }, input("data", shape)),
  }));
}

describe("face/models/embedding-from-network", () => {
  before(() => prepareEngine("cpu"));

  it("renames the ends, and puts the preparation inside: scale · image + offset", async () => {
    const preparation = { scale: [2], offset: [-1, 0, 1] };
    const embedding = embeddingFromNetwork(means([4, 4, 3]), {}, { ...description, preparation });
    assert.deepEqual([embedding.imageSize, embedding.dimension], [4, 3]);
    const inputShapes = { image: [1, 4, 4, 3] };
    const engine = await createTfjsNetwork({ ...embedding, inputShapes });
    const image = { shape: [1, 4, 4, 3], values: new Float32Array(48).fill(0.25) };
    const { embedding: vector } = await engine.predict({ image });
    assert.deepEqual([...vector.values], [-0.5, 0.5, 1.5]);
  });

  it("gives the network blue first, or luma alone, as it is told, each with its own scale", async () => {
    const cases = [
      ["bgr", 3, [1, 10, 100], [0.3, 2, 10]],
      ["grey", 1, [2], [2 * (0.299 * 0.1 + 0.587 * 0.2 + 0.114 * 0.3)]],
    ] as const;
    for (const [channels, count, scale, expected] of cases) {
      const preparation = { channels, scale, offset: [0] };
      const embedding = embeddingFromNetwork(means([4, 4, count]), {}, { ...description, preparation });
      const engine = await createTfjsNetwork({ ...embedding, inputShapes: { image: [1, 4, 4, 3] } });
      const values = Float32Array.from({ length: 48 }, (_, i) => [0.1, 0.2, 0.3][i % 3]);
      const { embedding: vector } = await engine.predict({ image: { shape: [1, 4, 4, 3], values } });
      vector.values.forEach((value, i) => {
        assert.ok(Math.abs(value - expected[i]) < 1e-5, `${channels}: ${value} and ${expected[i]}`);
      });
    }
  });

  it("leaves the network as it is without one", () => {
    const { network } = embeddingFromNetwork(means([4, 4, 3]), {}, description);
    assert.deepEqual(
      network.nodes.map(({ name }) => name),
      ["image", "pool"],
    );
  });

  it("refuses a network of other ends, naming it", () => {
    const refuse = (network: Network, message: RegExp) =>
      assert.throws(() => embeddingFromNetwork(network, {}, description), {
        name: "OtherShapeError",
        message,
      });
    const start = 'embeddingFromNetwork: network "means": its ';
    refuse(
      means([4, 5, 3]),
      new RegExp(`^${start}input should have shape \\[B, S, S, 3\\] but has \\[1,4,5,3\\]\\.$`),
    );
    refuse(means([4, 4, 1]), new RegExp(`^${start}input should have shape`));
    const image = createNetwork("image to image", ({ input, add }) => ({
      y: add("conv", layers.conv({ filters: 2, kernel: 1 }), input("x", [4, 4, 3])),
    }));
    refuse(image, /its output should have shape \[B, D\] but has \[1,4,4,2\]\.$/);
    const two = createNetwork("two", ({ input, add }) => {
      const pool = { kind: "globalAveragePool" } as const;
      return { a: add("a", pool, input("x", [4, 4, 3])), b: add("b", pool, input("y", [4, 4, 3])) };
    });
    refuse(two, /should have 1 input and 1 output but has 2 and 2\.$/);
  });
});
