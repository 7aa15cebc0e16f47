/** Creates the networks for the training of the detail refinement, as its settings say. */
import {
  createOnnxNetwork,
  detailRefiner,
  fixedInputShapes,
  identityLoss,
  initialParameters,
  loadFaceEmbedding,
  type Network,
  type ParameterValues,
  parameterSpecs,
  patchDiscriminator,
  type TrainableNetwork,
} from "rerenderable";
import {
  decidingLayers,
  decidingRefiner,
  type FaceEmbeddingName,
  type IdentityLoss,
} from "rerenderable/face";
import { createTfjsNetwork } from "rerenderable/networks";
import { startParameters } from "../run/start-parameters.js";
import { startFile } from "./refiner-weights.js";
import type { DetailTrainingSettings } from "./settings.js";

export interface DetailNetworks {
  readonly generator: TrainableNetwork;
  /** The discriminator, only if its loss has a weight above 0. */
  readonly discriminator?: TrainableNetwork;
  readonly identity?: IdentityLoss;
  dispose(): Promise<void>;
}

/** The paper's network, or the one that decides. */
function refinerOf({ network, samples: { uvSize } }: DetailTrainingSettings): Network {
  const { base, baseChannels, normalisation, residualBlocks, lightDecoder, skips } = network;
  const shared = { uvSize, baseChannels, normalisation, residualBlocks };
  return base === "bands"
    ? decidingRefiner({ ...shared, skips })
    : detailRefiner({ ...shared, lightDecoder });
}

export async function createDetailNetworks(settings: DetailTrainingSettings): Promise<DetailNetworks> {
  const { network, samples, losses, seed } = settings;
  const { uvSize } = samples;
  const refiner = refinerOf(settings);
  const opened: TrainableNetwork[] = [];
  const start = async (graph: Network, parameters: ParameterValues) => {
    const create = network.engine === "onnx" ? createOnnxNetwork : createTfjsNetwork;
    const inputShapes = fixedInputShapes(graph, settings.microBatch);
    const made = await create({ network: graph, inputShapes, parameters, threads: network.threads });
    opened.push(made);
    return made;
  };
  const first = (graph: Network) =>
    initialParameters(parameterSpecs(graph, fixedInputShapes(graph, 1)), seed, network.initialisation);

  const generator = await start(refiner, await refinerStart(settings, refiner, first(refiner)));
  let discriminator: TrainableNetwork | undefined;
  if (losses.weights.adversarial > 0) {
    const graph = patchDiscriminator({ uvSize, baseChannels: network.discriminatorChannels });
    discriminator = await start(graph, first(graph));
  }
  let identity: IdentityLoss | undefined;
  if (losses.weights.crossPerceptual > 0) {
    const embedding = await loadFaceEmbedding(losses.recognition as FaceEmbeddingName);
    identity = identityLoss(embedding, await start(embedding.network, embedding.parameters));
  }
  return {
    generator,
    ...(discriminator && { discriminator }),
    ...(identity && { identity }),
    async dispose() {
      for (const one of opened) await one.dispose();
    },
  };
}

/**
 * Reads earlier weights, or takes new ones. If the outputs are differences from the prior or decisions, new last layers are
 * 0, so that the first pictures are the coarse ones, or those of the neutral decision, without noise.
 */
async function refinerStart(
  { network }: DetailTrainingSettings,
  refiner: Network,
  parameters: ParameterValues,
): Promise<ParameterValues> {
  if (network.startFrom !== "") {
    return startParameters(
      startFile(network.startFrom),
      parameterSpecs(refiner, fixedInputShapes(refiner, 1)),
    );
  }
  if (network.base === "direct") return parameters;
  const layers = network.base === "bands" ? decidingLayers : ["albedo.4.conv", "light.4.conv"];
  const last = layers.map((layer) => `${layer}.weight`);
  return Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [
      name,
      last.includes(name) ? new Float32Array(values.length) : values,
    ]),
  );
}
