/** Measures how the face lies in its flat map: areas, overlaps, the part of the frontal face, stretch. */
import type { MorphableModelData } from "rerenderable";
import { percentile } from "./percentile.js";

export interface MapFigures {
  readonly skinTriangles: number;
  /** The number of skin triangles whose area in the map is not positive. */
  readonly notPositive: number;
  /** Texel centres in more than one skin triangle, or in a skin triangle and another one. */
  readonly coveredTwice: number;
  /** Share of the map's texels that are skin, and of those the share whose normal is within 60° of the front. */
  readonly skinShare: number;
  readonly frontalShare: number;
  /** Root mean square stretch (P. Sander et al., 2001), 1 where the map keeps lengths. */
  readonly stretch: number;
  /** Area in the map over area on the face, divided by the mean: 5th and 95th percentile by area. */
  readonly areaRatio5: number;
  readonly areaRatio95: number;
}

/** @param mean positions of the drawn vertices, [N * 3] @param size side of the map in which texels are counted */
export function mapFigures(data: MorphableModelData, mean: Float32Array, size = 1024): MapFigures {
  const skin = Array.from(data.skinTriangle.keys()).filter((t) => data.skinTriangle[t]);
  const shapes = skin.map((t) => triangleShape(data, mean, t));
  const sum = (of: (s: TriangleShape) => number) => shapes.reduce((total, s) => total + of(s), 0);
  const [flat, curved] = [sum((s) => s.mapArea), sum((s) => s.area)];
  const ratio = (s: TriangleShape) => s.mapArea / s.area / (flat / curved);
  const [skinCover, restCover, frontalCover] = [
    coverTexels(data, size, (t) => data.skinTriangle[t] === 1),
    coverTexels(data, size, (t) => data.skinTriangle[t] === 0),
    coverTexels(data, size, (t) => data.skinTriangle[t] === 1 && triangleShape(data, mean, t).facing > 0.5),
  ];
  const covered = skinCover.filter((n) => n > 0).length;
  const weighted = shapes.map((s) => ({ value: ratio(s), weight: s.area }));
  return {
    skinTriangles: skin.length,
    notPositive: shapes.filter((s) => !(s.mapArea > 0)).length,
    coveredTwice: skinCover.filter((n, p) => n > 1 || (n === 1 && restCover[p] > 0)).length,
    skinShare: covered / size ** 2,
    frontalShare: frontalCover.filter((n) => n > 0).length / covered,
    stretch: Math.sqrt(sum((s) => s.area * s.squaredStretch) / curved) * Math.sqrt(flat / curved),
    areaRatio5: percentile(weighted, 0.05),
    areaRatio95: percentile(weighted, 0.95),
  };
}

interface TriangleShape {
  readonly area: number;
  /** The area in the map; positive if the triangle has the same side up as seen from outside. */
  readonly mapArea: number;
  /** Forward component of its unit normal. */
  readonly facing: number;
  /** Half the sum of the squared derivatives of position by u and by v. */
  readonly squaredStretch: number;
}

function triangleShape({ triangles, uvs }: MorphableModelData, mean: Float32Array, t: number): TriangleShape {
  const [a, b, c] = [triangles[3 * t], triangles[3 * t + 1], triangles[3 * t + 2]];
  const edge = (to: number) => [0, 1, 2].map((k) => mean[3 * to + k] - mean[3 * a + k]);
  const flat = (to: number) => [uvs[2 * to] - uvs[2 * a], uvs[2 * to + 1] - uvs[2 * a + 1]];
  const [e, f] = [edge(b), edge(c)];
  const [[eu, ev], [fu, fv]] = [flat(b), flat(c)];
  const normal = [e[1] * f[2] - e[2] * f[1], e[2] * f[0] - e[0] * f[2], e[0] * f[1] - e[1] * f[0]];
  const length = Math.hypot(...normal);
  const det = eu * fv - fu * ev; // v runs down: negative as seen from outside
  const squares = [0, 1, 2].map((k) => {
    const [byU, byV] = [(e[k] * fv - f[k] * ev) / det, (f[k] * eu - e[k] * fu) / det];
    return byU * byU + byV * byV;
  });
  return {
    area: length / 2,
    mapArea: -det / 2,
    facing: normal[2] / length,
    squaredStretch: squares.reduce((x, y) => x + y) / 2,
  };
}

/** Counts, for each texel, the wanted triangles that contain its centre, without their rims. */
export function coverTexels(
  data: MorphableModelData,
  size: number,
  wanted: (t: number) => boolean,
): Uint8Array {
  const cover = new Uint8Array(size * size);
  for (let t = 0; t < data.skinTriangle.length; t++) {
    if (!wanted(t)) continue;
    const corners = [0, 1, 2].map((k) => {
      const v = data.triangles[3 * t + k];
      return [data.uvs[2 * v] * size - 0.5, data.uvs[2 * v + 1] * size - 0.5] as const;
    });
    const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
    for (let y = Math.ceil(Math.min(...ys)); y <= Math.max(...ys); y++) {
      for (let x = Math.ceil(Math.min(...xs)); x <= Math.max(...xs); x++) {
        const inside = corners.every(([ax, ay], k) => {
          const [bx, by] = corners[(k + 1) % 3];
          return (bx - ax) * (y - ay) - (by - ay) * (x - ax) < -1e-9;
        });
        if (inside) cover[y * size + x]++;
      }
    }
  }
  return cover;
}
