import assert from "node:assert/strict";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { countParameters, parameterSpecs } from "../../networks/parameters.js";
import { fixedInputShapes, inferShapes } from "../../networks/shape-inference.js";
import {
  compareEngines,
  outputShapes,
  randomArrays,
  stirredParameters,
} from "../../testing/compare-engines.js";
import { coefficientCount } from "../morphable-model/coefficients.js";
import { coefficientRegressor, splitRegressed } from "./coefficient-regressor.js";
import { decidingLayers, decidingRefiner } from "./deciding-refiner.js";
import { authorsCode, detailRefiner } from "./detail-refiner.js";
import { patchDiscriminator } from "./patch-discriminator.js";

const count = (network: ReturnType<typeof detailRefiner>) =>
  countParameters(parameterSpecs(network, fixedInputShapes(network, 1)));

describe("the detail refiner", () => {
  it("has 8,481,054 parameters: biases of all convolutions, and scale and bias of all norms, counted", () => {
    assert.equal(count(detailRefiner()), 8_481_054);
  });

  it("has the shapes of Tables 1 and 2", () => {
    const network = detailRefiner();
    const shapes = inferShapes(network, fixedInputShapes(network, 1));
    const sides = (part: string, channels: number) =>
      [0, 1, 2, 3, 4].flatMap((i) => {
        const shape = shapes[`${part}.${i}.conv`];
        return i === 4 && part !== "encoder" ? [shape[1], shape[3] === channels] : [shape[1]];
      });
    assert.deepEqual(sides("encoder", 512), [256, 128, 64, 32, 16]);
    assert.deepEqual(sides("albedo", 3), [32, 64, 128, 256, 256, true]);
    assert.deepEqual(sides("light", 27), [32, 64, 128, 256, 256, true]);
    const channels = [0, 1, 2, 3, 4].map((i) => shapes[`encoder.${i}.conv`].at(-1));
    assert.deepEqual(channels, [64, 64, 128, 256, 512]);
    const outputs = outputShapes(network, fixedInputShapes(network, 2));
    assert.deepEqual(outputs, { albedo: [2, 256, 256, 3], light: [2, 256, 256, 27] });
  });

  it("refuses maps that cannot be halved four times", () => {
    assert.throws(() => detailRefiner({ uvSize: 40 }), /`uvSize` should be a multiple of 16 but is 40/);
  });
});

describe("the deciding refiner", () => {
  const shapesOf = (network: ReturnType<typeof decidingRefiner>) =>
    inferShapes(network, fixedInputShapes(network, 1));

  it("has a bottleneck no narrower than the paper's, 1.5 to 1, at each size", () => {
    for (const [uvSize, baseChannels] of [
      [256, 64],
      [128, 32],
      [64, 16],
      [128, 64],
    ]) {
      const network = decidingRefiner({ uvSize, baseChannels });
      const shapes = shapesOf(network);
      const last = network.nodes.filter(({ name }) => /^encoder.*conv$/.test(name)).at(-1)!;
      const [, height, width, channels] = shapes[last.name];
      assert.ok(
        (3 * uvSize * uvSize) / (height * width * channels) <= 1.5,
        `${uvSize}: ${shapes[last.name]}`,
      );
    }
  });

  it("decides of as many bands as its maps hold, and corrects on maps of a quarter", () => {
    const network = decidingRefiner({ uvSize: 128, baseChannels: 32 });
    const outputs = outputShapes(network, fixedInputShapes(network, 2));
    const side = [2, 128, 128];
    assert.deepEqual(outputs, { shares: [...side, 15], albedo: [...side, 3], light: [...side, 27] });
    const shapes = shapesOf(network);
    const layers = decidingLayers.map((name) => shapes[name]);
    assert.deepEqual(layers, [
      [1, 128, 128, 15],
      [1, 32, 32, 3],
      [1, 32, 32, 27],
    ]);
  });

  it("passes the encoder's layers to the decisions alone, if asked to", () => {
    const parts = (network: ReturnType<typeof decidingRefiner>) =>
      network.nodes.filter(({ layer }) => layer.kind === "concat").map(({ name }) => name);
    const size = { uvSize: 128, baseChannels: 32 };
    assert.deepEqual(parts(decidingRefiner(size)), ["shares.2.skip", "shares.1.skip", "shares.0.skip"]);
    assert.deepEqual(parts(decidingRefiner({ ...size, skips: false })), []);
  });

  it("refuses maps that cannot be halved four times", () => {
    assert.throws(() => decidingRefiner({ uvSize: 40 }), /`uvSize` should be a multiple of 16 but is 40/);
  });
});

