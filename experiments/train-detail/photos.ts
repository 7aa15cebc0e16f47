import { decide } from "./decide.js";
import { variant } from "./detail-variant.js";

export const photos = variant(
  decide,
  {
    name: "photos",
    about:
      "goes on with the shipped weights on a folder of photos of yours that `prepare` has prepared; needs no labels",
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
      photos: { folder: "" },
    },
    network: { startFrom: "shipped" },
    schedule: { epochs: 20, learningRate: { first: 1e-4, decay: 0.9 } },
    validateEvery: 20,
  },
);
