/** The file of a refiner's weights: in half precision, as `loadDetailRefiner` reads it, with what may be done with it. */
import type { TrainableNetwork } from "rerenderable";
import { refinerFile } from "rerenderable/face";
import { readNetworkFile } from "rerenderable/networks";
import {
  encodeWeights,
  photoLicence,
  portraitLicence,
  syntheticLicence,
  type WeightsOrigin,
} from "../run/weights-file.js";
import type { DetailTrainingSettings } from "./settings.js";

export async function encodeRefiner(
  generator: TrainableNetwork,
  settings: DetailTrainingSettings,
  origin: WeightsOrigin,
): Promise<Uint8Array> {
  return encodeWeights(
    { network: generator.network, parameters: await generator.parameters() },
    {
      name: `detail-refiner-${origin.experiment}`,
      model: settings.samples.model,
      base: settings.network.base,
      licence: await licenceOf(settings),
    },
    origin,
  );
}

/** Where weights start from: random ones if "", the shipped ones, or a file. */
export const startFile = (startFrom: string) => (startFrom === "shipped" ? refinerFile : startFrom);

const isFree = (licence: string) => licence.startsWith("CC0-1.0");

/** What the faces allow, and the weights that the training started from. */
async function licenceOf({ samples, network }: DetailTrainingSettings): Promise<string> {
  const { from, photos } = samples;
  const mixed = from === "synthetic" && photos.folder !== "";
  const own =
    from === "prepared" || (mixed && !photos.publicDomain)
      ? photoLicence
      : mixed
        ? portraitLicence
        : syntheticLicence;
  if (network.startFrom === "") return own;
  const { metadata } = await readNetworkFile(startFile(network.startFrom));
  if (!isFree(metadata.licence ?? "")) return `${photoLicence}, or from weights of unknown making`;
  return own === syntheticLicence ? metadata.licence : own;
}
