/** The detail refiner with trained weights: from a prepared face to its detailed albedo and light. */

import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import type { TrainableNetwork } from "../../networks/trainable-network.js";
import { readWeights } from "../models/trained-weights.js";
import { type MapBase, mapBases } from "./detail-maps.js";

/** Owns an ONNX session; one face at a time. */
export interface DetailRefiner {
  /** Name of the weights, for summaries. */
  readonly name: string;
  /** Name of the morphable model that it was trained with. */
  readonly model: string;
  /** Side of the flat maps that it takes and gives. */
  readonly uvSize: number;
  /** What its outputs differ from. */
  readonly base: MapBase;
  readonly network: TrainableNetwork;
  dispose(): Promise<void>;
}

export const refinerFile = new URL("../../assets/detail-refiner.safetensors", import.meta.url);

/**
 * @throws FileError in one line that names the file, if it is not there, is damaged, or is another network
 * @example
 * ```ts
 * import { loadDetailRefiner } from "rerenderable";
 *
 * const refiner = await loadDetailRefiner(); // the shipped one; or a run's weights.safetensors
 * console.log(refiner.name, refiner.uvSize);
 * await refiner.dispose();
 * ```
 */
export async function loadDetailRefiner(file: string | URL = refinerFile): Promise<DetailRefiner> {
  const kind = "a detail refiner";
  const weights = await readWeights(file, kind, "albedo");
  const { name, model, metadata, inputShapes } = weights;
  const base = mapBases.find((one) => one === metadata.base);
  const decides = weights.network.outputs.shares !== undefined;
  if (!base || !inputShapes.maps || decides !== (base === "bands")) throw weights.otherThan(kind);
  const network = await createOnnxNetwork(weights);
  return { name, model, uvSize: inputShapes.maps[1], base, network, dispose: () => network.dispose() };
}
