import { variant } from "./detail-variant.js";
import { paper } from "./paper.js";

export const highResolution = variant(
  paper,
  {
    name: "high-resolution",
    about:
      "the paper's refiner at twice its size, uv 512, on pictures of 448 px; see section 5.5 on its limits",
    expected: { time: "four times the paper's", result: "pores and hairs that 256 texels do not hold" },
  },
  { samples: { side: 448, uvSize: 512 } },
);
