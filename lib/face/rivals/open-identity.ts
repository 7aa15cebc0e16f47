/** Opens the identity loss of the rivals. */
import { openRecognition } from "../models/open-recognition.js";
import { type IdentityLoss, identityLoss } from "../training/identity-loss.js";

/** It takes one face at a time. It owns the network: `dispose()` frees it. */
export async function openIdentity(): Promise<IdentityLoss & { dispose(): Promise<void> }> {
  const { embedding, network } = await openRecognition();
  return { ...identityLoss(embedding, network), dispose: () => network.dispose() };
}
