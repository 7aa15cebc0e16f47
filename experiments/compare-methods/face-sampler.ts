/**
 * Makes from a test face what refiner and rivals get (prior, mask, unwrapped texture), in the same way as from a user's
 * photo.
 */
import {
  createMorphableModel,
  type DetailSample,
  finalMask,
  loadFaceMasker,
  loadMorphableModel,
  type MorphableModel,
  makeDetailSample,
  seeFace,
  type Terms,
  type UvSpace,
  uvSpaceOf,
} from "rerenderable";
import { detailShares, type FittedFace, mapShading, type RivalFace } from "rerenderable/face";
import { openPriorMethod, type PriorName } from "../evaluate-prior/prior-methods.js";
import type { TestFace } from "./test-faces.js";

export interface FaceSampler {
  readonly model: MorphableModel;
  readonly uvSpace: UvSpace;
  /** `M_uv` without eyes and inner mouth, [U * U]. */
  readonly skin: Float32Array;
  /** `M_uv` with eyes and inner mouth, [U * U]. */
  readonly covered: Float32Array;
  /** The parts of which a sample is made. */
  input(face: TestFace): Promise<FittedFace>;
  sample(face: TestFace): Promise<DetailSample>;
  /** Which share of the photo's unexplained detail stands in an albedo and a light of the face, by band. */
  detailShares(sample: DetailSample, maps: Pick<RivalFace, "albedo" | "light">): Promise<Terms>;
  dispose(): Promise<void>;
}

export interface FaceSamplerSettings {
  readonly model: string;
  readonly mask: string;
  readonly prior: PriorName;
}

export async function openFaceSampler(settings: FaceSamplerSettings, uvSize: number): Promise<FaceSampler> {
  const model = createMorphableModel(await loadMorphableModel(settings.model));
  const uvSpace = uvSpaceOf(model, uvSize);
  const [skin, covered] = await Promise.all(
    [uvSpace.uvMask, uvSpace.covered].map(async (mask) => (await mask.data<"float32">()).slice()),
  );
  const parsing = await loadFaceMasker(settings.mask);
  const prior = await openPriorMethod(settings.prior, model, parsing.mask);
  const inputOf = async ({ id, image, points, truth }: TestFace): Promise<FittedFace> => {
    const coefficients = await prior.find(image, points);
    const { projected } = await seeFace(model, coefficients, image.width);
    const mask = finalMask(await parsing.mask({ image, points, projected }), projected);
    const trueAlbedo = truth?.uvAlbedo;
    return { id, image, mask, points, coefficients, ...(trueAlbedo && { trueAlbedo }) };
  };
  return {
    model,
    uvSpace,
    skin: skin,
    covered: covered,
    input: inputOf,
    sample: async (face) => makeDetailSample(model, uvSpace, await inputOf(face)),
    detailShares: async (sample, { albedo, light }) => {
      const shading = await mapShading(model, uvSpace, sample.coefficients, light);
      return detailShares(sample, { albedo, shading }, skin);
    },
    async dispose() {
      uvSpace.dispose();
      model.dispose();
      await Promise.all([prior.dispose(), parsing.dispose()]);
    },
  };
}
