/** Where the lips are on the flat map, as the landmarks around and between them say. */
import { smoothstep } from "./noise.js";
import { curve, type UvPoint } from "./uv-points.js";

/** The distance on the map over which the lips' edge falls off. */
const edge = 0.011;

/**
 * @param landmarks of the map, [68]
 * @returns 1 on the lips, less at their edge and toward the inner mouth, 0 elsewhere, [U * U]
 */
export function lipMask(landmarks: readonly UvPoint[], size: number): Float32Array {
  const outline = (first: number, last: number) => closed(landmarks.slice(first, last + 1));
  const [outer, inner] = [outline(48, 59), outline(60, 67)];
  const mask = new Float32Array(size * size);
  const [left, right] = [landmarks[48][0] - 0.03, landmarks[54][0] + 0.03];
  const [top, bottom] = [landmarks[51][1] - 0.03, landmarks[57][1] + 0.03];
  for (let y = Math.floor(top * size); y < bottom * size; y++) {
    for (let x = Math.floor(left * size); x < right * size; x++) {
      const [u, v] = [(x + 0.5) / size, (y + 0.5) / size];
      const inside = signedDistance(outer, u, v);
      if (inside <= -edge) continue;
      mask[y * size + x] =
        smoothstep(-edge, 0.6 * edge, inside) * (1 - smoothstep(0.006, 0.022, signedDistance(inner, u, v)));
    }
  }
  return mask;
}

function closed(points: readonly UvPoint[]): UvPoint[] {
  return curve([...points, points[0]], 6 * points.length);
}

/** Distance to a polygon's edge, positive inside. */
function signedDistance(polygon: readonly UvPoint[], u: number, v: number): number {
  let nearest = Infinity;
  let inside = false;
  polygon.forEach(([bx, by], i) => {
    const [ax, ay] = polygon[(i + polygon.length - 1) % polygon.length];
    const [ex, ey] = [bx - ax, by - ay];
    const squared = ex * ex + ey * ey;
    const t = squared > 0 ? Math.min(Math.max(((u - ax) * ex + (v - ay) * ey) / squared, 0), 1) : 0;
    nearest = Math.min(nearest, Math.hypot(u - ax - t * ex, v - ay - t * ey));
    if (ay > v !== by > v && u < ax + ((v - ay) / ey) * ex) inside = !inside;
  });
  return inside ? nearest : -nearest;
}
