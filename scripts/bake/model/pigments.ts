/**
 * Colour of the whole skin and of its regions. Two pigments and the yellow of skin are first-order changes of the
 * mean albedo. They are proportional to it, so creases stay creases. The amounts are set so that one unit is about
 * one standard deviation of people: dark and very light skin lie within 2.5 of them.
 *
 * Absorption vectors found by separating skin colour (N. Tsumura et al., SIGGRAPH 2003) are right except for a share
 * of grey, as shading was removed first; used directly, they make green and purple people. Here melanin is the
 * difference between the lightest and the darkest of the source skins; haemoglobin absorbs mostly green and hardly
 * any red.
 */
import type { AlbedoMesh } from "./albedo-mesh.js";
import { gauss, type Point, smoothstep } from "./facial-features.js";

type Rgb = readonly [number, number, number];

/** The change by one unit of each, in encoded sRGB, where the skin has the mean tone. */
const changes = {
  melanin: [-0.137, -0.127, -0.117],
  haemoglobin: [-0.004, -0.02, -0.013],
  yellow: [0, -0.004, -0.019],
} as const satisfies Record<string, Rgb>;
const meanTone: Rgb = [0.7, 0.55, 0.47];

/** How much melanin, in units of its mode, a tone has above another; encoded sRGB. */
export function melaninOf(tone: readonly number[], above: readonly number[]): number {
  return (tone[1] - above[1]) / changes.melanin[1];
}

/** @param withMelanin the other changes that come with one unit of melanin, [M * 3] */
export function pigmentModes(mean: Float64Array, withMelanin: Float64Array): Float64Array[] {
  const [melanin, ...others] = Object.values(changes).map((change) => inProportion(mean, change));
  return [melanin.map((value, i) => value + withMelanin[i]), ...others];
}

/** Modes of redder or paler cheeks and nose. */
export function regionModes(mesh: AlbedoMesh, mean: Float64Array): Float64Array[] {
  const regions: readonly ((p: Point) => number)[] = [
    ([x, y]) => gauss((Math.abs(x) - 0.42) / 0.17, (y - 6.95) / 0.17),
    ([x, y, z]) => gauss(x / 0.13, (y - 6.98) / 0.13) * smoothstep(1.2, 1.4, z),
  ];
  return regions.map((mask) =>
    inProportion(mean, changes.haemoglobin).map((value, i) => {
      const v = 3 * Math.floor(i / 3);
      return 1.6 * value * mask([mesh.positions[v], mesh.positions[v + 1], mesh.positions[v + 2]]);
    }),
  );
}

function inProportion(mean: Float64Array, change: Rgb): Float64Array {
  return mean.map((value, i) => (value * change[i % 3]) / meanTone[i % 3]);
}
