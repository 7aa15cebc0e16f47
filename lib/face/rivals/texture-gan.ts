/**
 * The progressive GAN of GANFIT [9] (after Karras et al. 2017) over flat albedo maps, as layer graphs: one of each
 * player for each resolution, 8, 16, … U, and each with all layers of the one before.
 *
 * Karras et al. fade in a new resolution by a factor. Here the picture is the sum of what each resolution paints, and
 * the discriminator sums what each resolution sees. The last layers of a new resolution are 0 when it joins, so that
 * nothing jumps.
 */
import { createNetwork, type Network, type NetworkBuilder } from "../../networks/graph.js";
import { averagePool, conv, dense, leakyRelu } from "../../networks/layers.js";
import { initialParameters, type ParameterValues, parameterSpecs } from "../../networks/parameters.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";

export interface TextureGanOptions {
  /** Side of the finished maps, a power of two from 8. */
  readonly uvSize: number;
  /** Channels of the finest resolution; each coarser one has twice as many, up to four times. */
  readonly baseChannels: number;
  readonly latentSize: number;
}

/** The coarsest resolution. */
const firstSide = 8;

/** The sides of the resolutions: 8, 16, … U. */
export function textureSides({ uvSize }: Pick<TextureGanOptions, "uvSize">): number[] {
  const count = Math.log2(uvSize / firstSide) + 1;
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`textureGan: \`uvSize\` should be a power of two from ${firstSide} but is ${uvSize}.`);
  }
  return Array.from({ length: count }, (_, i) => firstSide * 2 ** i);
}

/**
 * Input "latent" [B, D], of which only the direction counts; output "albedo" [B, s, s, 3], encoded sRGB.
 * @param side s, of `textureSides`
 */
export function textureGenerator(options: TextureGanOptions, side: number): Network {
  const { latentSize } = options;
  return createNetwork(`texture generator ${side}`, (builder) => {
    const { add, input } = builder;
    const direction = unitLength(builder, "latent.norm", input("latent", [latentSize]), latentSize);
    const channels = channelsAt(options, firstSide);
    const flat = add("8.dense", dense(firstSide * firstSide * channels), direction);
    const shape = [firstSide, firstSide, channels];
    let x = add("8.square", { kind: "reshape", shape, order: "channelsLast" }, flat);
    x = activate(builder, "8.0", x, channels);
    let colour = "";
    for (const at of textureSides({ uvSize: side })) {
      const filters = channelsAt(options, at);
      if (at > firstSide) {
        const doubled = add(`${at}.up`, { kind: "upsampleBilinear" }, x);
        x = activate(builder, `${at}.0`, convolve(builder, `${at}.0`, doubled, filters), filters);
      }
      x = activate(builder, `${at}.1`, convolve(builder, `${at}.1`, x, filters), filters);
      const own = add(`${at}.colour`, conv({ filters: 3, kernel: 1 }), x);
      if (colour === "") colour = own;
      else {
        const before = add(`${at}.colour.up`, { kind: "upsampleBilinear" }, colour);
        colour = add(`${at}.colour.sum`, { kind: "add" }, before, own);
      }
    }
    return { albedo: add("albedo.colour", { kind: "sigmoid" }, colour) };
  });
}

/** Input "albedo" [B, s, s, 3]; output "logit" [B, 1]; positive means real. */
export function textureDiscriminator(options: TextureGanOptions, side: number): Network {
  return createNetwork(`texture discriminator ${side}`, (builder) => {
    const { add, input } = builder;
    let albedo = add(
      "albedo.centre",
      { kind: "affine", scale: [2], offset: [-1] },
      input("albedo", [side, side, 3]),
    );
    const look = (at: number) =>
      add(
        `${at}.look.activation`,
        leakyRelu(slope),
        add(`${at}.look`, conv({ filters: channelsAt(options, at), kernel: 1 }), albedo),
      );
    let x = look(side);
    for (let at = side; at > firstSide; at /= 2) {
      for (const [name, filters] of [
        [`${at}.0`, channelsAt(options, at)],
        [`${at}.1`, channelsAt(options, at / 2)],
      ] as const) {
        x = add(`${name}.activation`, leakyRelu(slope), convolve(builder, name, x, filters));
      }
      const half = averagePool({ kernel: 2, stride: 2 });
      albedo = add(`${at}.albedo.half`, half, albedo);
      x = add(`${at}.sum`, { kind: "add" }, add(`${at}.half`, half, x), look(at / 2));
    }
    const channels = channelsAt(options, firstSide);
    x = add("8.0.activation", leakyRelu(slope), convolve(builder, "8.0", x, channels));
    const flat = add("8.flat", { kind: "flatten", order: "channelsLast" }, x);
    const hidden = add("8.dense.activation", leakyRelu(slope), add("8.dense", dense(channels), flat));
    return { logit: add("logit", dense(1), hidden) };
  });
}

/** Layers that are 0 when their resolution joins. */
const startsAtZero = {
  generator: /^(?!8\.)\d+\.colour\.weight$/,
  discriminator: /^\d+\.1\.weight$/,
} as const;

/** First values for the last stage. The stages before have a part of them. */
export function textureParameters(
  player: keyof typeof startsAtZero,
  network: Network,
  seed: number,
): ParameterValues {
  const first = initialParameters(parameterSpecs(network, fixedInputShapes(network, 1)), seed, "he");
  return Object.fromEntries(
    Object.entries(first).map(([name, values]) => [
      name,
      startsAtZero[player].test(name) ? new Float32Array(values.length) : values,
    ]),
  );
}

const slope = 0.2;

function channelsAt({ uvSize, baseChannels }: TextureGanOptions, side: number): number {
  return baseChannels * Math.min(4, uvSize / side);
}

function convolve({ add }: NetworkBuilder, name: string, x: string, filters: number): string {
  return add(name, conv({ filters, kernel: 3, padding: 1 }), x);
}

/** Leaky relu, then each pixel's features are scaled to a mean square of 1, which is the normalisation of Karras et al. */
function activate(builder: NetworkBuilder, name: string, x: string, channels: number): string {
  return unitLength(
    builder,
    `${name}.norm`,
    builder.add(`${name}.activation`, leakyRelu(slope), x),
    channels,
  );
}

function unitLength({ add }: NetworkBuilder, name: string, x: string, channels: number): string {
  const unit = add(`${name}.length`, { kind: "l2Normalise", epsilon: 1e-8 }, x);
  return add(name, { kind: "affine", scale: [Math.sqrt(channels)], offset: [0] }, unit);
}
