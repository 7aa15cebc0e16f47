/**
 * Makes a face embedding of any network: one image in, one vector out, with the network's own preparation of the image
 * inside.
 */

import { createNetwork, inputNames, type Network } from "../../networks/graph.js";
import { conv } from "../../networks/layers.js";
import type { ParameterValues } from "../../networks/parameters.js";
import { fixedInputShapes, inferShapes } from "../../networks/shape-inference.js";
import type { FivePoints } from "../landmarks/landmarks.js";

/** A network that tells faces apart, with what one must know to use it. */
export interface FaceEmbedding {
  readonly name: string;
  /**
   * Input "image" [B, S, S, 3], encoded sRGB in [0, 1] of an aligned face; output "embedding" [B, D] as the network
   * gives it, not scaled to length 1.
   */
  readonly network: Network;
  readonly parameters: ParameterValues;
  /** S, px. */
  readonly imageSize: number;
  /** D. */
  readonly dimension: number;
  /** Where the five points of the face go, in px of the input. */
  readonly template: FivePoints;
  /** How two embeddings are compared: by the cosine of their angle, or by the distance of their ends. */
  readonly metric: "cosine" | "euclidean";
  /** What the network is used for here. A network that was part of a loss cannot judge the result. */
  readonly use: "loss" | "judge";
  readonly licence: string;
  /** Where the network comes from. */
  readonly source: string;
}

export interface EmbeddingOptions
  extends Pick<FaceEmbedding, "name" | "template" | "metric" | "use" | "licence" | "source"> {
  /**
   * The network reads scale · image + offset. Each is one number, or one for each channel in the network's order.
   * `channels` says which order that is; red, green, blue by default.
   */
  readonly preparation?: {
    readonly scale: readonly number[];
    readonly offset: readonly number[];
    readonly channels?: EmbeddingChannels;
  };
}

/** What a network reads of a colour: red, green and blue in either order, or only luma. */
export type EmbeddingChannels = keyof typeof channelWeights;

/** For each channel its weights of red, green and blue. */
const channelWeights = {
  rgb: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  bgr: [0, 0, 1, 0, 1, 0, 1, 0, 0],
  grey: [0.299, 0.587, 0.114],
} as const;

/** The network does not make one vector of one face. */
export class OtherShapeError extends Error {
  override readonly name = "OtherShapeError";

  constructor(
    networkName: string,
    /** What its input or output is, and what it should be. */
    readonly problem: string,
  ) {
    super(`embeddingFromNetwork: network "${networkName}": ${problem}.`);
  }
}

/**
 * @param network one input [S, S, 3], or [S, S, 1] for luma, and one output of D numbers, under any names
 * @throws OtherShapeError if its input or output has another shape
 */
export function embeddingFromNetwork(
  network: Network,
  parameters: ParameterValues,
  options: EmbeddingOptions,
): FaceEmbedding {
  const { preparation, ...description } = options;
  const { input, output } = ends(network);
  const shapes = inferShapes(network, fixedInputShapes(network, 1));
  const [, height, width, channels] = shapes[input];
  const [, dimension, ...more] = shapes[output];
  const weights = channelWeights[preparation?.channels ?? "rgb"];
  if (shapes[input].length !== 4 || height !== width || channels !== weights.length / 3) {
    const expected = `[B, S, S, ${weights.length / 3}]`;
    return refuse(network, `its input should have shape ${expected} but has [${shapes[input]}]`);
  }
  const mixes = (preparation?.channels ?? "rgb") !== "rgb";
  if (dimension === undefined || more.length > 0) {
    return refuse(network, `its output should have shape [B, D] but has [${shapes[output]}]`);
  }
  const prepared = createNetwork(options.name, ({ add, input: addInput }) => {
    const image = addInput("image", [height, width, 3]);
    const mixed = mixes
      ? add("channels", conv({ filters: weights.length / 3, kernel: 1, bias: false }), image)
      : image;
    const first = preparation
      ? add("preparation", { kind: "affine", scale: preparation.scale, offset: preparation.offset }, mixed)
      : mixed;
    for (const { name, layer, inputs } of network.nodes) {
      if (name !== input) add(name, layer, ...inputs.map((from) => (from === input ? first : from)));
    }
    return { embedding: output === input ? first : output };
  });
  const all = mixes ? { ...parameters, "channels.weight": Float32Array.from(weights) } : parameters;
  return { ...description, network: prepared, parameters: all, imageSize: height, dimension };
}

function ends(network: Network): { input: string; output: string } {
  const [inputs, outputs] = [inputNames(network), Object.values(network.outputs)];
  if (inputs.length === 1 && outputs.length === 1) return { input: inputs[0], output: outputs[0] };
  return refuse(
    network,
    `it should have 1 input and 1 output but has ${inputs.length} and ${outputs.length}`,
  );
}

function refuse(network: Network, problem: string): never {
  throw new OtherShapeError(network.name, problem);
}
