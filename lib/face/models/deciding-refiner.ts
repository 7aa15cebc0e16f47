/**
 * A detail refiner that decides where the photo's unexplained detail goes (`base: "bands"`; a variant of ours): the encoder of
 * Table 1, a decoder for the decisions, and one for smooth corrections of albedo and light.
 *
 * Its bottleneck holds at least as much as the paper's, one number for 1.5 of the texture's: 16 x 16 x 512 for 256 x 256 x 3
 * with 64 base channels. A narrower network gets fewer halvings for it, as five layers of 32 channels would leave one for 3.
 *
 * The paper leaves skip connections out, as they may pass the texture's noise to the albedo. What they pass here are
 * decisions, which have to know where an edge lies; the corrections get none.
 */

import { countBands } from "../../graphics/uv/size-bands.js";
import { createNetwork, type Network } from "../../networks/graph.js";
import { batchNorm, conv, instanceNorm } from "../../networks/layers.js";
import { type Block, double, encoder, encoderChannels, residualBlock } from "./refiner-blocks.js";

export interface DecidingRefinerOptions {
  /** Side of the uv maps, a multiple of 16; 256 by default, as in the paper. */
  readonly uvSize?: number;
  /** Channels of the first layer; 64 by default, as in the paper. Fewer than 16 make the bottleneck narrower than said. */
  readonly baseChannels?: number;
  /** Instance norm as in the paper's tables (default), or batch norm as in the authors' code. */
  readonly normalisation?: "instance" | "batch";
  /** Number of residual blocks in the bottleneck, from which it sees farther; 0 by default. */
  readonly residualBlocks?: number;
  /** Whether the decoder of the decisions sees the encoder's layers of its own size; true by default. */
  readonly skips?: boolean;
}

/** The corrections are made on maps whose side is that of the maps over 4. */
const correctionHalvings = 2;

/**
 * Input "maps" [B, U, U, 10]: `A`, `T`, the unexplained detail `u`, and where `T` is seen. Outputs "shares" [B, U, U, 3 K], for
 * each of the K bands of a map of this size the logits of albedo, light and neither; "albedo" [B, U, U, 3] in [-1, 1] and
 * "light" [B, U, U, 27], colour-major, the corrections.
 */
export function decidingRefiner(options: DecidingRefinerOptions = {}): Network {
  const { uvSize = 256, baseChannels = 64, residualBlocks = 0, skips = true } = options;
  if (uvSize < 16 || uvSize % 16) {
    throw new Error(`decidingRefiner: \`uvSize\` should be a multiple of 16 but is ${uvSize}.`);
  }
  const norm = options.normalisation === "batch" ? batchNorm() : instanceNorm();
  const channels = encoderChannels(baseChannels).slice(0, 1 + halvings(baseChannels));
  return createNetwork("deciding refiner", (builder) => {
    const { add, input } = builder;
    const block: Block = { ...builder, norm };
    const layers = encoder(block, input("maps", [uvSize, uvSize, 10]), channels);
    let bottleneck = layers.at(-1)!;
    for (let i = 0; i < residualBlocks; i++) {
      bottleneck = residualBlock(block, `residual.${i}`, bottleneck, channels.at(-1)!);
    }
    const decisions = decoder(block, "shares", bottleneck, channels, 0, skips ? layers : []);
    const coarse = decoder(block, "correction", bottleneck, channels, correctionHalvings, []);
    const albedo = add("albedo.bounded", { kind: "tanh" }, last(block, "albedo", coarse, 3));
    return {
      // Of one texel's features only: a kernel of 3 took a fifth of the network's time.
      shares: last(block, "shares", decisions, 3 * countBands(uvSize), 1),
      albedo: enlarge(block, "albedo", albedo),
      light: enlarge(block, "light", last(block, "light", coarse, 27)),
    };
  });
}

/** The layers whose outputs go into the maps. Where their weights start at 0, so do decisions and corrections. */
export const decidingLayers = ["shares.last", "albedo.last", "light.last"] as const;

/** As many as the bottleneck has room for: after h, U² base / 2^(h + 1) numbers of 3 U² are left. */
function halvings(baseChannels: number): number {
  return Math.min(Math.max(Math.floor(Math.log2(baseChannels)) - 2, correctionHalvings), 4);
}

/** From the bottleneck up to the size after `stop` halvings. @param layers of the encoder that it sees; none if empty */
function decoder(
  { add, norm }: Block,
  name: string,
  from: string,
  channels: readonly number[],
  stop: number,
  layers: readonly string[],
): string {
  let x = from;
  for (let i = channels.length - 2; i >= stop; i--) {
    const normal = add(`${name}.${i}.norm`, norm, add(`${name}.${i}.conv`, double(channels[i]), x));
    x = add(`${name}.${i}.activation`, { kind: "relu" }, normal);
    if (layers.length > 0) x = add(`${name}.${i}.skip`, { kind: "concat" }, x, layers[i]);
  }
  return x;
}

function last({ add }: Block, name: string, x: string, filters: number, kernel = 3): string {
  return add(`${name}.last`, conv({ filters, kernel, padding: (kernel - 1) / 2 }), x);
}

function enlarge({ add }: Block, name: string, x: string): string {
  let larger = x;
  for (let i = correctionHalvings; i > 0; i--)
    larger = add(`${name}.up.${i}`, { kind: "upsampleBilinear" }, larger);
  return larger;
}