describe("the coefficient regressor", () => {
  it("has the parameters of ResNet-50 and ResNet-18 and a head of 257", () => {
    assert.equal(count(coefficientRegressor("paper")), 23_508_032 + 2049 * 257);
    assert.equal(count(coefficientRegressor("quick")), 11_176_512 + 513 * 257);
  });

  it("names what it gives", () => {
    const faces = splitRegressed(Float32Array.from({ length: 2 * coefficientCount }, (_, i) => i));
    assert.equal(faces[1].identity[0], 257);
    assert.equal(faces[0].translation[2], 256);
    assert.throws(() => splitRegressed(new Float32Array(3)), /multiple of 257 numbers but has 3/);
  });
});

describe("every network at smoke size", () => {
  const networks = [
    ["the refiner", detailRefiner({ uvSize: 32, baseChannels: 4 })],
    ["the authors' refiner", detailRefiner({ uvSize: 32, baseChannels: 4, ...authorsCode })],
    ["the deciding refiner", decidingRefiner({ uvSize: 32, baseChannels: 4, residualBlocks: 1 })],
    ["the deciding refiner without skips", decidingRefiner({ uvSize: 32, baseChannels: 4, skips: false })],
    ["the discriminator", patchDiscriminator({ uvSize: 32, baseChannels: 4 })],
    ["the quick regressor", coefficientRegressor("quick", { imageSize: 64, baseChannels: 4 })],
    ["the paper's regressor", coefficientRegressor("paper", { imageSize: 64, baseChannels: 2 })],
  ] as const;
  for (const [title, network] of networks) {
    it(`has one value and one gradient on onnx and tfjs: ${title}`, async () => {
      await prepareEngine("wasm");
      const regressor = network.name.startsWith("coefficient");
      // 53 batch norms over few pixels amplify rounding: at batch 8 tfjs's own cpu and wasm differ by 5e-4 in the
      // ResNet-50, and 1e-7 of the image moves its gradients by 1e-4. So 1e-3 there, and 1e-4 everywhere else.
      const tolerance = title === "the paper's regressor" ? 1e-3 : 1e-4;
      await compareEngines(network, fixedInputShapes(network, regressor ? 8 : 4), {
        tolerance,
        differences: "gradient",
      });
    });
  }

  it("accumulates two halves of a batch to the gradient of the whole", async () => {
    const network = detailRefiner({ uvSize: 32, baseChannels: 4 });
    const inputShapes = fixedInputShapes(network, 2);
    const engine = await createOnnxNetwork({
      network,
      inputShapes,
      parameters: stirredParameters(network, inputShapes),
    });
    const [inputs, dys] = [randomArrays(inputShapes, 1), randomArrays(outputShapes(network, inputShapes), 2)];
    const half = (arrays: typeof inputs, i: number, factor: number) =>
      Object.fromEntries(
        Object.entries(arrays).map(([name, { shape, values }]) => {
          const part = values.slice((i * values.length) / 2, ((i + 1) * values.length) / 2);
          return [name, { shape: [1, ...shape.slice(1)], values: part.map((value) => factor * value) }];
        }),
      );
    await engine.forward(inputs);
    await engine.backward(dys);
    const whole = await engine.gradients();
    engine.discardGradients();
    for (const i of [0, 1]) {
      await engine.forward(half(inputs, i, 1));
      await engine.backward(half(dys, i, 2)); // the mean over one item weighs it twice
    }
    for (const [name, values] of Object.entries(await engine.gradients())) {
      const scale = Math.max(1e-3, ...whole[name].map(Math.abs));
      for (const [i, value] of values.entries()) {
        assert.ok(Math.abs(value - whole[name][i]) <= 1e-4 * scale, name);
      }
    }
    await engine.dispose();
  });
});
