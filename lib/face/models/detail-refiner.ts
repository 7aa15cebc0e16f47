/**
 * The detail refiner (section 4.2, Tables 1 and 2): pix2pix's generator without skip connections, with one encoder and
 * two decoders, from unwrapped texture and prior albedo to detailed albedo and detailed light.
 *
 * Table 2 ends on a convolution and names no output activation. Our reading: the albedo goes through a sigmoid, because
 * colours are in [0, 1]; the light goes through none, because spherical-harmonics coefficients have any sign and size.
 */
import { createNetwork, type Network } from "../../networks/graph.js";
import { batchNorm, conv, instanceNorm } from "../../networks/layers.js";
import { type Block, double, encoder, encoderChannels, residualBlock } from "./refiner-blocks.js";

export interface DetailRefinerOptions {
  /** Side of the uv maps, a multiple of 16; 256 by default, as in the paper. */
  readonly uvSize?: number;
  /** Channels of the first layer; 64 by default, as in the paper. */
  readonly baseChannels?: number;
  /** Instance norm as in the tables (default), or batch norm as in the authors' code. */
  readonly normalisation?: "instance" | "batch";
  /** Number of residual blocks between encoder and decoders: 0 as in the tables (default), or 6 as in the authors' code. */
  readonly residualBlocks?: number;
  /** Transposed convolutions as in Table 2 (default), or bilinear upsampling and 3x3 convolutions as in the authors' code. */
  readonly lightDecoder?: "transposed" | "bilinear";
}

/** The options with which the network is that of the authors' released code, where it differs from the tables. */
export const authorsCode = {
  normalisation: "batch",
  residualBlocks: 6,
  lightDecoder: "bilinear",
} as const satisfies DetailRefinerOptions;

/** Input "maps" [B, U, U, 6]; outputs "albedo" [B, U, U, 3], "light" [B, U, U, 27], colour-major. */
export function detailRefiner(options: DetailRefinerOptions = {}): Network {
  const { uvSize = 256, baseChannels = 64, residualBlocks = 0, lightDecoder = "transposed" } = options;
  if (uvSize < 16 || uvSize % 16) {
    throw new Error(`detailRefiner: \`uvSize\` should be a multiple of 16 but is ${uvSize}.`);
  }
  const norm = options.normalisation === "batch" ? batchNorm() : instanceNorm();
  return createNetwork("detail refiner", (builder) => {
    const { add, input } = builder;
    const block: Block = { ...builder, norm };
    let x = encoder(block, input("maps", [uvSize, uvSize, 6]), encoderChannels(baseChannels)).at(-1)!;
    for (let i = 0; i < residualBlocks; i++) x = residualBlock(block, `residual.${i}`, x, 8 * baseChannels);
    const albedo = decoder(block, "albedo", x, { baseChannels, channels: 3, kind: "transposed" });
    const light = decoder(block, "light", x, { baseChannels, channels: 27, kind: lightDecoder });
    return { albedo: add("albedo.colour", { kind: "sigmoid" }, albedo), light };
  });
}

function decoder(
  { add, norm }: Block,
  name: string,
  from: string,
  options: { baseChannels: number; channels: number; kind: "transposed" | "bilinear" },
): string {
  const { baseChannels, channels, kind } = options;
  let x = from;
  [4, 2, 1, 1].forEach((times, i) => {
    const filters = times * baseChannels;
    const doubled =
      kind === "transposed"
        ? add(`${name}.${i}.conv`, double(filters), x)
        : add(
            `${name}.${i}.conv`,
            conv({ filters, kernel: 3, padding: 1 }),
            add(`${name}.${i}.up`, { kind: "upsampleBilinear" }, x),
          );
    x = add(`${name}.${i}.activation`, { kind: "relu" }, add(`${name}.${i}.norm`, norm, doubled));
  });
  return add(`${name}.4.conv`, conv({ filters: channels, kernel: 3, padding: 1 }), x);
}
