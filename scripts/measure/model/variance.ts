/** Tables of the shares of variance that the modes explain. */
import type { MorphableModelData } from "rerenderable";

export interface VarianceTables {
  /** Share of the variance of the drawn people in the first modes of identity, by their number. */
  readonly identity: Readonly<Record<number, number>>;
  /** Share of the variance of random mixtures of all expression targets in the units alone, and in all columns. */
  readonly expression: { readonly units: number; readonly all: number };
  /** Of the variance of sampled people's albedo, the share of each block, and how many modes it has. */
  readonly albedo: Readonly<Record<string, { readonly modes: number; readonly share: number }>>;
}

/** @param metadata the metadata of the model's file, in which the bake notes what the modes cannot tell */
export function varianceTables(
  data: MorphableModelData,
  metadata: Readonly<Record<string, string>>,
): VarianceTables {
  const identity = squares(data.identityModes, data.identityPrior.size);
  const total = Number(metadata.identityVariance);
  const first = (count: number) => identity.slice(0, count).reduce((a, b) => a + b, 0) / total;

  const { sigma, spread = sigma, size } = data.albedoPrior;
  const albedo = squares(data.albedoModes, size).map((square, m) => square * spread[m] ** 2);
  const whole = albedo.reduce((a, b) => a + b);
  const blocks: Record<string, { modes: number; share: number }> = {};
  data.albedoNames!.forEach((name, m) => {
    const block = name.replace(/-\d+$/, "");
    const { modes, share } = blocks[block] ?? { modes: 0, share: 0 };
    blocks[block] = { modes: modes + 1, share: share + albedo[m] / whole };
  });
  return {
    identity: Object.fromEntries([1, 3, 10, 20, 40, 80].map((count) => [count, first(count)])),
    expression: {
      units: Number(metadata.expressionUnitsExplain),
      all: Number(metadata.expressionExplained),
    },
    albedo: blocks,
  };
}

function squares(modes: Float32Array, size: number): number[] {
  const width = modes.length / size;
  return Array.from({ length: size }, (_, m) =>
    modes.subarray(m * width, (m + 1) * width).reduce((sum, value) => sum + value * value, 0),
  );
}
