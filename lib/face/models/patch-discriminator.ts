/**
 * Judges patches of an albedo map (Eq. 11, 12): pix2pix's discriminator. With 3 strided layers each logit sees 70 x 70
 * texels of a map of 256. For smaller maps the network has fewer strided layers, so that a patch stays about a quarter
 * of the face.
 */
import { createNetwork, type Network } from "../../networks/graph.js";
import { conv, instanceNorm, leakyRelu } from "../../networks/layers.js";

export interface PatchDiscriminatorOptions {
  /** Side of the uv maps, at least 16; 256 by default, as in the paper. */
  readonly uvSize?: number;
  /** Channels of the first layer; 64 by default, as in pix2pix. */
  readonly baseChannels?: number;
}

/** Input "albedo" [B, U, U, 3]; output "logits" [B, P, P, 1]; positive means real. */
export function patchDiscriminator(options: PatchDiscriminatorOptions = {}): Network {
  const { uvSize = 256, baseChannels = 64 } = options;
  if (uvSize < 16) throw new Error(`patchDiscriminator: \`uvSize\` should be at least 16 but is ${uvSize}.`);
  const strided = Math.max(1, Math.min(3, Math.floor(Math.log2(uvSize)) - 5));
  return createNetwork("patch discriminator", ({ add, input }) => {
    let x = input("albedo", [uvSize, uvSize, 3]);
    for (let i = 0; i <= strided; i++) {
      const filters = baseChannels * Math.min(2 ** i, 8);
      const layer = conv({ filters, kernel: 4, stride: i < strided ? 2 : 1, padding: 1 });
      x = add(`${i}.conv`, layer, x);
      if (i > 0) x = add(`${i}.norm`, instanceNorm(), x);
      x = add(`${i}.activation`, leakyRelu(0.2), x);
    }
    return { logits: add("last.conv", conv({ filters: 1, kernel: 4, padding: 1 }), x) };
  });
}
