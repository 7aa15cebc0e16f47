/** For tests: detail samples of bumpy spheres, and networks of a few channels to learn from them. */
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../base/tensor/random.js";
import type { DetailSample } from "../face/detail/detail-sample.js";
import { decidingRefiner } from "../face/models/deciding-refiner.js";
import { detailRefiner } from "../face/models/detail-refiner.js";
import { patchDiscriminator } from "../face/models/patch-discriminator.js";
import { neutralCoefficients } from "../face/morphable-model/coefficients.js";
import { renderTextured } from "../graphics/renderer/render.js";
import { takeSurfacePicture } from "../graphics/renderer/surface/surface-picture.js";
import { vertexNormals } from "../graphics/renderer/vertex-normals.js";
import { createNetwork, type Network } from "../networks/graph.js";
import { conv, dense } from "../networks/layers.js";
import { createOnnxNetwork } from "../networks/onnx/onnx-network.js";
import { initialParameters, parameterSpecs } from "../networks/parameters.js";
import { fixedInputShapes } from "../networks/shape-inference.js";
import type { TrainableNetwork } from "../networks/trainable-network.js";
import { bumpySphere } from "./sphere-mesh.js";

export const fixtureSizes = { size: 32, uvSize: 16 } as const;

/** Makes a sample; each number has its own radius, albedo and light. */
export async function fixtureSample(number: number): Promise<DetailSample> {
  const { size, uvSize } = fixtureSizes;
  const random = createRandom(number).fork("fixture");
  const mesh = bumpySphere(3, 0.7 + 0.2 * random.uniform());
  const scene = { ...mesh, normals: vertexNormals(mesh.vertices, mesh.triangles), size };
  const map = tf.tensor4d(smooth(uvSize, random.uniform()), [1, uvSize, uvSize, 3]);
  const { light } = neutralCoefficients();
  for (let i = 0; i < 27; i++) light[i] += 0.1 * random.normal();
  const lights = tf.tensor2d(light, [1, 27]);
  const { image, mask, fragments } = renderTextured(scene, map, lights);
  const surface = await takeSurfacePicture({ fragments, ...scene });
  const [photo, albedo, inside] = await Promise.all(
    [image, map, mask].map((tensor) => tensor.data<"float32">()),
  );
  const bytes = (values: Float32Array, noise: number) =>
    Uint8Array.from(values, (v) =>
      Math.min(Math.max(Math.round(255 * (v + noise * random.normal())), 0), 255),
    );
  const seen = Uint8Array.from({ length: uvSize ** 2 }, (_, i) => Number(i % uvSize < 10));
  const sample = {
    id: `sphere ${number}`,
    uvSize,
    image: bytes(photo, 0.03),
    mask: Uint8Array.from(inside),
    surface,
    priorAlbedo: albedo.map((value) => 0.9 * value),
    coarseShading: albedo.map((value) => 0.6 + 0.2 * value),
    texture: bytes(albedo, 0.05).map((value, i) => value * seen[Math.floor(i / 3)]),
    seen,
    coefficients: neutralCoefficients({ light }),
    points: [[10, 12], [22, 12], [16, 17], [11, 22], [21, 22]] as const, // biome-ignore format: five points
    truth: bytes(albedo, 0),
  };
  tf.dispose([map, lights, image, mask, { ...fragments }, { ...mesh }, scene.normals]);
  return sample;
}

function smooth(side: number, phase: number): number[] {
  return Array.from({ length: side * side * 3 }, (_, i) => {
    const [x, y] = [(Math.floor(i / 3) % side) / side, Math.floor(i / 3 / side) / side];
    return 0.5 + 0.2 * Math.sin(5 * x + (i % 3) + 6 * phase) + 0.2 * Math.cos(4 * y - (i % 3));
  });
}

/** A recognition network that reads 8 px and gives 6 numbers. */
export const fixtureEmbedding = {
  imageSize: 8,
  dimension: 6,
  template: [[2, 3], [6, 3], [4, 4.5], [2.5, 6], [5.5, 6]], // biome-ignore format: five points
} as const;

type Create = typeof createOnnxNetwork;

function start(network: Network, seed: number, create: Create): Promise<TrainableNetwork> {
  const inputShapes = fixedInputShapes(network, 1);
  return create({
    network,
    inputShapes,
    parameters: initialParameters(parameterSpecs(network, inputShapes), seed, "he"),
  });
}

const refiners = {
  paper: () => detailRefiner({ uvSize: fixtureSizes.uvSize, baseChannels: 2 }),
  deciding: () => decidingRefiner({ uvSize: fixtureSizes.uvSize, baseChannels: 2 }),
} as const;

/** The three networks of a training step at uv 16. @param refiner the paper's, or the one for the base `bands` */
export async function fixtureNetworks(
  create: Create = createOnnxNetwork,
  refiner: keyof typeof refiners = "paper",
) {
  const { uvSize } = fixtureSizes;
  const recognition = createNetwork("recognition", ({ input, add }) => {
    const image = input("image", [8, 8, 3]);
    const half = add("conv", conv({ filters: 4, kernel: 3, stride: 2, padding: 1 }), image);
    const flat = add("flat", { kind: "flatten", order: "channelsLast" }, add("relu", { kind: "relu" }, half));
    return { embedding: add("dense", dense(6), flat) };
  });
  return {
    generator: await start(refiners[refiner](), 1, create),
    discriminator: await start(patchDiscriminator({ uvSize, baseChannels: 2 }), 2, create),
    recognition: await start(recognition, 3, create),
  };
}
