/**
 * Lights with names, under which a reconstructed face is shown again: five invented ones, and eighteen from real
 * surroundings. Left and right are the viewer's. Each of the five is made so that its brightest shading is near 1 (a
 * mid-tone skin stays a mid-tone) and no normal is shaded below 0.
 */
import { bakedEnvironments } from "./baked-lights.js";
import { addLights, ambientLight, directionalLight, type Light } from "./light.js";
import { ambientWhite } from "./spherical-harmonics.js";

/** Portrait studio: a soft neutral key from the front, above and a little to the right, and a fill from the left. */
const studio = addLights(
  directionalLight([0.35, 0.5, 1], [0.6, 0.6, 0.6]),
  directionalLight([-0.9, 0.1, 0.6], [0.2, 0.2, 0.2]),
  ambientLight([0.24, 0.24, 0.24]),
);

/** A window to the left: cool light from the side, a dim and slightly warm room on the other. */
const window = addLights(
  directionalLight([-1, 0.25, 0.75], [0.74, 0.82, 0.92]),
  ambientLight([0.19, 0.17, 0.15]),
);

/** A low sun to the right: strong warm light, a weak blue sky from above. */
const sunset = addLights(
  directionalLight([1, 0.1, 0.85], [0.88, 0.59, 0.32]),
  directionalLight([-0.2, 1, 0.2], [0.07, 0.1, 0.16]),
  ambientLight([0.11, 0.1, 0.12]),
);

/** A lamp above: neutral light straight from the top, deep shade below. */
const overhead = addLights(
  directionalLight([0, 1, 0.35], [0.88, 0.86, 0.82]),
  ambientLight([0.12, 0.12, 0.13]),
);

/**
 * The invented lights, for the paper's shading of encoded values; `ambient` is the neutral one, which shows the
 * albedo itself.
 */
export const namedLights = {
  ambient: ambientWhite,
  studio,
  window,
  sunset,
  overhead,
} as const satisfies Record<string, Light>;

export type LightName = keyof typeof namedLights;

/**
 * Lights of real surroundings by the names of their maps, each for linear shading and for the paper's shading of
 * encoded values. This project shades in encoded sRGB, so use `srgb` to relight. They are not part of `namedLights`,
 * as two names are in both (`studio`, `sunset`), and a reconstruction is shown under each of `namedLights`.
 *
 * Each is turned about the vertical until its brighter side is 40° to the viewer's right. It is as bright as a camera
 * would make it: the mean encoded shading of the parts that face the viewer is about 0.8. It keeps its measured
 * colour, which a camera would balance (`dawn`, `park`, `sunrise`). Turn it with `rotateLight`, which is exact for
 * `linear` and, since the encoding looks at one normal at a time, for `srgb` too.
 */
export const environmentLights: Readonly<Record<EnvironmentLightName, EnvironmentLight>> = bakedEnvironments;

export type EnvironmentLightName = keyof typeof bakedEnvironments;

/** One light in its two forms. */
export type EnvironmentLight = Readonly<Record<"linear" | "srgb", Light>>;

export const environmentLightNames = Object.keys(bakedEnvironments) as EnvironmentLightName[];
