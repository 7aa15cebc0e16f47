import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { createRandom } from "../../base/tensor/random.js";
import { type SparseOperator, sparseFromRows, sparseOperator } from "../../base/tensor/sparse-matrix.js";
import { createUvSpace, type UvSpace } from "../../graphics/uv/uv-space.js";
import { createNetwork } from "../../networks/graph.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { initialParameters, parameterSpecs } from "../../networks/parameters.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import { runNetwork } from "../../networks/tfjs/tfjs-network.js";
import { createTfjsNetwork } from "../../networks/tfjs/tfjs-trainable-network.js";
import type { TrainableNetwork } from "../../networks/trainable-network.js";
import {
  fixtureEmbedding,
  fixtureNetworks,
  fixtureSample,
  fixtureSizes,
} from "../../testing/detail-fixture.js";
import { checkGradient } from "../../testing/finite-differences.js";
import { bumpySphere } from "../../testing/sphere-mesh.js";
import type { DetailSample } from "../detail/detail-sample.js";
import { detailSamplesInMemory } from "../detail/detail-sample-file.js";
import { identityLoss } from "../training/identity-loss.js";
import { colourGraph, type GraphPainter, graphPainter, graphTexels } from "./colour-graph.js";
import { chebyshevConv, laplacianName, vertexInputs, vertexRefiner } from "./vertex-refiner.js";
import { vertexRefinerTrainee } from "./vertex-refiner-trainee.js";

/** A path of three vertices: eigenvalues −1, 0 and 1. */
const half = Math.SQRT1_2;
const path = sparseFromRows([[[1, -half]], [[0, -half], [2, -half]], [[1, -half]]], 3); // biome-ignore format: rows

const oneLayer = createNetwork("polynomials", (builder) => {
  const x = builder.input("x", [1, 3, 1]);
  return { y: chebyshevConv(builder, "layer", x, { filters: 1, order: 4, vertices: 3 }) };
});

describe("face/rivals/vertex-refiner: chebyshevConv", () => {
  before(() => prepareEngine("wasm"));

  const run = (x: tf.Tensor, weights: readonly number[], laplacian: SparseOperator) => {
    const parameters = {
      "layer.conv.weight": tf.tensor4d([...weights], [1, 4, 1, 1]),
      "layer.conv.bias": tf.zeros([1]),
    };
    return runNetwork(oneLayer, { x }, parameters, false, { [laplacianName]: laplacian }).outputs.y;
  };

  it("gives T_k(λ) of an eigenvector: 1, λ, 2λ² − 1, 4λ³ − 3λ, with 0, −1, 0 and 0 for λ = 0", () => {
    const laplacian = sparseOperator(path);
    tf.tidy(() => {
      const vectors = [[half, 1, half], [1, 0, -1], [-half, 1, -half]]; // biome-ignore format: of −1, 0 and 1
      const values = [-1, 0, 1].map((e) => [1, e, 2 * e * e - 1, 4 * e ** 3 - 3 * e]);
      vectors.forEach((vector, i) => {
        for (let k = 0; k < 4; k++) {
          const weights = [0, 1, 2, 3].map((one) => Number(one === k));
          const y = run(tf.tensor4d(vector, [1, 1, 3, 1]), weights, laplacian).dataSync();
          y.forEach((value, v) => {
            assert.ok(Math.abs(value - values[i][k] * vector[v]) < 1e-6, `T_${k} of ${i - 1}`);
          });
        }
      });
    });
    laplacian.dispose();
  });

  it("has the gradient that central differences find", async () => {
    const laplacian = sparseOperator(path);
    const random = createRandom(2);
    const x = tf.tensor4d(random.normalArray(6), [2, 1, 3, 1]);
    const weights = tf.tensor4d(random.normalArray(6), [2, 1, 3, 1]);
    const error = await checkGradient(
      (input) => tf.sum(tf.mul(tf.square(run(input, [1, -0.5, 0.7, 0.3], laplacian)), weights)),
      [x],
    );
    assert.ok(error < 2e-3, `relative error ${error}`);
    laplacian.dispose();
    tf.dispose([x, weights]);
  });

  it("says what is missing where its matrix is, and that ONNX Runtime does not run it", async () => {
    const x = tf.ones([1, 1, 3, 1]);
    const parameters = initialParameters(parameterSpecs(oneLayer, { x: [1, 1, 3, 1] }), 1, "he");
    const tensors = Object.fromEntries(
      Object.entries(parameters).map(([name, v]) => [
        name,
        tf.tensor(v, name.endsWith("weight") ? [1, 4, 1, 1] : [1]),
      ]),
    );
    assert.throws(
      () => runNetwork(oneLayer, { x }, tensors),
      /"layer\.product1" needs the matrix "laplacian"/,
    );
    tf.dispose([x, tensors]);
    const network = await createOnnxNetwork({
      network: oneLayer,
      inputShapes: { x: [1, 1, 3, 1] },
      parameters,
    });
    const input = { x: { shape: [1, 1, 3, 1], values: new Float32Array(3) } };
    await assert.rejects(network.predict(input), /a sparse product runs on tfjs only/);
  });
});

