/** Which vertices of a face mesh lie behind its openings: behind the edges of the lips and of the lids. */
import { boundaryLoops, neighbourLists, type Polygons, ringDistances } from "../mesh/mesh-topology.js";

/** The landmarks around each opening: right eye, left eye, inner lips. */
const groups = [
  [36, 41],
  [42, 47],
  [60, 67],
].map(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));

/**
 * Takes all rings around a hole of the mesh, up to the ring on which the landmarks lie. Because some meshes close the
 * eyes by a surface, it also takes what is seen from the front within the six points of an eye.
 * @returns 1 for vertices that are not skin, [N]
 */
export function behindOpenings(mesh: {
  readonly positions: ArrayLike<number>;
  readonly polygons: Polygons;
  readonly landmarks: ArrayLike<number>;
}): Uint8Array {
  const { positions, polygons, landmarks } = mesh;
  const vertexCount = positions.length / 3;
  const neighbours = neighbourLists(polygons, vertexCount);
  const behind = new Uint8Array(vertexCount);
  for (const hole of boundaryLoops(polygons).slice(1)) {
    const distance = ringDistances(neighbours, hole);
    const steps = groups.map((group) =>
      Math.min(
        ...group.map((j) => distance[landmarks[j]]).map((d) => (d < 0 ? Number.POSITIVE_INFINITY : d)),
      ),
    );
    const nearest = Math.min(...steps);
    if (!isAround(groups[steps.indexOf(nearest)] ?? [], hole, mesh)) continue;
    distance.forEach((d, v) => {
      if (d >= 0 && d < nearest) behind[v] = 1;
    });
  }
  for (const group of groups.slice(0, 2)) {
    const outline = group.map((j) => [positions[3 * landmarks[j]], positions[3 * landmarks[j] + 1]] as const);
    const depth = Math.min(...group.map((j) => positions[3 * landmarks[j] + 2]));
    for (let v = 0; v < vertexCount; v++) {
      const [x, y, z] = [positions[3 * v], positions[3 * v + 1], positions[3 * v + 2]];
      if (z > depth - 0.3 && within(outline, x, y)) behind[v] = 1;
    }
  }
  for (const group of groups) for (const j of group) behind[landmarks[j]] = 0; // the edge itself is skin
  return behind;
}

/**
 * Whether the middle of a hole lies among the landmarks. A nostril that is cut open, for example, is neither eye nor
 * mouth.
 */
function isAround(
  group: readonly number[],
  hole: readonly number[],
  { positions, landmarks }: { positions: ArrayLike<number>; landmarks: ArrayLike<number> },
): boolean {
  const middle = (vertices: readonly number[]) =>
    [0, 1].map((k) => vertices.reduce((sum, v) => sum + positions[3 * v + k], 0) / vertices.length);
  const points = group.map((j) => landmarks[j]);
  const [x, y] = middle(points);
  const off = (px: number, py: number) => Math.hypot(px - x, py - y);
  const [hx, hy] = middle(hole);
  return off(hx, hy) < Math.max(...points.map((v) => off(positions[3 * v], positions[3 * v + 1])));
}

/** Whether a point lies within an outline, by how often a ray to the right crosses it. */
function within(outline: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  outline.forEach(([ax, ay], i) => {
    const [bx, by] = outline[(i + 1) % outline.length];
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  });
  return inside;
}
