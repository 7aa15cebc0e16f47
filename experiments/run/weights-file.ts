/** Makes the file of weights at the end of a training: in half precision, with their name, origin and licence. */
import type { Network, ParameterValues } from "rerenderable";
import { floatToHalf, halfToFloat } from "rerenderable/base";
import { encodeNetworkFile } from "rerenderable/networks";

export const syntheticLicence =
  "CC0-1.0: trained from random weights on faces rendered from CC0 assets (NOTICE), no photos";
export const portraitLicence =
  "CC0-1.0: trained on faces rendered from CC0 assets and on photos in the public domain (NOTICE)";
export const photoLicence = "not for sharing: trained on photos";

/** The training that made the weights. */
export interface WeightsOrigin {
  readonly experiment: string;
  /** Number of steps, or "<made> of <all>" for a training that was stopped. */
  readonly steps: string;
  /** Hash of the settings that decide the weights. */
  readonly configHash: string;
}

/** @param facts texts about the file, by name: `name`, `licence` and others that its reader needs */
export function encodeWeights(
  { network, parameters }: { readonly network: Network; readonly parameters: ParameterValues },
  facts: Readonly<Record<string, string>> & { readonly name: string; readonly licence: string },
  { experiment, steps, configHash }: WeightsOrigin,
): Uint8Array {
  const source = `npm run experiment -- ${experiment}, ${steps} steps, settings ${configHash}`;
  return encodeNetworkFile({ network, parameters: asHalves(parameters), metadata: { ...facts, source } });
}

/** Rounds the parameters as a file in half precision does. */
function asHalves(parameters: ParameterValues): ParameterValues {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [name, halfToFloat(floatToHalf(values))]),
  );
}
