/**
 * The paper's figures of one trained network. Each shows synthetic test faces, which may be shown and whose truth is
 * known; `--set 'faces={"from":"celeba-hq","path":"your-celeba-hq","numbers":[0,1,2]}'` shows the paper's.
 * Figure 8, of all methods, is made by `table-3`.
 */
import type { FigureSettings } from "../runners/figure-settings.js";
import type { ExperimentConfig } from "./experiment-config.js";
import { quick } from "./quick.js";

type FigureConfig = ExperimentConfig<FigureSettings>;

const shared = {
  weights: "shipped",
  prior: "both",
  mask: "parser",
  model: "embedded",
  uvSize: quick.settings.samples.uvSize,
} as const;

function figure(
  number: number,
  about: string,
  result: string,
  settings: Pick<FigureSettings, "faces" | "columns" | "numbers">,
): FigureConfig {
  const expected = { time: "under a minute", result };
  return { name: `figure-${number}`, about, expected, settings: { ...shared, ...settings } };
}

const synthetic = (
  subset: "easy" | "hard-light" | "large-pose" | "same-face-expressions",
  ...seeds: number[]
) => ({
  from: "synthetic" as const,
  subset,
  seeds,
});

export const figures: readonly FigureConfig[] = [
  figure(1, "the teaser: a photo, its face, its albedo, and the face under other lights", "figure.png", {
    faces: { from: "folder", path: "datasets/portraits", numbers: [0] },
    columns: ["photo", "detailed", "albedo", "light", "relit-1", "relit-2", "relit-3"],
    numbers: [],
  }),
  figure(3, "the cross perceptual loss: each face under the light of the next", "identity that is kept", {
    faces: synthetic("hard-light", 125, 126, 127, 128),
    columns: ["photo", "albedo", "light", "detailed", "swapped"],
    numbers: ["swapped-identity"],
  }),
  figure(4, "high-resolution faces: details are kept, highlights are left out of the albedo", "figure.png", {
    faces: synthetic("easy", 125, 126, 127, 128),
    columns: ["photo", "detailed", "coarsely-lit", "albedo"],
    numbers: ["gradient-energy"],
  }),
  figure(5, "one person, many expressions, one light: the maps of light agree", "their deviation", {
    faces: synthetic("same-face-expressions", 0, 1, 2, 3, 4, 5, 6, 7),
    columns: ["photo", "coarse-over", "coarsely-lit-over", "light", "detailed-over"],
    numbers: ["light-agreement"],
  }),
  figure(6, "a white map in place of the prior albedo: what guides and what adds detail", "figure.png", {
    faces: synthetic("easy", 129, 130, 131),
    columns: [
      "photo",
      "texture",
      "white",
      "white-coarsely-lit",
      "white-detailed",
      "coarsely-lit",
      "detailed",
    ],
    numbers: [],
  }),
  figure(7, "holes and stripes of the unwrapped texture, which the albedo has not", "figure.png", {
    faces: synthetic("large-pose", 125, 126, 127, 128),
    columns: ["photo", "texture", "albedo"],
    numbers: [],
  }),
  figure(9, "extreme light: the albedo without it, and the face under lights of the prior", "figure.png", {
    faces: synthetic("hard-light", 129, 130, 131, 132),
    columns: ["photo", "texture", "albedo", "relit-1", "relit-2", "relit-3"],
    numbers: ["swapped-identity"],
  }),
];
