/** Describes a face to the page: its shape, figures and maps. */
import type { ImageMetrics, Reconstruction } from "rerenderable";
import type { LoadedFace, Side } from "./loaded-face.js";
import { stageMaps } from "./stage-maps.js";

/** The record of a face that the page gets. */
export function describeFace(face: LoadedFace) {
  const { id, name, result } = face;
  const { identity, expression, angles, translation } = result.fit.coefficients;
  return {
    id,
    name,
    warnings: result.warnings,
    figures: figuresOf(result),
    shape: {
      identity: Array.from(identity),
      expression: Array.from(expression),
      angles: Array.from(angles),
      translation: Array.from(translation),
    },
    maps: stageMaps
      .filter((map) => map.image(face, result))
      .map(({ name, title, says, alt }) => ({ name, title, says, alt })),
    compared: [...face.compared.keys()] satisfies Side[],
  };
}

/** The figures of a reconstruction that the page shows. */
export function figuresOf({ metrics, detail, landmarkError }: Reconstruction) {
  const rows: Record<string, ImageMetrics> = {
    "R(A, L)": metrics.coarse,
    ...(detail && {
      "R(A′, L)": detail.metrics.detailedCoarseLight,
      "R(A′, L′)": detail.metrics.detailed,
    }),
  };
  return { pictures: rows, landmarkError };
}
