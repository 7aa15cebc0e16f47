/** The results of ray tracing for each pixel, and how they are gathered from the pixel's rays. */
import type { Hit } from "./ray.js";
import type { ShadedPoint } from "./shade-surface.js";
import type { Surface } from "./surface.js";

/** `S` is the side of the picture; rows from the top. */
export interface TruthRendering {
  readonly size: number;
  /**
   * `diffuse + specular`: the mean over the pixel's rays that hit, ready for `compositeOver`; 0 where no ray hit, [S,
   * S, 3].
   */
  readonly image: Float32Array;
  readonly diffuse: Float32Array;
  readonly specular: Float32Array;
  /** For each directional or point light, in their order: 1 where lit, 0 in shadow, turned away or empty, [S, S]. */
  readonly shadows: readonly Float32Array[];
  /** Share of the pixel's rays that hit, [S, S]. */
  readonly mask: Float32Array;
  /** The distance in front of the camera at the pixel's centre, 0 where empty, [S, S]. */
  readonly depth: Float32Array;
  /** Triangle seen at the pixel's centre, −1 where none, [S, S]. */
  readonly triangleId: Int32Array;
  /** Unit smooth normal at the pixel's centre, world frame, 0 where empty, [S, S, 3]. */
  readonly normals: Float32Array;
}

/** @param lights the number of lights that have a shadow map */
export function blankRendering(size: number, lights: number): TruthRendering {
  const pixels = size * size;
  return {
    size,
    image: new Float32Array(3 * pixels),
    diffuse: new Float32Array(3 * pixels),
    specular: new Float32Array(3 * pixels),
    shadows: Array.from({ length: lights }, () => new Float32Array(pixels)),
    mask: new Float32Array(pixels),
    depth: new Float32Array(pixels),
    triangleId: new Int32Array(pixels).fill(-1),
    normals: new Float32Array(3 * pixels),
  };
}

/** Records the surface at the pixel's centre. */
export function writeCentre(rendering: TruthRendering, pixel: number, hit: Hit, surface: Surface): void {
  rendering.depth[pixel] = hit.distance;
  rendering.triangleId[pixel] = hit.triangle;
  rendering.normals.set(surface.normal, 3 * pixel);
}

/** Adds the light of one ray that hit. */
export function addSample(
  rendering: TruthRendering,
  pixel: number,
  { diffuse, specular, lit }: ShadedPoint,
): void {
  rendering.mask[pixel]++;
  for (let c = 0, o = 3 * pixel; c < 3; c++, o++) {
    rendering.diffuse[o] += diffuse[c];
    rendering.specular[o] += specular[c];
  }
  for (let i = 0; i < lit.length; i++) rendering.shadows[i][pixel] += lit[i];
}

/** Turns sums into means. */
export function finishRendering(
  { image, diffuse, specular, shadows, mask }: TruthRendering,
  samples: number,
): void {
  for (let pixel = 0; pixel < mask.length; pixel++) {
    const hits = mask[pixel];
    if (hits === 0) continue;
    for (let o = 3 * pixel; o < 3 * pixel + 3; o++) {
      diffuse[o] /= hits;
      specular[o] /= hits;
      image[o] = diffuse[o] + specular[o];
    }
    for (const shadow of shadows) shadow[pixel] /= hits;
    mask[pixel] = hits / samples;
  }
}
