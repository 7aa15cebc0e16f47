import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { prepareEngine } from "../../base/engine/prepare-engine.js";
import { readImage } from "../../base/image/read-image.js";
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import { createRandom } from "../../base/tensor/random.js";
import { decodeSafetensors } from "../../base/tensor/safetensors.js";
import { createNetwork } from "../../networks/graph.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { createTfjsNetwork } from "../../networks/tfjs/tfjs-trainable-network.js";
import type { NetworkArray, TrainableNetwork } from "../../networks/trainable-network.js";
import { relativeError } from "../../testing/compare-engines.js";
import { probeImages } from "../../testing/probe-images.js";
import { fivePoints } from "../landmarks/landmarks.js";
import { embeddingFromNetwork, type FaceEmbedding } from "./embedding-from-network.js";
import { arcFaceTemplate, cropForEmbedding } from "./embedding-templates.js";
import { loadFaceDetector } from "./face-detector.js";
import { type FaceEmbeddingName, faceEmbeddingNames, loadFaceEmbedding } from "./face-embedding.js";

const portrait = fileURLToPath(new URL("../../../datasets/portraits/astronaut.png", import.meta.url));
const engines = { tfjs: createTfjsNetwork, onnx: createOnnxNetwork } as const;
type EngineName = keyof typeof engines;

const create = (engine: EngineName, { network, parameters, imageSize }: FaceEmbedding) =>
  engines[engine]({ network, parameters, inputShapes: { image: [1, imageSize, imageSize, 3] } });

/** The embedding of each image of a batch. */
async function embed(engine: TrainableNetwork, image: NetworkArray): Promise<Float32Array[]> {
  const { embedding } = await engine.predict({ image });
  const length = embedding.shape[1];
  return Array.from({ length: image.shape[0] }, (_, i) =>
    embedding.values.slice(i * length, (i + 1) * length),
  );
}

const asArray = ({ width, height, data }: RgbImage): NetworkArray => ({
  shape: [1, height, width, 3],
  values: data,
});

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

const cosine = (a: Float32Array, b: Float32Array) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));

/** 1 - cos(embedding, target), and its gradient with respect to the image. */
async function cosineLoss(engine: TrainableNetwork, image: NetworkArray, target: Float32Array) {
  const { embedding } = await engine.forward({ image });
  const values = embedding.values.slice();
  const [length, targetLength] = [Math.sqrt(dot(values, values)), Math.sqrt(dot(target, target))];
  const similarity = cosine(values, target);
  const dy = values.map((value, i) => -(target[i] / targetLength - (similarity * value) / length) / length);
  const gradients = await engine.backward(
    { embedding: { shape: embedding.shape, values: dy } },
    { parameters: false, inputs: ["image"] },
  );
  return { loss: 1 - similarity, gradient: gradients.image.values.slice() };
}

