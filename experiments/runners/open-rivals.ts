/** The methods that ours is compared with in Table 3, as far as there are weights of them. */
import {
  coarsePrior,
  loadFittedTexture,
  loadRefinedVertices,
  loadRegressedFace,
  type MorphableModel,
  type Rival,
  type UvSpace,
} from "rerenderable";

/** A file of weights for each method that learns; "" leaves it out. */
export interface RivalWeights {
  /** [7], of `npm run experiment -- regressor-identity`. */
  readonly identityRegressor: string;
  /** [9], of `texture-gan`. */
  readonly textureGan: string;
  /** [12], of `vertex-refiner`. */
  readonly vertexRefiner: string;
}

/**
 * In the order of their references.
 * @param uvSpace of the samples that they will be asked about; the texture GAN paints 128 texels a side
 */
export async function openRivals(
  model: MorphableModel,
  uvSpace: UvSpace,
  { identityRegressor, textureGan, vertexRefiner }: RivalWeights,
): Promise<readonly Rival[]> {
  const rivals = [coarsePrior];
  if (identityRegressor !== "") rivals.push(await loadRegressedFace(model, uvSpace, identityRegressor));
  if (textureGan !== "") rivals.push(await loadFittedTexture(textureGan));
  if (vertexRefiner !== "") rivals.push(await loadRefinedVertices(model, uvSpace, vertexRefiner));
  return rivals;
}
