/** Opens the recognition network that the losses learn with. It is one for all methods, so that they can be compared. */
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import type { TrainableNetwork } from "../../networks/trainable-network.js";
import type { FaceEmbedding } from "./embedding-from-network.js";
import { loadFaceEmbedding } from "./face-embedding.js";

/** @param batch faces at a time @returns the embedding and its network, which the caller disposes */
export async function openRecognition(
  batch = 1,
  threads?: number,
): Promise<{ readonly embedding: FaceEmbedding; readonly network: TrainableNetwork }> {
  const embedding = await loadFaceEmbedding("mobileface");
  const { network, parameters } = embedding;
  const inputShapes = fixedInputShapes(network, batch);
  return { embedding, network: await createOnnxNetwork({ network, inputShapes, parameters, threads }) };
}
