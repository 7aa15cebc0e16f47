/** Opens the recognition network that the losses learn with. It is one for all methods, so that they can be compared. */
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import type { TrainableNetwork } from "../../networks/trainable-network.js";
import type { FaceEmbedding } from "./embedding-from-network.js";
import { type FaceEmbeddingName, loadFaceEmbedding } from "./face-embedding.js";

/**
 * @param batch faces at a time
 * @param name of an embedding, or the path of a `.onnx`
 * @returns the embedding and its network, which the caller disposes
 */
export async function openRecognition(
  batch = 1,
  threads?: number,
  name: FaceEmbeddingName | `${string}.onnx` = "mobileface",
): Promise<{ readonly embedding: FaceEmbedding; readonly network: TrainableNetwork }> {
  const embedding = await loadFaceEmbedding(name);
  const { network, parameters } = embedding;
  const inputShapes = fixedInputShapes(network, batch);
  return { embedding, network: await createOnnxNetwork({ network, inputShapes, parameters, threads }) };
}
