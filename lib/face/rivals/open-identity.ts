/**
 * Opens the recognition network of the rivals' losses. It is the one that our method learns with, so that all methods
 * have the same.
 */

import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import { loadFaceEmbedding } from "../models/face-embedding.js";
import { type IdentityLoss, identityLoss } from "../training/identity-loss.js";

/** It takes one face at a time. It owns the network: `dispose()` frees it. */
export async function openIdentity(): Promise<IdentityLoss & { dispose(): Promise<void> }> {
  const embedding = await loadFaceEmbedding("mobileface");
  const network = await createOnnxNetwork({
    network: embedding.network,
    inputShapes: fixedInputShapes(embedding.network, 1),
    parameters: embedding.parameters,
  });
  return { ...identityLoss(embedding, network), dispose: () => network.dispose() };
}
