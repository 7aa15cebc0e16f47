/** A network from anywhere as a face embedding: one image in, one vector out, its own preparation inside. */
import type { FivePoints } from "../landmarks/landmarks.js";
import { createNetwork, inputNames, type Network } from "../networks/graph.js";
import type { ParameterValues } from "../networks/parameters.js";
import { fixedInputShapes, inferShapes } from "../networks/shape-inference.js";

/** A network that tells faces apart, and what one must know to use it. */
export interface FaceEmbedding {
  readonly name: string;
  /**
   * Input "image" [B, S, S, 3], encoded sRGB in [0, 1] of an aligned face; output "embedding" [B, D], as the network
   * gives it: not made to length 1.
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
  /** What it is for here. A network that a loss has used says nothing about the result: never judge by it. */
  readonly use: "loss" | "judge";
  readonly licence: string;
  /** Where it is from. */
  readonly source: string;
}

export interface EmbeddingOptions
  extends Pick<FaceEmbedding, "name" | "template" | "metric" | "use" | "licence" | "source"> {
  /** The network reads scale · image + offset: one number, or one a channel (red, green, blue). */
  readonly preparation?: { readonly scale: readonly number[]; readonly offset: readonly number[] };
}

/**
 * @param network one input [S, S, 3] (red, green, blue) and one output of D numbers, under any names
 * @throws naming the network, if its input or output is another
 */
export function embeddingFromNetwork(
  network: Network,
  parameters: ParameterValues,
  options: EmbeddingOptions,
): FaceEmbedding {
  const { preparation, ...description } = options;
  const { input, output } = ends(network);
  const shapes = inferShapes(network, fixedInputShapes(network, 1));
  const [, height, width, channels] = shapes[input]!;
  const [, dimension, ...more] = shapes[output]!;
  if (shapes[input]!.length !== 4 || height !== width || channels !== 3) {
    return refuse(network, `its input should have shape [B, S, S, 3] but has [${shapes[input]}]`);
  }
  if (dimension === undefined || more.length > 0) {
    return refuse(network, `its output should have shape [B, D] but has [${shapes[output]}]`);
  }
  const prepared = createNetwork(options.name, ({ add, input: addInput }) => {
    const image = addInput("image", [height!, width!, 3]);
    const first = preparation ? add("preparation", { kind: "affine", ...preparation }, image) : image;
    for (const { name, layer, inputs } of network.nodes) {
      if (name !== input) add(name, layer, ...inputs.map((from) => (from === input ? first : from)));
    }
    return { embedding: output === input ? first : output };
  });
  return { ...description, network: prepared, parameters, imageSize: height!, dimension };
}

function ends(network: Network): { input: string; output: string } {
  const [inputs, outputs] = [inputNames(network), Object.values(network.outputs)];
  if (inputs.length === 1 && outputs.length === 1) return { input: inputs[0]!, output: outputs[0]! };
  return refuse(
    network,
    `it should have 1 input and 1 output but has ${inputs.length} and ${outputs.length}`,
  );
}

function refuse(network: Network, problem: string): never {
  throw new Error(`embeddingFromNetwork: network "${network.name}": ${problem}.`);
}
