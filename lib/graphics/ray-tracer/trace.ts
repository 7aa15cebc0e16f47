/** Follows rays through a tree of boxes: to the nearest triangle, or to any. */
import type { Bvh } from "./bvh.js";
import type { Hit, Ray } from "./ray.js";
import { meetsTriangle } from "./ray-triangle.js";
import { boxSize, upperCorner } from "./triangle-boxes.js";

/** Rounds outward, by more than the error of three operations, so that a box never loses a triangle in it. */
const outward = 1 + 4 * Number.EPSILON;

/**
 * Finds the nearest triangle at `ray.least` to `ray.most` along the ray.
 * @param ray as left by `aimRay`
 * @param hit is overwritten; if there is no triangle, its `triangle` is −1 and its `distance` is `ray.most`
 * @returns whether there is one
 */
export function findNearest(bvh: Bvh, ray: Ray, hit: Hit): boolean {
  return walk(bvh, ray, hit, false);
}

/**
 * Whether any triangle is at `ray.least` to `ray.most` along the ray; `hit` is overwritten and then means nothing.
 */
export function isBlocked(bvh: Bvh, ray: Ray, hit: Hit): boolean {
  return walk(bvh, ray, hit, true);
}

function walk(bvh: Bvh, ray: Ray, hit: Hit, any: boolean): boolean {
  const { bounds, count, next, axis, corners, triangle, stack } = bvh;
  hit.triangle = -1;
  hit.distance = ray.most;
  let held = 0;
  for (let node = 0; ; ) {
    if (entersBox(bounds, boxSize * node, ray, hit)) {
      if (count[node] === 0 && next[node] > 0) {
        // The child that the ray reaches first is visited first: a hit there may spare the other one.
        const backwards = ray.direction[axis[node]] < 0;
        stack[held++] = backwards ? node + 1 : next[node];
        node = backwards ? next[node] : node + 1;
        continue;
      }
      for (let slot = next[node], end = slot + count[node]; slot < end; slot++) {
        if (!meetsTriangle(corners, slot, ray, hit)) continue;
        hit.triangle = triangle[slot];
        if (any) return true;
      }
    }
    if (held === 0) break;
    node = stack[--held];
  }
  return hit.triangle >= 0;
}

/**
 * Whether the ray is in the box before the hit. Where a ray in a face's plane gives a product of 0 and infinity, it
 * passes.
 */
function entersBox(bounds: Float64Array, k: number, ray: Ray, hit: Hit): boolean {
  const { origin, inverse } = ray;
  let enter = ray.least;
  let leave = hit.distance;
  for (let i = 0; i < 3; i++) {
    const slope = inverse[i];
    const backwards = slope < 0;
    const first = (bounds[backwards ? k + upperCorner + i : k + i] - origin[i]) * slope;
    const second = (bounds[backwards ? k + i : k + upperCorner + i] - origin[i]) * slope * outward;
    if (first > enter) enter = first;
    if (second < leave) leave = second;
  }
  return enter <= leave;
}
