/**
 * The network that finds faces: an SSD (W. Liu et al. 2016) on MobileNet (Howard et al. 2017), with the weights of
 * face-api. From six layers, each coarser than the one before, it says for each of 5118 fixed boxes whether the box
 * holds a face, and how the box should move.
 */
import type { RgbImage } from "../../base/image/rgb-image.js";
import type { FrozenNetwork } from "../../networks/fold-network.js";
import { createNetwork, type Network, type NetworkBuilder } from "../../networks/graph.js";
import { batchNorm, conv, depthwiseConv, type Padding } from "../../networks/layers.js";
import type { NetworkArrays } from "../../networks/trainable-network.js";
import { filtersFirst } from "../../networks/weights-manifest.js";
import { type Boxes, boxInputSide } from "../landmarks/face-nets.js";
import { readFaceApiWeights } from "./face-api-weights.js";

const levels = 6;

export interface BoxNetwork extends FrozenNetwork {
  /** The fixed boxes: top, left, bottom, right as fractions of the input, [5118 * 4]. */
  readonly anchors: Float32Array;
}

/** @throws in one line that names the file, if the installed face-api has no such weights */
export async function readBoxNetwork(): Promise<BoxNetwork> {
  const need = await readFaceApiWeights("ssd_mobilenetv1_model");
  const network = boxNetwork();
  const values = (name: string) => Float32Array.from(need(name).values);
  const parameters = network.nodes.flatMap(({ name, layer }) => {
    if (layer.kind === "batchNorm") {
      const parts = { scale: "gamma", bias: "beta", mean: "moving_mean", variance: "moving_variance" };
      return Object.entries(parts).map(([part, theirs]) => [`${name}.${part}`, values(`${name}/${theirs}`)]);
    }
    if (layer.kind === "depthwiseConv")
      return [[`${name}.weight`, filtersFirst(need(`${name}/depthwise_weights`))]];
    if (layer.kind !== "conv") return [];
    const bias = name.endsWith("Predictor") ? "biases" : "convolution_bn_offset";
    return [
      [`${name}.weight`, filtersFirst(need(`${name}/weights`))],
      [`${name}.bias`, values(`${name}/${bias}`)],
    ];
  });
  return { network, parameters: Object.fromEntries(parameters), anchors: values("Output/extra_dim") };
}

/**
 * The network's input, encoded sRGB in [0, 1]: the photo in the upper left corner, black around it.
 * @param photo 512 px on its longer side
 */
export function boxInput({ width, height, data }: RgbImage): Float32Array {
  const values = new Float32Array(3 * boxInputSide * boxInputSide);
  for (let y = 0; y < height; y++)
    values.set(data.subarray(3 * y * width, 3 * (y + 1) * width), 3 * y * boxInputSide);
  return values;
}

/** @param outputs of the network for one photo */
export function decodeBoxes(outputs: NetworkArrays, anchors: Float32Array): Boxes {
  const [corners, scores] = [new Float32Array(anchors.length), new Float32Array(anchors.length / 4)];
  let n = 0;
  for (let level = 0; level < levels; level++) {
    const [moves, classes] = [outputs[`moves.${level}`].values, outputs[`classes.${level}`].values];
    for (let k = 0; k < moves.length / 4; k++, n++) {
      for (const axis of [0, 1]) {
        const [first, last] = [anchors[4 * n + axis], anchors[4 * n + axis + 2]];
        const [shift, growth] = [moves[4 * k + axis], moves[4 * k + axis + 2]];
        // Moves are in tenths of the anchor's size, growths in fifths of its logarithm.
        const centre = (first + last) / 2 + (shift / 10) * (last - first);
        const half = (Math.exp(growth / 5) * (last - first)) / 2;
        corners[4 * n + axis] = centre - half;
        corners[4 * n + axis + 2] = centre + half;
      }
      // There are three classes, each with a score of its own; the second is a face.
      scores[n] = 1 / (1 + Math.exp(-classes[3 * k + 1]));
    }
  }
  return { corners, scores };
}

/** TensorFlow's padding for a window of 3 that moves by 2 over an even side. */
const uneven: Padding = [0, 0, 1, 1];

/**
 * Input "image" [512, 512, 3]; outputs "moves.i" [n, n, 4 a box] and "classes.i" [n, n, 3 a box]. The nodes have the
 * names of the weights.
 */
function boxNetwork(): Network {
  return createNetwork("face boxes", (builder) => {
    const { add, input } = builder;
    const image = input("image", [boxInputSide, boxInputSide, 3]);
    const prepared = add("preparation", { kind: "affine", scale: [2], offset: [-1] }, image);
    let x = pointwise(builder, "MobilenetV1/Conv2d_0", prepared, 32, true);
    let finer = "";
    [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024].forEach((filters, i) => {
      const name = `MobilenetV1/Conv2d_${i + 1}`;
      x = pointwise(builder, name, depthwise(builder, name, x, [2, 4, 6, 12].includes(i + 1)), filters);
      if (i + 1 === 11) finer = x;
    });
    const sources = [finer, x];
    [256, 512, 128, 256, 128, 256, 64, 128].forEach((filters, i) => {
      const halves = i % 2 === 1;
      x = pointwise(builder, `Prediction/Conv2d_${i}`, x, filters, halves);
      if (halves) sources.push(x);
    });
    const outputs = sources.flatMap((source, level) => {
      const boxes = level === 0 ? 3 : 6;
      const predictor = `Prediction/BoxPredictor_${level}`;
      const head = (kind: string, numbers: number) =>
        add(`${predictor}/${kind}Predictor`, conv({ filters: numbers * boxes, kernel: 1 }), source);
      return [
        [`moves.${level}`, head("BoxEncoding", 4)],
        [`classes.${level}`, head("Class", 3)],
      ];
    });
    return Object.fromEntries(outputs);
  });
}

/** @param halves whether it sees 3 x 3 pixels and halves the size; else it sees one pixel */
function pointwise({ add }: NetworkBuilder, name: string, from: string, filters: number, halves = false) {
  const window = halves ? { kernel: 3, stride: 2, padding: uneven } : { kernel: 1 };
  const x = add(`${name}_pointwise`, conv({ filters, ...window }), from);
  return add(`${name}_pointwise.relu6`, { kind: "clip", minimum: 0, maximum: 6 }, x);
}

function depthwise({ add }: NetworkBuilder, name: string, from: string, halves: boolean) {
  const window = halves ? { stride: 2, padding: uneven } : { padding: 1 };
  const x = add(`${name}_depthwise`, depthwiseConv({ kernel: 3, bias: false, ...window }), from);
  const normal = add(`${name}_depthwise/BatchNorm`, batchNorm(0.001), x);
  return add(`${name}_depthwise.relu6`, { kind: "clip", minimum: 0, maximum: 6 }, normal);
}
