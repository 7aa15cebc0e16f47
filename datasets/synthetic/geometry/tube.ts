/** Makes tubes along lines: frames of spectacles, fingers. */
import { type Material, type MeshPart, plainColours } from "./mesh-part.js";

type Point = readonly number[];

/**
 * @param line the middle line of the tube, model frame
 * @param radii at each point of the line, 10 cm: along `up` and across
 * @param up a direction that is about across the line
 * @param closed whether the last point is joined to the first; else both ends are rounded off
 */
export function tube(
  line: readonly Point[],
  radii: readonly (readonly [number, number])[],
  up: Point,
  closed: boolean,
  material: Material,
  colour: Point,
  around = 10,
): MeshPart {
  const rings = closed ? line.map((p, i) => ({ p, i, scale: 1 })) : rounded(line);
  const vertices: number[] = [];
  for (const { p, i, scale } of rings) {
    const before = line[closed ? (i + line.length - 1) % line.length : Math.max(i - 1, 0)];
    const after = line[closed ? (i + 1) % line.length : Math.min(i + 1, line.length - 1)];
    const along = unitOf(after.map((value, k) => value - before[k]));
    const side = unitOf(cross(along, up));
    const top = cross(side, along);
    for (let a = 0; a < around; a++) {
      const turn = (2 * Math.PI * a) / around;
      const [x, y] = [scale * radii[i][1] * Math.cos(turn), scale * radii[i][0] * Math.sin(turn)];
      for (let k = 0; k < 3; k++) vertices.push(p[k] + x * side[k] + y * top[k]);
    }
  }
  const triangles: number[] = [];
  const joins = closed ? rings.length : rings.length - 1;
  for (let r = 0; r < joins; r++) {
    for (let a = 0; a < around; a++) {
      const [p, q] = [r * around, ((r + 1) % rings.length) * around];
      const b = (a + 1) % around;
      triangles.push(p + a, q + b, p + b, p + a, q + a, q + b);
    }
  }
  return {
    material,
    vertices: Float32Array.from(vertices),
    triangles: Int32Array.from(triangles),
    colours: plainColours(vertices.length / 3, colour),
  };
}

/** Adds caps to the line: rings that shrink over each end. */
function rounded(line: readonly Point[]) {
  const last = line.length - 1;
  const cap = [0.99, 0.8, 0.5, 0.02].map((share) => ({ share, scale: Math.sqrt(1 - share * share) }));
  const end = (i: number, other: number) => {
    const outward = unitOf(line[i].map((value, k) => value - line[other][k]));
    return (share: number, radius: number) => line[i].map((value, k) => value + share * radius * outward[k]);
  };
  const [atStart, atEnd] = [end(0, 1), end(last, last - 1)];
  const length = 0.085;
  return [
    ...cap.map(({ share, scale }) => ({ p: atStart(share, length), i: 0, scale })),
    ...line.map((p, i) => ({ p: [...p], i, scale: 1 })),
    ...[...cap].reverse().map(({ share, scale }) => ({ p: atEnd(share, length), i: last, scale })),
  ];
}

export function cross(a: Point, b: Point): number[] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function unitOf(v: Point): number[] {
  const length = Math.hypot(v[0], v[1], v[2]) || 1;
  return v.map((value) => value / length);
}
