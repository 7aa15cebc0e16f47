/** Lays an eyeball of another model onto ours. */
import { type ReferenceFace, uvAt } from "../flat-map/reference-face.js";
import { searchSurface } from "../flat-map/surface-points.js";

/**
 * Both eyeballs count as spheres that bulge forward.
 * @param positions its vertices, [M * 3]
 * @returns uv of each, [M * 2]
 */
export function layOntoEye(
  positions: ArrayLike<number>,
  side: "rightEye" | "leftEye",
  reference: ReferenceFace,
): Float64Array {
  const { data, part } = reference;
  const isEye = (t: number) => part[t] === side;
  const own = part.flatMap((_, t) => (isEye(t) ? [...data.triangles.subarray(3 * t, 3 * t + 3)] : []));
  const [to, from] = [
    sphereOf(own.flatMap((v) => [...reference.positions.subarray(3 * v, 3 * v + 3)])),
    sphereOf(positions),
  ];
  const surface = searchSurface(reference.positions, data.triangles, 3, 2 * to.radius);
  const scale = to.radius / from.radius;
  return Float64Array.from(
    Array.from({ length: positions.length / 3 }, (_, v) => {
      const p = [0, 1, 2].map((k) => to.centre[k] + scale * (positions[3 * v + k] - from.centre[k]));
      return uvAt(reference, surface.nearest(p, isEye)!);
    }).flat(),
  );
}

/**
 * The sphere of an eyeball, from its width and height and from how far it reaches forward, because its back may be
 * missing.
 */
function sphereOf(positions: ArrayLike<number>): { centre: number[]; radius: number } {
  const axis = (k: number) => Array.from({ length: positions.length / 3 }, (_, v) => positions[3 * v + k]);
  const ranges = [0, 1, 2].map((k) => [Math.min(...axis(k)), Math.max(...axis(k))] as const);
  const radius = (ranges[0][1] - ranges[0][0]) / 2;
  const [x, y] = [0, 1].map((k) => (ranges[k][0] + ranges[k][1]) / 2);
  return { centre: [x, y, ranges[2][1] - radius], radius };
}