describe("face/rivals/vertex-refiner: training", () => {
  const { uvSize } = fixtureSizes;
  let samples: DetailSample[];
  let uvSpace: UvSpace;
  let painter: GraphPainter;
  let laplacian: SparseOperator;
  let texels: Int32Array;
  let network: TrainableNetwork;
  let sphere: tf.Tensor[];

  before(async () => {
    await prepareEngine("wasm");
    samples = await Promise.all([1, 2].map(fixtureSample));
    const { uvs, triangles, ...mesh } = bumpySphere(3, 1);
    const [places, corners] = [await uvs.data<"float32">(), await triangles.data<"int32">()];
    const plain = { uvs: places.slice(), triangles: Int32Array.from(corners), albedoSubdivision: [] };
    const graph = colourGraph(plain);
    uvSpace = createUvSpace(
      { uvs, triangles, skinTriangle: new Uint8Array(corners.length / 3).fill(1) },
      uvSize,
    );
    painter = graphPainter(graph, uvSpace);
    laplacian = sparseOperator(graph.laplacian);
    texels = graphTexels(graph, plain.uvs, uvSize);
    const { dimension } = fixtureEmbedding;
    const layers = vertexRefiner({ vertices: graph.size, dimension, channels: 4, blocks: 1, order: 2 });
    const parameters = initialParameters(parameterSpecs(layers, fixedInputShapes(layers, 1)), 1, "he");
    network = await createTfjsNetwork({
      network: layers,
      inputShapes: fixedInputShapes(layers, 2),
      parameters: {
        ...parameters,
        "last.conv.weight": new Float32Array(parameters["last.conv.weight"].length),
      },
      matrices: { [laplacianName]: laplacian },
    });
    sphere = [uvs, triangles];
    tf.dispose({ ...mesh });
  });
  after(() => {
    for (const one of [uvSpace, painter, laplacian]) one.dispose();
    tf.dispose(sphere);
  });

  it("is told of no difference where the photo shows nothing, and of the photo's from the coarse picture elsewhere", () => {
    const sample = samples[0];
    const inputs = vertexInputs(sample, texels);
    texels.forEach((t, v) => {
      const own = inputs.subarray(10 * v, 10 * v + 10);
      assert.equal(own[9], sample.seen[t]);
      const coarse = own[0] * own[6];
      const expected = sample.seen[t] === 1 ? sample.texture[3 * t] / 255 - coarse : 0;
      assert.ok(Math.abs(own[3] - expected) < 1e-6);
    });
  });

  it("starts at the coarse picture, brings it nearer to the photo, and leaves no tensors behind", async () => {
    const { recognition, ...others } = await fixtureNetworks();
    const { step } = vertexRefinerTrainee({
      network,
      painter,
      texels,
      identity: identityLoss(fixtureEmbedding, recognition),
      samples: detailSamplesInMemory(samples),
      weights: { pixel: 1, identity: 0.01, prior: 0.01 },
      batchSize: 2,
      rate: { rate: 5e-3, warmUp: 0, decay: "constant" },
      steps: 30,
      seed: 1,
    });
    const first = await step(0, createRandom(1));
    assert.equal(first.prior, 0);
    const before = tf.memory().numTensors;
    let last = first;
    for (let i = 1; i < 30; i++) last = await step(i, createRandom(1));
    assert.equal(tf.memory().numTensors, before);
    assert.ok(last.pixel < 0.7 * first.pixel, `${first.pixel} to ${last.pixel}`);
    for (const one of [network, recognition, ...Object.values(others)]) await one.dispose();
  });
});
