import { lossReadings } from "rerenderable/face";
import { variant } from "./detail-variant.js";
import { quick } from "./quick.js";

export const decide = variant(
  quick,
  {
    name: "decide",
    about:
      "trains a refiner that decides where the photo's detail goes, on the faces of `quick`, from random weights",
    expected: {
      time: "faces as for `quick`; then about as long for 450 steps",
      result: "weights that no fixed share of the detail stands behind",
    },
  },
  {
    network: {
      base: "bands",
      skips: true,
      // Its bottleneck of 16 x 16 sees 24 texels of 128; each block adds 32. Shadows and beards are larger.
      residualBlocks: 2,
    },
    losses: lossReadings.balanced,
  },
);
