/** Regresses the 257 coefficients of a face from a photo (section 4.3): a ResNet (He et al. 2016) and one dense layer. */
import { createNetwork, type Network, type NetworkBuilder } from "../../networks/graph.js";
import { batchNorm, conv, dense, maxPool } from "../../networks/layers.js";
import { type Coefficients, coefficientCount, splitCoefficients } from "../morphable-model/coefficients.js";
import { type RegressorUnits, toCoefficients } from "./regressor-units.js";

export type RegressorPreset = "paper" | "quick";

/** "paper" is ResNet-50 on 224 px; "quick" is ResNet-18 on 112 px. */
const presets = {
  paper: { imageSize: 224, blocks: [3, 4, 6, 3], bottleneck: true },
  quick: { imageSize: 112, blocks: [2, 2, 2, 2], bottleneck: false },
} as const;

export interface CoefficientRegressorOptions {
  /** Side of the input in px, in place of the preset's. */
  readonly imageSize?: number;
  /** Channels of the first layer; 64 by default, as in ResNet. */
  readonly baseChannels?: number;
}

/** Input "image" [B, S, S, 3]; output "coefficients" [B, 257], see `splitRegressed`. */
export function coefficientRegressor(
  preset: RegressorPreset = "paper",
  options: CoefficientRegressorOptions = {},
): Network {
  const { blocks, bottleneck } = presets[preset];
  const { imageSize = presets[preset].imageSize, baseChannels = 64 } = options;
  return createNetwork(`coefficient regressor (${preset})`, (builder) => {
    const { add, input } = builder;
    const image = input("image", [imageSize, imageSize, 3]);
    const stem = convolution(builder, "stem", image, baseChannels, 7, 2);
    let x = add("stem.pool", maxPool({ kernel: 3, stride: 2, padding: 1 }), stem);
    blocks.forEach((count, stage) => {
      for (let i = 0; i < count; i++) {
        const width = baseChannels * 2 ** stage;
        const stride = stage > 0 && i === 0 ? 2 : 1;
        const widens = i === 0 && (stage > 0 || bottleneck);
        x = block(builder, `${stage}.${i}`, x, { width, stride, widens, bottleneck });
      }
    });
    const features = add("features", { kind: "globalAveragePool" }, x);
    return { coefficients: add("head", dense(coefficientCount), features) };
  });
}

/**
 * @param outputs the network's, [B, 257], row by row
 * @param units of the outputs (`regressorUnits`); if left out, the outputs are coefficients
 * @returns one record a face, within the bounds of the priors
 */
export function splitRegressed(outputs: Float32Array, units?: RegressorUnits): Coefficients[] {
  if (outputs.length % coefficientCount) {
    const problem = `should have a multiple of ${coefficientCount} numbers but has ${outputs.length}`;
    throw new Error(`splitRegressed: \`outputs\` ${problem}.`);
  }
  const coefficients = units ? toCoefficients(units, outputs) : outputs;
  return Array.from({ length: coefficients.length / coefficientCount }, (_, i) =>
    splitCoefficients(coefficients.subarray(i * coefficientCount, (i + 1) * coefficientCount)),
  );
}

interface BlockOptions {
  readonly width: number;
  readonly stride: number;
  /** Whether the shortcut needs a convolution to have the right shape. */
  readonly widens: boolean;
  readonly bottleneck: boolean;
}

function block(builder: NetworkBuilder, name: string, x: string, options: BlockOptions): string {
  const { width, stride, widens, bottleneck } = options;
  const filters = bottleneck ? 4 * width : width;
  const within = bottleneck
    ? convolution(builder, `${name}.1`, convolution(builder, `${name}.0`, x, width, 1), width, 3, stride)
    : convolution(builder, `${name}.0`, x, width, 3, stride);
  const last = normalised(builder, `${name}.last`, within, filters, bottleneck ? 1 : 3);
  const shortcut = widens ? normalised(builder, `${name}.shortcut`, x, filters, 1, stride) : x;
  const sum = builder.add(`${name}.sum`, { kind: "add" }, last, shortcut);
  return builder.add(`${name}.activation`, { kind: "relu" }, sum);
}

type ConvolutionArguments = [
  b: NetworkBuilder,
  name: string,
  x: string,
  filters: number,
  kernel: number,
  stride?: number,
];

function convolution(...[builder, name, x, filters, kernel, stride]: ConvolutionArguments): string {
  const value = normalised(builder, name, x, filters, kernel, stride);
  return builder.add(`${name}.activation`, { kind: "relu" }, value);
}

function normalised(...[builder, name, x, filters, kernel, stride = 1]: ConvolutionArguments): string {
  const layer = conv({ filters, kernel, stride, padding: (kernel - 1) / 2, bias: false });
  return builder.add(`${name}.norm`, batchNorm(), builder.add(`${name}.conv`, layer, x));
}
