/** The network that finds 68 points on the crop of a face, with the weights of face-api: four densely connected blocks. */

import type { FrozenNetwork } from "../../networks/fold-network.js";
import { createNetwork, type Network, type NetworkBuilder } from "../../networks/graph.js";
import { averagePool, conv, dense, depthwiseConv, type Padding } from "../../networks/layers.js";
import { filtersFirst } from "../../networks/weights-manifest.js";
import { landmarkCropSide } from "../landmarks/face-nets.js";
import { readFaceApiWeights } from "./face-api-weights.js";

/** Mean red, green and blue of the training pictures, of 255. */
const meanColour = [122.782, 117.001, 104.298];

/** @throws in one line that names the file, if the installed face-api has no such weights */
export async function readPointNetwork(): Promise<FrozenNetwork> {
  const need = await readFaceApiWeights("face_landmark_68_model");
  const network = pointNetwork();
  const bias = (name: string) => Float32Array.from(need(`${name}/bias`).values);
  const parameters = network.nodes.flatMap(({ name, layer }) => {
    switch (layer.kind) {
      case "depthwiseConv":
        return [[`${name}.weight`, filtersFirst(need(`${name.replace(".each", "")}/depthwise_filter`))]];
      case "conv": {
        const filters = name === "dense0/conv0" ? "filters" : "pointwise_filter";
        return [
          [`${name}.weight`, filtersFirst(need(`${name}/${filters}`))],
          [`${name}.bias`, bias(name)],
        ];
      }
      case "dense":
        return [
          [`${name}.weight`, filtersFirst(need(`${name}/weights`))],
          [`${name}.bias`, bias(name)],
        ];
      default:
        return [];
    }
  });
  return { network, parameters: Object.fromEntries(parameters) };
}

/**
 * Input "image" [B, 112, 112, 3], encoded sRGB in [0, 1]; output "points" [B, 136]: x and y by turns, as fractions of
 * the crop. The nodes have the names of the weights.
 */
function pointNetwork(): Network {
  return createNetwork("face points", (builder) => {
    const { add, input } = builder;
    const image = input("image", [landmarkCropSide, landmarkCropSide, 3]);
    const offset = meanColour.map((mean) => -mean / 255);
    let x = add("preparation", { kind: "affine", scale: [1], offset }, image);
    [32, 64, 128, 256].forEach((filters, i) => {
      x = block(builder, `dense${i}`, x, filters, i === 0);
    });
    const pooled = add("pooled", averagePool({ kernel: 7, stride: 2 }), x);
    const flat = add("flat", { kind: "flatten", order: "channelsLast" }, pooled);
    return { points: add("fc", dense(136), flat) };
  });
}

/** Four convolutions. Each reads the sum of all before it; the first halves the size. */
function block(builder: NetworkBuilder, name: string, from: string, filters: number, isFirst: boolean) {
  const { add } = builder;
  const uneven: Padding = [0, 0, 1, 1];
  const halved = isFirst
    ? add(`${name}/conv0`, conv({ filters, kernel: 3, stride: 2, padding: uneven }), from)
    : separable(builder, `${name}/conv0`, from, filters, { stride: 2, padding: uneven });
  let sum = add(`${name}/conv0.relu`, { kind: "relu" }, halved);
  let active = sum;
  for (const i of [1, 2, 3]) {
    const next = separable(builder, `${name}/conv${i}`, active, filters, { padding: 1 });
    sum = add(`${name}/conv${i}.sum`, { kind: "add" }, sum, next);
    active = add(`${name}/conv${i}.relu`, { kind: "relu" }, sum);
  }
  return active;
}

/** A separable convolution: over each channel by itself, then over all channels at each pixel. */
function separable(
  { add }: NetworkBuilder,
  name: string,
  from: string,
  filters: number,
  window: { readonly stride?: number; readonly padding: number | Padding },
) {
  const each = add(`${name}.each`, depthwiseConv({ kernel: 3, bias: false, ...window }), from);
  return add(name, conv({ filters, kernel: 1 }), each);
}
