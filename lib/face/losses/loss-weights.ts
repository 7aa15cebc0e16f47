/**
 * How much each loss counts in Eq. 18, and when: plain data, each number with its source. The terms have the paper's
 * names. Terms that are not in the paper have the weight 0 unless a variant gives them another.
 */

/** The paper's eight terms, in the order in which section 4.3 lists their weights. */
export const paperTerms = [
  "illumination", // λ_id1, Eq. 4
  "crossPerceptual", // λ_id2, Eq. 5
  "symmetry", // λ_ar1, Eq. 7
  "smoothness", // λ_ar2, Eq. 8
  "albedoL1", // λ_ar3, Eq. 10
  "adversarial", // λ_ar4, Eq. 12
  "imageGradient", // λ_dp1, Eq. 15
  "image", // λ_dp2, Eq. 16
] as const;

/** Further terms, ours and those of the authors' code. */
const furtherTerms = ["greyLight", "lightPrior", "multiScaleGradient", "albedoPair", "style"] as const;

export type PaperTerm = (typeof paperTerms)[number];
export type LossTerm = PaperTerm | (typeof furtherTerms)[number];

export type LossWeights = Readonly<Record<PaperTerm, number> & Partial<Record<LossTerm, number>>>;

/** Section 4.3 as printed: nine values behind eight names. */
export const printedWeights = [1.0, 0.5, 5.0, 5.0, 1, 1.0, 0.001, 1.0, 5.0] as const;

/**
 * Our reading: "1, 1.0" is one value that is written twice. So L1 has 1, the adversarial loss 0.001 and the image
 * gradient 1. The authors' code supports this: it has 0.001 and 1 for the last two.
 */
export const paperWeights = {
  illumination: 1.0, // λ_id1, section 4.3
  crossPerceptual: 0.5, // λ_id2, section 4.3
  symmetry: 5.0, // λ_ar1, section 4.3
  smoothness: 5.0, // λ_ar2, section 4.3
  albedoL1: 1.0, // λ_ar3, section 4.3; 0 after the first epoch
  adversarial: 0.001, // λ_ar4, section 4.3
  imageGradient: 1.0, // λ_dp1, section 4.3
  image: 5.0, // λ_dp2, section 4.3
} as const satisfies LossWeights;

/** The possible readings of the nine values, named by the value that is left out. */
export const paperWeightReadings = {
  /** Leaves out one of the two 1 that stand side by side. */
  repeatedOne: paperWeights,
  /** Leaves out the last value: the names in order, with an adversarial weight of 1 and an image gradient of 0.001. */
  firstEight: { ...paperWeights, adversarial: 1.0, imageGradient: 0.001, image: 1.0 },
  /** Leaves out the first value. */
  lastEight: { ...paperWeights, illumination: 0.5, crossPerceptual: 5.0, smoothness: 1.0 },
} as const satisfies Record<string, LossWeights>;

/**
 * The weights of the authors' code, `models/config_with_gl.yml` at commit 34287b1 of `YMX2022/3DFaceTexture`, with the
 * names there as comments. They belong to the losses of that code (`released-code.ts`), several of which are not
 * squared, so they cannot be compared with the paper's weights.
 */
export const releasedWeights = {
  illumination: 1.0, // reg_light_coeff
  crossPerceptual: 0.2, // percep_coeff
  symmetry: 0.1, // symmetry_coeff
  smoothness: 0.1, // chroma_coeff
  albedoL1: 1.0, // reg_detail_coeff
  adversarial: 0.001, // uv_gan_coeff; img_gan_coeff, a second one on images, is left out
  imageGradient: 1.0, // grad_coeff
  image: 1.0, // photo_coeff
  style: 1.0, // style_coeff
} as const satisfies LossWeights;
