import { variant } from "./detail-variant.js";
import { quick } from "./quick.js";

export const photos = variant(
  quick,
  {
    name: "photos",
    about:
      "goes on with the quick weights on a folder of photos of yours that `prepare` has prepared; needs no labels",
    expected: {
      time: "about an hour for 80 photos on two cores",
      result: "a refiner that knows your photos' look",
    },
  },
  {
    samples: {
      from: "prepared",
      folder: "results/prepare/folder-portraits",
      training: { first: 0, count: 1_000_000 },
      heldOut: { first: 0, count: 40 },
    },
    network: { startFrom: "shipped" },
    schedule: { epochs: 20, learningRate: { first: 1e-4, decay: 0.9 } },
    validateEvery: 20,
  },
);
