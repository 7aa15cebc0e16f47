/**
 * The paper's figures. They show synthetic test faces, because everybody may publish these and their truth is known;
 * `--set dataset=celeba-hq --set path=your-celeba-hq --set numbers=[0,1,2]` shows photos as in the paper. `table-3` makes
 * Figure 8, which shows all methods.
 */

import type { ExperimentConfig } from "../run/experiment-config.js";
import { quick } from "../train-detail/quick.js";
import type { FigureSettings } from "./settings.js";

type FigureConfig = ExperimentConfig<FigureSettings>;

const shared = {
  variants: [{ name: "", weights: "shipped" }],
  prior: "both",
  mask: "parser",
  model: "embedded",
  uvSize: quick.settings.samples.uvSize,
  shown: 8,
  judges: ["faceres", "dlib"],
  verdicts: [],
} as const;

function figure(
  number: number,
  about: string,
  result: string,
  settings: Omit<FigureSettings, keyof typeof shared> & Partial<FigureSettings>,
  time = "under a minute",
): FigureConfig {
  const expected = { time, result };
  return {
    name: `figure-${number}`,
    about,
    expected,
    settings: { ...shared, ...settings } as FigureSettings,
  };
}

const synthetic = (subset: FigureSettings["subset"], ...numbers: number[]) =>
  ({ dataset: "synthetic", path: "", subset, numbers }) as const;

/** Seeds of test faces; figures that are counted need more of them than a sheet shows. */
const seeds = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);

const twelveFaces = {
  ...synthetic("hard-light", ...seeds(125, 12)),
  shown: 4,
};

/** Finds networks that `npm run experiment -- ablation-… --results results/published --run synthetic` has trained. */
const trained = (...ablations: readonly (readonly [name: string, config: string])[]) =>
  ablations.map(([name, config]) => ({
    name,
    weights: `results/published/${config}/synthetic/weights.safetensors`,
  }));

export const figures: readonly FigureConfig[] = [
  figure(1, "the teaser: a photo, its face, its albedo, and the face under other lights", "figure.png", {
    ...{ dataset: "folder", path: "datasets/portraits", subset: "easy", numbers: [0] },
    columns: ["photo", "detailed", "albedo", "light", "relit-1", "relit-2", "relit-3"],
    counts: [],
  }),
  figure(
    3,
    "each face under the light of the next, without and with the cross perceptual loss",
    "who is still the person, and the verdict on Eq. 5",
    {
      ...synthetic("hard-light", ...seeds(125, 40)),
      shown: 4,
      variants: trained(["without Eq. 5", "ablation-no-cross-perceptual"], ["with Eq. 5", "ablation-none"]),
      columns: ["photo", "next-photo", "swapped"],
      counts: ["swapped-identity", "identity-on-grey"],
      verdicts: ["cross-perceptual"],
    },
    "4 seconds a face, once the faces are rendered",
  ),
  figure(4, "high-resolution faces: which details and highlights are in the albedo", "figure.png", {
    ...synthetic("easy", 125, 126, 127, 128),
    columns: ["photo", "detailed", "coarsely-lit", "albedo"],
    counts: ["gradient-energy"],
  }),
  figure(5, "one person, many expressions, one light: how far the maps of light agree", "their deviation", {
    ...synthetic("same-face-expressions", 0, 1, 2, 3, 4, 5, 6, 7),
    columns: ["photo", "coarse-over", "coarsely-lit-over", "light", "detailed-over"],
    counts: ["light-agreement"],
  }),
  figure(
    6,
    "a white map in place of the prior albedo: what guides and what adds detail",
    "detail and colour from either, and the verdicts on them",
    {
      ...synthetic("easy", ...seeds(129, 12)),
      shown: 3,
      columns: [
        "photo",
        "texture",
        "white",
        "white-coarsely-lit",
        "white-detailed",
        "coarsely-lit",
        "detailed",
      ],
      counts: ["white-prior"],
      verdicts: ["white-prior"],
    },
    "a minute, or two with the rendering of the faces",
  ),
  figure(7, "holes and stripes of the unwrapped texture, which the albedo has not", "figure.png", {
    ...synthetic("large-pose", 125, 126, 127, 128),
    columns: ["photo", "texture", "albedo"],
    counts: [],
  }),
  figure(9, "extreme light: what albedo is found, and the face under lights of the prior", "figure.png", {
    ...synthetic("hard-light", 129, 130, 131, 132),
    columns: ["photo", "texture", "albedo", "relit-1", "relit-2", "relit-3"],
    counts: ["swapped-identity"],
  }),
  figure(
    10,
    "without the image gradient loss, without the losses of texture regularisation",
    "their numbers",
    {
      ...twelveFaces,
      variants: trained(
        ["all losses", "ablation-none"],
        ["no image gradient", "ablation-no-gradient"],
        ["no texture regularisation", "ablation-no-texture-regularisation"],
      ),
      columns: ["photo", "albedo", "light", "coarsely-lit"],
      counts: ["gradient-energy", "detail-shares", "albedo-truth"],
    },
  ),
  figure(11, "without the cross perceptual loss: identity in the light", "its numbers", {
    ...twelveFaces,
    variants: trained(
      ["all losses", "ablation-none"],
      ["no cross perceptual", "ablation-no-cross-perceptual"],
    ),
    columns: ["photo", "albedo", "light", "swapped"],
    counts: ["swapped-identity", "identity-in-light", "identity-on-grey", "detail-shares"],
  }),
];