describe("face/models/face-embedding", () => {
  let photo: RgbImage;
  let points: readonly Point[];
  const embeddings = {} as Record<FaceEmbeddingName, FaceEmbedding>;

  before(async () => {
    await prepareEngine("wasm");
    photo = await readImage(portrait);
    const detector = await loadFaceDetector();
    points = (await detector.detect(photo))[0].points;
    detector.dispose();
    for (const name of faceEmbeddingNames) embeddings[name] = await loadFaceEmbedding(name);
  });

  it("offers one network for the loss and two judges, each with size, dimension, metric, licence and source", () => {
    const facts = faceEmbeddingNames.map((name) => {
      const { imageSize, dimension, metric, use } = embeddings[name];
      return [name, imageSize, dimension, metric, use];
    });
    assert.deepEqual(facts, [
      ["mobileface", 112, 256, "cosine", "loss"],
      ["faceres", 224, 1024, "cosine", "judge"],
      ["dlib", 150, 128, "euclidean", "judge"],
    ]);
    for (const { licence, source, network } of Object.values(embeddings)) {
      assert.match(licence, /MIT|Apache-2\.0|public domain/);
      assert.match(source, /, from @vladmandic\/\S+@\d+\.\d+\.\d+$/);
      assert.ok(network.nodes.every(({ layer }) => layer.kind !== "batchNorm"));
    }
  });

  for (const engine of ["tfjs", "onnx"] as const) {
    for (const name of ["mobileface", "faceres"] as const) {
      it(`gives the embeddings of the network's own runtime, as recorded: ${name} on ${engine}`, async () => {
        const file = fileURLToPath(new URL("golden-embeddings.safetensors", import.meta.url));
        const golden = decodeSafetensors(await readFile(file), file).tensors[name];
        const network = await create(engine, embeddings[name]);
        const given = await embed(network, probeImages(embeddings[name].imageSize));
        await network.dispose();
        for (const [i, values] of given.entries()) {
          const expected = golden.values.subarray(i * values.length, (i + 1) * values.length);
          assert.ok(relativeError(values, expected) <= 1e-5, `${relativeError(values, expected)}`);
        }
      });
    }

    it(`gives the embeddings of face-api's own network: dlib on ${engine}`, async () => {
      const { dlib } = embeddings;
      const require = createRequire(import.meta.url);
      const faceApi = require("@vladmandic/face-api/dist/face-api.node-wasm.js");
      const own = new faceApi.FaceRecognitionNet();
      const folder = path.dirname(require.resolve("@vladmandic/face-api/package.json"));
      await own.loadFromDisk(path.join(folder, "model"));
      const network = await create(engine, dlib);
      const crop = asArray(cropForEmbedding(photo, points, dlib).image);
      for (const image of [crop, probeImages(150)]) {
        const expected = tf.tidy(() => {
          const colours = tf.mul(tf.tensor(image.values, [...image.shape]), 255);
          return own.forwardInput({ toBatchTensor: () => colours }).dataSync() as Float32Array;
        });
        for (const [i, values] of (await embed(network, image)).entries()) {
          const error = relativeError(values, expected.subarray(128 * i, 128 * (i + 1)));
          assert.ok(error <= 1e-5, `${error}`);
        }
      }
      own.dispose();
      await network.dispose();
    });
  }

  for (const name of ["mobileface", "dlib"] as const) {
    it(`has one gradient of a cosine loss on both engines, as central differences: ${name}`, async () => {
      const embedding = embeddings[name];
      const crop = asArray(cropForEmbedding(photo, points, embedding).image);
      await checkGradients(embedding, crop, 1e-4);
      const { shape, values } = probeImages(embedding.imageSize);
      const noise = { shape: [1, ...shape.slice(1)], values: values.slice(0, crop.values.length) };
      await checkGradients(embedding, noise, 1e-4);
    });
  }

  // Among the five million values that faceres bounds to [0, 6], one lies so near a bound that rounding puts it
  // inside on one engine and outside on the other; tfjs's own cpu and wasm then differ by 1e-3 too. So the whole
  // network is held to 5e-3, and to 1e-4 on pictures of 64 px, where one in three suffices to have no such value.
  it("has one gradient of a cosine loss on both engines, as central differences: faceres", async () => {
    const embedding = embeddings.faceres;
    await checkGradients(embedding, asArray(cropForEmbedding(photo, points, embedding).image), 5e-3);
    const small = resized(embedding, 64);
    const errors: number[] = [];
    for (const shift of [0, 1, 2]) {
      const moved = points.map(([x, y]): Point => [x + shift, y]);
      const crop = cropForEmbedding(photo, moved, {
        template: arcFaceTemplate(64),
        imageSize: 64,
      });
      errors.push(await checkGradients(small, asArray(crop.image), 5e-2));
    }
    assert.ok(Math.min(...errors) <= 1e-4, `${errors}`);
  });

  it("finds a mirrored portrait nearer than noise, by each metric", async () => {
    for (const embedding of Object.values(embeddings)) {
      const network = await create("onnx", embedding);
      const five = fivePoints(points);
      const [self] = await embed(network, asArray(cropForEmbedding(photo, points, embedding).image));
      const mirrored = mirror(photo, five);
      const crop = cropForEmbedding(mirrored.photo, mirrored.points, embedding).image;
      const [same] = await embed(network, asArray(crop));
      const others = await embed(network, probeImages(embedding.imageSize));
      const distance = (a: Float32Array, b: Float32Array) =>
        embedding.metric === "cosine" ? 1 - cosine(a, b) : Math.sqrt(dot(a, a) + dot(b, b) - 2 * dot(a, b));
      const near = distance(self, same);
      assert.ok(near < (embedding.metric === "cosine" ? 0.3 : 0.5), `${embedding.name}: ${near}`);
      for (const other of others) assert.ok(distance(self, other) > 1.5 * near, embedding.name);
      await network.dispose();
    }
  });

  it("leaves no tensors", async () => {
    const before = tf.memory().numTensors;
    const network = await create("tfjs", await loadFaceEmbedding("dlib"));
    const { image } = cropForEmbedding(photo, points, embeddings.dlib);
    await cosineLoss(
      network,
      asArray(image),
      Float32Array.from({ length: 128 }, (_, i) => Math.cos(i)),
    );
    await network.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it("refuses a name that it does not know", async () => {
    await assert.rejects(loadFaceEmbedding("arcface" as FaceEmbeddingName), {
      message: 'loadFaceEmbedding: `name` should be one of mobileface, faceres, dlib but is "arcface".',
    });
  });
});

/** Both engines and, along a random direction, central differences. @returns how far the engines are apart */
async function checkGradients(embedding: FaceEmbedding, image: NetworkArray, tolerance: number) {
  const random = createRandom(7);
  const target = random.normalArray(embedding.dimension);
  const tfjs = await create("tfjs", embedding);
  const onnx = await create("onnx", embedding);
  const expected = await cosineLoss(tfjs, image, target);
  const actual = await cosineLoss(onnx, image, target);
  const error = relativeError(actual.gradient, expected.gradient);
  assert.ok(error <= tolerance, `engines: ${error}`);
  // Random signs, most of them the gradient's own: along others the slope is lost in the rounding.
  const direction = actual.gradient.map((value) =>
    random.uniform() < 0.7 ? Math.sign(value) : -Math.sign(value),
  );
  const step = 5e-5; // small, for the kinks; the loss still moves by some 1e-4, rounding by 1e-7
  const lossAt = async (sign: number) => {
    const values = image.values.map((value, i) => value + sign * step * direction[i]);
    const [given] = await embed(onnx, { shape: image.shape, values });
    return 1 - cosine(given, target);
  };
  const numeric = ((await lossAt(1)) - (await lossAt(-1))) / (2 * step);
  const analytic = dot(actual.gradient, direction);
  const difference = Math.abs(numeric / analytic - 1);
  assert.ok(difference <= 0.02, `differences: ${numeric}, gradient: ${analytic}`);
  await Promise.all([tfjs.dispose(), onnx.dispose()]);
  return error;
}

/** The same network on smaller images, where it decides their size nowhere else. */
function resized(embedding: FaceEmbedding, size: number): FaceEmbedding {
  const { name, network } = embedding;
  const smaller = createNetwork(name, ({ add }) => {
    for (const { name: node, layer, inputs } of network.nodes) {
      add(node, layer.kind === "input" ? { kind: "input", shape: [size, size, 3] } : layer, ...inputs);
    }
    return network.outputs;
  });
  return embeddingFromNetwork(smaller, embedding.parameters, embedding);
}

/** The picture and the points as a mirror shows them. */
function mirror(photo: RgbImage, five: readonly Point[]): { photo: RgbImage; points: Point[] } {
  const { width, data } = photo;
  const flipped = data.map((_, i) => {
    const [pixel, channel] = [Math.floor(i / 3), i % 3];
    const [row, column] = [Math.floor(pixel / width), pixel % width];
    return data[3 * (row * width + width - 1 - column) + channel];
  });
  const points = [1, 0, 2, 4, 3].map((i): Point => [width - five[i][0], five[i][1]]);
  return { photo: { ...photo, data: flipped }, points };
}
