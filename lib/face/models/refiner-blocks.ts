/** What the refiners are built of: the encoder of Table 1, pix2pix's layers that halve and double, residual blocks. */
import type { NetworkBuilder } from "../../networks/graph.js";
import { type batchNorm, conv, type instanceNorm, leakyRelu, transposedConv } from "../../networks/layers.js";

export interface Block extends NetworkBuilder {
  readonly norm: ReturnType<typeof batchNorm> | ReturnType<typeof instanceNorm>;
}

/** Of Table 1: those of the first layer, which keeps the size, and of four that halve it. */
export const encoderChannels = (base: number) => [base, base, 2 * base, 4 * base, 8 * base];

/** @returns the node of each layer, the first of the maps' size, each later one of half the size */
export function encoder({ add, norm }: Block, maps: string, channels: readonly number[]): string[] {
  let x = maps;
  return channels.map((filters, i) => {
    const layer = i === 0 ? conv({ filters, kernel: 3, padding: 1 }) : halve(filters);
    const normal = add(`encoder.${i}.norm`, norm, add(`encoder.${i}.conv`, layer, x));
    x = add(`encoder.${i}.activation`, leakyRelu(0.2), normal);
    return x;
  });
}

export function halve(filters: number) {
  return conv({ filters, kernel: 4, stride: 2, padding: 1 });
}

export function double(filters: number) {
  return transposedConv({ filters, kernel: 4, stride: 2, padding: 1 });
}

export function residualBlock({ add, norm }: Block, name: string, x: string, filters: number): string {
  const layer = conv({ filters, kernel: 3, padding: 1 });
  const first = add(`${name}.0.norm`, norm, add(`${name}.0.conv`, layer, x));
  const between = add(`${name}.activation`, { kind: "relu" }, first);
  const second = add(`${name}.1.norm`, norm, add(`${name}.1.conv`, layer, between));
  return add(`${name}.sum`, { kind: "add" }, x, second);
}
