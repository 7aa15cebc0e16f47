/** The file of weights that a training leaves: in half precision, with what they are called, come from and may be used for. */
import type { Network, ParameterValues } from "rerenderable";
import { floatToHalf, halfToFloat } from "rerenderable/base";
import { encodeNetworkFile } from "rerenderable/networks";

export const syntheticLicence =
  "CC0-1.0: trained from random weights on faces rendered from CC0 assets (NOTICE), no photos";
export const photoLicence = "not for sharing: trained on photos";

/** What made the weights. */
export interface WeightsOrigin {
  readonly experiment: string;
  /** Steps made, or "made of all". */
  readonly steps: string;
  /** Of the settings that decide the weights. */
  readonly configHash: string;
}

/** @param facts texts that the file says of itself, by name: `name`, `licence`, what else its reader wants */
export function encodeWeights(
  { network, parameters }: { readonly network: Network; readonly parameters: ParameterValues },
  facts: Readonly<Record<string, string>> & { readonly name: string; readonly licence: string },
  { experiment, steps, configHash }: WeightsOrigin,
): Uint8Array {
  const source = `npm run experiment -- ${experiment}, ${steps} steps, settings ${configHash}`;
  return encodeNetworkFile({ network, parameters: asHalves(parameters), metadata: { ...facts, source } });
}

/** Rounded to what a network's file stores in half precision. */
function asHalves(parameters: ParameterValues): ParameterValues {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [name, halfToFloat(floatToHalf(values))]),
  );
}
