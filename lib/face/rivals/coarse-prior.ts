/**
 * Deep3D's coarse reconstruction [6]: a linear model's albedo under one light, `R(A, L)`. That is what our prior albedo
 * module (section 4.1) gives, which every sample has.
 */
import type { DetailSample } from "../detail/detail-sample.js";
import { paintFace, type Rival } from "./rival.js";

export const coarsePrior: Rival = {
  name: "coarse prior",
  reference: 6,
  albedoHoldsLight: false,
  async reconstruct({ surface, uvSize, priorAlbedo, coefficients }: DetailSample) {
    const { light } = coefficients;
    return {
      albedo: priorAlbedo,
      light: Float32Array.from(light),
      picture: await paintFace(surface, uvSize, priorAlbedo, light),
    };
  },
  dispose: async () => {},
};
