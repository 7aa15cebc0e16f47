/** One picture of a face with its 68 points, ready to be fitted: its pyramid, its landmark problem, and what is in view. */
import type { MaskImage, Point, RgbImage } from "../../base/image/rgb-image.js";
import { type Camera, defaultCamera } from "../../graphics/scene/camera.js";
import type { GaussianLight } from "../../graphics/scene/light-prior.js";
import { type FaceMasker, finalMask, maskByColour } from "../models/face-mask.js";
import type { Coefficients } from "../morphable-model/coefficients.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import { type CoefficientBelief, withBelief } from "./coefficient-belief.js";
import { lightOfPhotos } from "./fit-appearance.js";
import { jawCount, type LandmarkProblem, landmarkProblem } from "./landmark-problem.js";
import { type PhotometricProblem, photometricParameters, photometricProblem } from "./photometric-problem.js";
import { picturePyramid } from "./picture-pyramid.js";
import { sampleWeights, seeSurface } from "./seen-surface.js";
import { sampleCount, surfaceSamples } from "./surface-samples.js";

export interface PhotometricOptions {
  readonly camera?: Camera;
  /** How `M_parsing` is found; by colour if left out. */
  readonly masker?: FaceMasker;
  /** What is known of the light beforehand; `lightOfPhotos` if left out. */
  readonly lightPrior?: GaussianLight;
  /** What is known of this face beforehand, beside the model's priors. */
  readonly belief?: CoefficientBelief;
}

export interface PhotometricView {
  readonly landmarks: LandmarkProblem;
  /** The skin in the picture that a face covers (Eq. 14), and `M_proj` alone. */
  skinOf(face: Coefficients): Promise<{ mask: MaskImage; projectedMask: MaskImage }>;
  /**
   * @param face decides which samples are seen
   * @param level of the picture: 0 as it is, 1 half its size, …
   * @param share factor on how much the picture counts; 1 by default
   */
  problem(face: Coefficients, mask: MaskImage, level: number, share?: number): PhotometricProblem;
  /** Root mean square difference of face and picture on its skin, encoded sRGB. */
  residual(face: Coefficients, mask: MaskImage): number;
}

/**
 * Expected difference between model and picture, and from how many of those on a sample counts ever less. Neighbouring
 * pixels err together, so all samples of a frontal face count as a thousand. The points hold harder than in a fit to
 * them alone (0.65 px in place of 1.5), because the picture pulls against them, and identity is held harder than by its
 * prior: landmarks 1.07 px, PSNR on skin 24.0 dB (`results/decisions/fit-to-pictures.md` has nine settings).
 */
export const photometricNoise = {
  noise: 0.1,
  robustness: 3,
  evidence: 1000,
  innerSigma: 0.65,
  jawSigma: 4,
  identityPrecision: 3,
} as const;

/** The part of all samples that a frontal face shows, counted by their weights. */
const frontalShare = 0.4;

/** @param points the 68 points, px of the square picture */
export function photometricView(
  data: MorphableModelData,
  image: RgbImage,
  points: readonly Point[],
  {
    camera = defaultCamera,
    masker = maskByColour,
    lightPrior = lightOfPhotos,
    belief,
  }: PhotometricOptions = {},
): PhotometricView {
  const { evidence, innerSigma, jawSigma } = photometricNoise;
  const samples = surfaceSamples(data);
  const size = image.width;
  const factor = camera.referenceSize / size;
  const target = points.map(([x, y]): Point => [x * factor, y * factor]);
  const sigmas = target.map((_, j) => (j < jawCount ? jawSigma : innerSigma));
  const landmarks = landmarkProblem(data, camera, target, { sigmas, robustness: 2.5 });
  let pyramid = [image];
  const view: PhotometricView = {
    landmarks,
    async skinOf(face) {
      const projectedMask = seeSurface(data, face, size, camera).projected;
      const parsing = await masker({ image, points, projected: projectedMask });
      return { mask: finalMask(parsing, projectedMask), projectedMask };
    },
    problem(face, mask, level, share = 1) {
      if (pyramid.length <= level) pyramid = picturePyramid(image, level + 1);
      const seen = seeSurface(data, face, size, camera);
      const each = (share * evidence) / (frontalShare * sampleCount);
      const weights = sampleWeights(data, samples.vertices, seen, mask, camera).map((w) => w * each);
      const input = { image: pyramid[level], camera, samples, weights, landmarks, lightPrior };
      const problem = photometricProblem(data, { ...input, ...photometricNoise });
      return belief ? withBelief(problem, belief, face) : problem;
    },
    residual: (face, mask) => view.problem(face, mask, 0).residual(photometricParameters(face)),
  };
  return view;
}
