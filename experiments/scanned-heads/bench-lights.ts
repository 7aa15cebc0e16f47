/**
 * The lights of the bench, which stand in no statistics and no training of ours: five surroundings as harmonics of order
 * 2, which throw no shadows, and a lamp, which does.
 *
 * The harmonics are those of Paul Debevec's light probes, computed after R. Ramamoorthi and P. Hanrahan, "An Efficient
 * Representation for Irradiance Environment Maps", 2001, and printed in R. Rost, "OpenGL Shading Language" (chapter 12,
 * "Lighting with Spherical Harmonics"). The light prior is of other maps (`lib/graphics/scene/baked-lights.ts`).
 */
import { type Light, shadingAt, type Vector } from "rerenderable";
import { ambientLight, type LightSource } from "rerenderable/graphics";

export interface BenchLight {
  /** Whether it throws shadows with edges. */
  readonly kind: "soft" | "hard";
  /** Linear; a white surface that faces the viewer, and that nothing shades, is shaded by `exposure`. */
  readonly sources: readonly LightSource[];
}

/** Mean of the three colours, linear: a fair skin comes out as in a well exposed photo. */
export const exposure = 0.8;

/** A band a row, red, green, blue, in the order of `shBasis`, which is that of the book. */
type Bands = readonly Vector[];

const graceCathedral: Bands = [
  [0.78908, 0.4371, 0.54161],
  [0.39499, 0.34989, 0.60488],
  [-0.33974, -0.18236, -0.2694],
  [-0.29213, -0.05562, 0.00944],
  [-0.11141, -0.0509, -0.12231],
  [-0.2624, -0.22401, -0.47479],
  [-0.1557, -0.09471, -0.14733],
  [0.56014, 0.21444, 0.13915],
  [0.21205, -0.05432, -0.30374],
];

const eucalyptusGrove: Bands = [
  [0.3783264, 0.4260425, 0.4504587],
  [0.2887813, 0.3586803, 0.4147053],
  [0.037903, 0.0295216, 0.0098567],
  [-0.1033028, -0.103169, -0.0884924],
  [-0.062175, -0.0554432, -0.0396779],
  [0.007782, -0.0148312, -0.0471301],
  [-0.0935561, -0.125426, -0.1525629],
  [-0.0572703, -0.0502192, -0.036341],
  [0.0203348, -0.0044201, -0.045218],
];

const oldTownSquare: Bands = [
  [0.871297, 0.875222, 0.86447],
  [0.175058, 0.245335, 0.312891],
  [0.034675, 0.036107, 0.037362],
  [-0.004629, -0.029448, -0.048028],
  [-0.120535, -0.12116, -0.117507],
  [0.003242, 0.003624, 0.007511],
  [-0.028667, -0.024926, -0.020998],
  [-0.077539, -0.086325, -0.091591],
  [-0.161784, -0.191783, -0.219152],
];

const stPetersBasilica: Bands = [
  [0.3623915, 0.262413, 0.2326261],
  [0.175913, 0.1436267, 0.1260569],
  [-0.0247311, -0.0101253, -0.0010745],
  [0.03465, 0.0223184, 0.010135],
  [0.019814, 0.0144073, 0.0043987],
  [-0.0469596, -0.0254485, -0.0117786],
  [-0.0898667, -0.0760911, -0.0740964],
  [0.0050194, 0.0038841, 0.0001374],
  [-0.081875, -0.0321501, 0.0033399],
];

const campusSunset: Bands = [
  [0.7870665, 0.9379944, 0.9799986],
  [0.4376419, 0.5579443, 0.7024107],
  [-0.1020717, -0.1824865, -0.2749662],
  [0.4543814, 0.3750162, 0.1968642],
  [0.1841687, 0.1396696, 0.049158],
  [-0.1417495, -0.218637, -0.3132702],
  [-0.3890121, -0.4033574, -0.3639718],
  [0.0872238, 0.0744587, 0.0353051],
  [0.66626, 0.6706794, 0.5246173],
];

/** One small lamp, above and to the left, in a dim room. */
const direction: Vector = [-0.8, 0.7, 1];
const room = 0.12;

export const benchLights = {
  "grace-cathedral": soft(graceCathedral),
  "eucalyptus-grove": soft(eucalyptusGrove),
  "old-town-square": soft(oldTownSquare),
  "st-peters-basilica": soft(stPetersBasilica),
  "campus-sunset": soft(campusSunset),
  lamp: hard(),
} as const satisfies Record<string, BenchLight>;

export type BenchLightName = keyof typeof benchLights;

export const benchLightNames = Object.keys(benchLights) as BenchLightName[];

function soft(bands: Bands): BenchLight {
  const light = [0, 1, 2].flatMap((colour) => bands.map((band) => band[colour]));
  const factor = exposure / facing(light);
  return { kind: "soft", sources: [{ kind: "harmonics", light: light.map((value) => factor * value) }] };
}

function hard(): BenchLight {
  const fill = ambientLight([room, room, room]);
  const cosine = direction[2] / Math.hypot(...direction);
  const factor = exposure / (cosine + room);
  return {
    kind: "hard",
    sources: [
      { kind: "directional", direction, colour: [factor, factor, factor] },
      { kind: "harmonics", light: fill.map((value) => factor * value) },
    ],
  };
}

/** Mean shading of a surface that faces the viewer. */
function facing(light: Light): number {
  return shadingAt(light, [0, 0, 1]).reduce((sum, value) => sum + value / 3, 0);
}
