/** GANFIT [9] as a rival: the shipped generator, and the search that each face takes. */
import { loadFaceEmbedding } from "../models/face-embedding.js";
import { readNetworkFile } from "../networks/network-file.js";
import { createOnnxNetwork } from "../networks/onnx/onnx-network.js";
import { fixedInputShapes } from "../networks/shape-inference.js";
import { identityLoss } from "../training/identity-loss.js";
import { paintFace, type Rival } from "./rival.js";
import { fitTexture, type TextureFitSettings } from "./texture-gan-fit.js";

export const textureGanFile = new URL("../assets/texture-gan.safetensors", import.meta.url);

/** Ours: GANFIT's are of other terms and another renderer. */
export const textureFit: TextureFitSettings = {
  steps: 150,
  rates: { latent: 0.05, light: 0.02 },
  weights: { pixel: 10, identity: 0.05 },
  starts: 32,
};

/** @throws in one line that names the file, if it is not there or is damaged */
export async function loadFittedTexture(
  file: string | URL = textureGanFile,
  settings: TextureFitSettings = textureFit,
): Promise<Rival> {
  const { network, parameters } = await readNetworkFile(file);
  const generator = await createOnnxNetwork({
    network,
    inputShapes: fixedInputShapes(network, 1),
    parameters,
  });
  const embedding = await loadFaceEmbedding("mobileface");
  const recognition = await createOnnxNetwork({
    network: embedding.network,
    inputShapes: fixedInputShapes(embedding.network, 1),
    parameters: embedding.parameters,
  });
  const identity = identityLoss(embedding, recognition);
  return {
    name: "texture GAN",
    reference: 9,
    albedoHoldsLight: false,
    async reconstruct(sample) {
      const { albedo, light } = await fitTexture(generator, identity, sample, settings);
      return { albedo, light, picture: await paintFace(sample.surface, sample.uvSize, albedo, light) };
    },
    async dispose() {
      await Promise.all([generator.dispose(), recognition.dispose()]);
    },
  };
}
