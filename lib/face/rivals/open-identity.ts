/** The recognition network of the rivals' losses: the one that ours learns by, so that none has better eyes. */

import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import { loadFaceEmbedding } from "../models/face-embedding.js";
import { type IdentityLoss, identityLoss } from "../training/identity-loss.js";

/** One face at a time. Owns the network: `dispose()` frees it. */
export async function openIdentity(): Promise<IdentityLoss & { dispose(): Promise<void> }> {
  const embedding = await loadFaceEmbedding("mobileface");
  const network = await createOnnxNetwork({
    network: embedding.network,
    inputShapes: fixedInputShapes(embedding.network, 1),
    parameters: embedding.parameters,
  });
  return { ...identityLoss(embedding, network), dispose: () => network.dispose() };
}
