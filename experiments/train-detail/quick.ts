/** Half the paper's size, on synthetic faces: what two cores can train. */
import { variant } from "./detail-variant.js";
import { paper } from "./paper.js";

export const quick = variant(
  paper,
  {
    name: "quick",
    about: "trains the detail refinement on 600 synthetic faces, at half the paper's size",
    expected: {
      time: "faces 20 to 40 minutes on two cores, once; then 23 minutes for 450 steps",
      result: "the weights that are shipped: see README",
    },
  },
  {
    samples: {
      from: "synthetic",
      folder: "",
      subsets: ["easy", "hard-light", "occluded", "large-pose"],
      training: { first: 10_000, count: 150 }, // of each; seeds below are for tests
      heldOut: { first: 0, count: 6 },
      coefficients: "both",
      uvSize: 128,
    },
    // A hundredth of the paper's pictures have to do: the maps start from a first guess.
    network: { baseChannels: 32, discriminatorChannels: 16, base: "texture", initialisation: "he" },
    losses: {
      weights: {
        /**
         * A hundredth of the paper's: as our image loss is a mean, the recognition network pulls at the albedo 1,500 times as
         * hard for the same weight (0.2 against 1.4e-4 on 8 faces), in a direction that has nothing to do with the truth
         * (cosine 0.00). With 0.5 and 0.1 its wishes drew dark rims and dyed eyes.
         */
        crossPerceptual: 0.005,
        /** All along, and less: with none nothing holds the albedo's brightness, and R(A′, L) lost 6 dB in 50 steps. */
        albedoL1: 0.2,
        /** Fine detail, in place of the paper's 1: it should go into the albedo. */
        imageGradient: 2,
        image: 10,
        illumination: 0.3,
        /** Lips and irises went into the colour of the light. */
        greyLight: 0.3,
      },
    },
    schedule: {
      /** Of a hundredth as many faces as the paper's. In a run of ten the albedo's error did not fall after the sixth. */
      epochs: 6,
      /** Half of the paper's: what two cores can do goes further in twice as many steps. */
      batchSize: 8,
      /** With 5e-4 the first steps cost what hundreds after them gained, with 1e-4 the first hundred moved little. */
      learningRate: { first: 2e-4, decay: 0.8 },
      albedoL1Epochs: 1_000,
    },
    microBatch: 4,
    checkpointEvery: 25,
    validateEvery: 150,
  },
);
