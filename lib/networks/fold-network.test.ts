import assert from "node:assert/strict";
import { prepareEngine } from "../base/engine/prepare-engine.js";
import { randomArrays, relativeError, stirredParameters } from "../testing/compare-engines.js";
import { foldNetwork } from "./fold-network.js";
import { createNetwork, type Network } from "./graph.js";
import * as layers from "./layers.js";
import type { ParameterValues } from "./parameters.js";
import { createTfjsNetwork } from "./tfjs/tfjs-trainable-network.js";

const affine: layers.Layer = { kind: "affine", scale: [0.5], offset: [1, -2, 3, 0.25] };
const pad: layers.Layer = { kind: "pad", padding: [1, 0, 2, 1] };
const kernel = { kernel: 3, bias: false };

const cases: [title: string, shape: number[], chain: layers.Layer[], folded: string[]][] = [
  ["conv, batch norm", [6, 5, 3], [layers.conv({ filters: 4, ...kernel }), layers.batchNorm()], ["conv"]],
  [
    "conv, two scales",
    [6, 5, 3],
    [layers.conv({ filters: 4, kernel: 3 }), affine, { kind: "scaleAndBias" }],
    ["conv"],
  ],
  ["conv in groups", [6, 5, 4], [layers.conv({ filters: 4, groups: 2, ...kernel }), affine], ["conv"]],
  ["depthwise", [6, 5, 4], [layers.depthwiseConv(kernel), layers.batchNorm()], ["depthwiseConv"]],
  [
    "transposed",
    [4, 3, 3],
    [layers.transposedConv({ filters: 4, stride: 2, ...kernel }), affine],
    ["transposedConv"],
  ],
  ["dense", [5], [layers.dense(4, false), { kind: "scaleAndBias" }], ["dense"]],
  ["batch norm alone", [4, 4, 3], [layers.batchNorm()], ["scaleAndBias"]],
  ["two affine", [4, 4, 4], [{ kind: "affine", scale: [3], offset: [1] }, affine], ["affine"]],
  ["padding", [6, 5, 3], [pad, pad, layers.conv({ filters: 4, kernel: 3, padding: 1 }), affine], ["conv"]],
  ["padding of another layer", [6, 5, 4], [pad, layers.maxPool({ kernel: 2 })], ["pad", "maxPool"]],
  ["scale before padding", [6, 5, 4], [affine, pad], ["affine", "pad"]],
  [
    "relu6",
    [4, 4, 2],
    [{ kind: "relu" }, { kind: "clip", maximum: 0.5 }, { kind: "clip", minimum: 0 }],
    ["clip"],
  ],
  ["bounds that cross", [4, 4, 2], [{ kind: "relu" }, { kind: "clip", maximum: -1 }], ["relu", "clip"]],
  [
    "no neighbours",
    [4, 4, 2],
    [{ kind: "prelu", initialSlope: 0.2 }, layers.instanceNorm()],
    ["prelu", "instanceNorm"],
  ],
];

async function passes(network: Network, parameters: ParameterValues, shape: number[]) {
  const engine = await createTfjsNetwork({ network, parameters, inputShapes: { x: shape } });
  const inputs = randomArrays({ x: shape }, 3);
  const outputs = await engine.predict(inputs);
  return { kinds: network.nodes.slice(1).map(({ layer }) => layer.kind), values: outputs.y.values };
}

describe("folding a frozen network", () => {
  before(() => prepareEngine("cpu"));

  for (const [title, shape, chain, folded] of cases) {
    it(`keeps the values in fewer layers: ${title}`, async () => {
      const network = createNetwork(title, ({ input, add }) => ({
        y: chain.reduce((from, layer, i) => add(`node${i}`, layer, from), input("x", shape)),
      }));
      const stirred = stirredParameters(network, { x: [2, ...shape] });
      const before = await passes(network, stirred, [2, ...shape]);
      const frozen = foldNetwork(network, stirred);
      const after = await passes(frozen.network, frozen.parameters, [2, ...shape]);
      assert.deepEqual(after.kinds, folded);
      assert.ok(relativeError(after.values, before.values) < 1e-6);
    });
  }

  it("leaves apart what another node or an output reads", () => {
    const network = createNetwork("read twice", ({ input, add }) => {
      const conv = add("conv", layers.conv({ filters: 4, kernel: 1 }), input("x", [3, 3, 4]));
      const scaled = add("scaled", affine, conv);
      const again = add("again", affine, scaled);
      return { scaled, y: add("sum", { kind: "add" }, again, conv) };
    });
    const frozen = foldNetwork(network, stirredParameters(network, { x: [1, 3, 3, 4] }));
    assert.deepEqual(frozen.network, network);
  });
});
