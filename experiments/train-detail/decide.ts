import { lossReadings } from "rerenderable/face";
import { variant } from "./detail-variant.js";
import { quick } from "./quick.js";

const { set, weights } = lossReadings.deciding;

export const decide = variant(
  quick,
  {
    name: "decide",
    about:
      "trains a refiner that decides where the photo's detail goes, on portraits and synthetic faces, each under two lights",
    expected: {
      time: "faces 25 minutes on two cores, once; then 0.3 s a face pass",
      result:
        "weights as the shipped ones, whose five stages had losses of their own: results/published/decide, README",
    },
  },
  {
    samples: {
      subsets: ["easy", "hard-light", "occluded", "large-pose", "strong-skin"],
      training: { first: 10_000, count: 50 },
      heldOut: { first: 0, count: 4 },
      // Official portraits, works of the US government (github.com/unitedstates/images).
      photos: {
        folder: "results/prepare/folder-us-congress-portraits",
        training: 400,
        heldOut: 24,
        publicDomain: true,
      },
      pairs: true,
      balance: "tone",
    },
    network: {
      base: "bands",
      skips: true,
      // Its bottleneck of 16 x 16 sees 24 texels of 128; each block adds 32. Shadows and beards are larger.
      residualBlocks: 2,
    },
    losses: { set, weights: { ...weights, albedoPair: 4 } },
    schedule: { epochs: 12, learningRate: { first: 1e-3, decay: 0.85 } },
    // The discriminator takes a fifth of the time of a step, and its loss counts a thousandth.
    adversaryEvery: 4,
    validateEvery: 250,
    checkpointEvery: 100,
  },
);
