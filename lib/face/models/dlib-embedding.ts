/**
 * dlib's face recognition network (King 2017): a ResNet of 29 convolutions that gives 128 numbers. Its weights, as
 * integers of 8 bits, are inside face-api; the graph here is face-api's.
 */

import { type FrozenNetwork, foldNetwork } from "../../networks/fold-network.js";
import { createNetwork, type Network, type NetworkBuilder } from "../../networks/graph.js";
import { averagePool, conv, maxPool } from "../../networks/layers.js";
import { parameterSpecs } from "../../networks/parameters.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import { checkParameters } from "../../networks/trainable-network.js";
import { filtersFirst } from "../../networks/weights-manifest.js";
import { readFaceApiWeights } from "./face-api-weights.js";

/** The mean red, green and blue that the network subtracts, of 255. */
const meanColour = [122.782, 117.001, 104.298];

/** Names of the residual blocks, with their channels. A block whose name has "down" halves the size. */
const blocks = [
  ...["conv32_1", "conv32_2", "conv32_3"].map((name) => [name, 32] as const),
  ...["conv64_down", "conv64_1", "conv64_2", "conv64_3"].map((name) => [name, 64] as const),
  ...["conv128_down", "conv128_1", "conv128_2"].map((name) => [name, 128] as const),
  ...["conv256_down", "conv256_1", "conv256_2", "conv256_down_out"].map((name) => [name, 256] as const),
];

/** @throws in one line that names the file or the network, if the installed face-api has no such weights */
export async function readDlibNetwork(): Promise<FrozenNetwork> {
  const need = await readFaceApiWeights("face_recognition_model");
  const network = dlibNetwork();
  const convolutions = network.nodes.filter(({ layer }) => layer.kind === "conv");
  const parameters = convolutions.flatMap(({ name }) => [
    [`${name}.weight`, filtersFirst(need(`${name}/conv/filters`))] as const,
    [`${name}.bias`, Float32Array.from(need(`${name}/conv/bias`).values)] as const,
    [`${name}.scaled.scale`, Float32Array.from(need(`${name}/scale/weights`).values)] as const,
    [`${name}.scaled.bias`, Float32Array.from(need(`${name}/scale/biases`).values)] as const,
  ]);
  const dense = ["fc.weight", filtersFirst(need("fc"))] as const;
  const values = Object.fromEntries([...parameters, dense]);
  checkParameters(network, parameterSpecs(network, fixedInputShapes(network, 1)), values);
  return foldNetwork(network, values);
}

/** Input "image" [150, 150, 3], sRGB in [0, 1]; output "embedding" [128]. Nodes have the names of the weights. */
function dlibNetwork(): Network {
  return createNetwork("dlib", (builder) => {
    const { add, input } = builder;
    const image = input("image", [150, 150, 3]);
    const offset = meanColour.map((mean) => -mean / 255);
    const prepared = add("preparation", { kind: "affine", scale: [1], offset }, image);
    const stem = convolution(builder, "conv32_down", prepared, { filters: 32, kernel: 7, stride: 2 });
    const first = add("conv32_down.relu", { kind: "relu" }, stem);
    let from: BlockInput = { value: add("pool", maxPool({ kernel: 3, stride: 2 }), first), side: 35 };
    let channels = 32;
    for (const [name, filters] of blocks) {
      from = block(builder, name, from, { filters, widens: filters > channels });
      channels = filters;
    }
    const mean = add("mean", { kind: "globalAveragePool" }, from.value);
    return { embedding: add("fc", { kind: "dense", units: 128, bias: false }, mean) };
  });
}

interface BlockInput {
  readonly value: string;
  /** Height and width. */
  readonly side: number;
}

function block(
  builder: NetworkBuilder,
  name: string,
  { value, side }: BlockInput,
  { filters, widens }: { filters: number; widens: boolean },
): BlockInput {
  const { add } = builder;
  const halves = name.includes("down");
  const options = halves ? { filters, kernel: 3, stride: 2 } : { filters, kernel: 3, padding: 1 };
  const inner = add(
    `${name}/conv1.relu`,
    { kind: "relu" },
    convolution(builder, `${name}/conv1`, value, options),
  );
  const last = convolution(builder, `${name}/conv2`, inner, { filters, kernel: 3, padding: 1 });
  const short = halves ? shortcut(builder, name, value, widens) : value;
  const [long, shorter] = halves ? [Math.floor(side / 2), Math.floor((side - 3) / 2) + 1] : [side, side];
  // The pooled shortcut may be longer by one than the convolved value, which then gets a row and a column of zeros.
  const fitting =
    long === shorter ? last : add(`${name}.fitted`, { kind: "pad", padding: [0, 0, 1, 1] }, last);
  const sum = add(`${name}.sum`, { kind: "add" }, fitting, short);
  return { value: add(`${name}.relu`, { kind: "relu" }, sum), side: long };
}

/** Halves the size, and appends as many channels of zeros if the block widens. */
function shortcut({ add }: NetworkBuilder, name: string, value: string, widens: boolean): string {
  const pooled = add(`${name}.pooled`, averagePool({ kernel: 2, stride: 2 }), value);
  if (!widens) return pooled;
  const zeros = add(`${name}.zeros`, { kind: "affine", scale: [0], offset: [0] }, pooled);
  return add(`${name}.widened`, { kind: "concat" }, pooled, zeros);
}

function convolution(
  { add }: NetworkBuilder,
  name: string,
  value: string,
  options: Parameters<typeof conv>[0],
): string {
  return add(`${name}.scaled`, { kind: "scaleAndBias" }, add(name, conv(options), value));
}
