/** GANFIT [9] as a rival: a trained generator, and the search that each face takes. */
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { readWeights } from "../models/trained-weights.js";
import { openIdentity } from "./open-identity.js";
import { paintFace, type Rival } from "./rival.js";
import { fitTexture, type TextureFitSettings } from "./texture-gan-fit.js";

/** Our settings. GANFIT's belong to other terms and another renderer. */
const textureFit: TextureFitSettings = {
  steps: 150,
  rates: { latent: 0.05, light: 0.02 },
  weights: { pixel: 10, identity: 0.05 },
  starts: 32,
};

/** @throws FileError in one line that names the file, if it is not there, is damaged, or is another network */
export async function loadFittedTexture(
  file: string | URL,
  settings: TextureFitSettings = textureFit,
): Promise<Rival> {
  const generator = await createOnnxNetwork(await readWeights(file, "a texture generator", "albedo"));
  const identity = await openIdentity();
  return {
    name: "texture GAN",
    reference: 9,
    albedoHoldsLight: false,
    async reconstruct(sample) {
      const { albedo, light } = await fitTexture(generator, identity, sample, settings);
      return { albedo, light, picture: await paintFace(sample.surface, sample.uvSize, albedo, light) };
    },
    async dispose() {
      await Promise.all([generator.dispose(), identity.dispose()]);
    },
  };
}
