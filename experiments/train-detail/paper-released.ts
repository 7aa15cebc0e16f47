/**
 * The paper's training with the losses, weights and network of the authors' released code (commit 34287b1 of
 * `YMX2022/3DFaceTexture`). As in the paper, and unlike that code, the L1 loss ends with the first epoch: with it nothing but
 * the prior's colours would be allowed to the albedo.
 */
import { lossReadings } from "rerenderable/face";
import { variant } from "./detail-variant.js";
import { paper } from "./paper.js";

export const paperReleased = variant(
  paper,
  {
    name: "paper-released",
    about: "the paper's training with the losses, weights and network of the authors' released code",
    expected: {
      time: "on two cores a step of 16 takes 30 s and 3.6 GB, a third more than `paper`",
      result: "the other reading of the paper, to compare with `paper`",
    },
  },
  {
    network: { normalisation: "batch", residualBlocks: 6, lightDecoder: "bilinear" },
    losses: lossReadings.releasedCode,
  },
);
