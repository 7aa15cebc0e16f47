/** The error for a network that is not one, or is used as it cannot be. */

interface Named {
  readonly name: string;
  readonly layer: { readonly kind: string };
}

/** Its message names the network and, where one is to blame, the node. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";

  /** @param problem what is wrong, without the stop at its end */
  constructor(networkName: string, problem: string, node?: Named) {
    const where = node ? `, node "${node.name}" (${node.layer.kind})` : "";
    super(`network "${networkName}"${where}: ${problem}.`);
  }
}
