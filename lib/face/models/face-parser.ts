/**
 * A small face parsing network of our own, for `M_parsing` of Eq. 14 without a file to fetch. It is a U-Net with 0.27
 * million numbers on the aligned face at 112 px, trained on synthetic faces only (`npm run experiment -- face-parser`).
 * Its skips are added, as in LinkNet (Chaurasia and Culurciello 2017); joined skips take 1.5 times as long.
 */
import { createNetwork, type Network } from "../../networks/graph.js";
import { batchNorm, conv } from "../../networks/layers.js";
import { type ParsingMasker, parsingMasker } from "./parsing-mask.js";
import { readWeights } from "./trained-weights.js";

/** What a pixel can show, in the order of the network's scores. */
export const faceParserClasses = [
  "background",
  /** The skin of the face model, with brows and lips. */
  "facial skin",
  "eye or inner mouth",
  /** Neck, ears, scalp, and hands before the face. */
  "other skin",
  "hair",
  "spectacles",
] as const;

/** px */
export const faceParserSide = 112;

/** Input "image" [B, S, S, 3], encoded sRGB in [0, 1]; output "scores" [B, S, S, 6], before a softmax. */
export function faceParser({ side = faceParserSide, baseChannels = 8 } = {}): Network {
  if (side < 16 || side % 16) {
    throw new Error(`faceParser: \`side\` should be a multiple of 16 but is ${side}.`);
  }
  return createNetwork("face parser", ({ add, input }) => {
    const convolution = (name: string, from: string, filters: number, kernel = 3, stride = 1) => {
      const layer = conv({ filters, kernel, stride, padding: (kernel - 1) / 2, bias: false });
      const normal = add(`${name}.norm`, batchNorm(), add(`${name}.conv`, layer, from));
      return add(`${name}.activation`, { kind: "relu" }, normal);
    };
    const levels = [convolution("down.0", input("image", [side, side, 3]), baseChannels)];
    [2, 4, 8, 12].forEach((times, i) => {
      const halved = convolution(`down.${i + 1}.0`, levels[i], times * baseChannels, 3, 2);
      levels.push(convolution(`down.${i + 1}.1`, halved, times * baseChannels));
    });
    let x = levels[4];
    [8, 4, 2, 1].forEach((times, i) => {
      const narrowed = convolution(`up.${i}.narrow`, x, times * baseChannels, 1);
      const doubled = add(`up.${i}.double`, { kind: "upsampleBilinear" }, narrowed);
      const joined = add(`up.${i}.skip`, { kind: "add" }, doubled, levels[3 - i]);
      x = convolution(`up.${i}`, joined, times * baseChannels);
    });
    return { scores: add("scores", conv({ filters: faceParserClasses.length, kernel: 1 }), x) };
  });
}

export const faceParserFile = new URL("../../assets/face-parser.safetensors", import.meta.url);

/** @throws FileError in one line that names the file, if it is not there, is damaged, or is another network */
export async function loadFaceParser(file: string | URL = faceParserFile): Promise<ParsingMasker> {
  const { network, parameters } = await readWeights(file, "a face parser", "scores");
  return parsingMasker(network, parameters, {
    classes: faceParserClasses,
    facial: ["facial skin"],
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
  });
}
