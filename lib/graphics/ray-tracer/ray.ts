/** A ray and its hit, as records that are filled again for every ray: a picture takes millions of rays. */

export interface Ray {
  readonly origin: Float64Array;
  /** The direction, of any length; distances along the ray are counted in this length. */
  readonly direction: Float64Array;
  /** The distance from which on hits count. */
  least: number;
  /** The distance up to which hits count; a hit at exactly `most` does not. */
  most: number;
  /** Whether triangles seen clockwise are passed through. */
  cullBackFaces: boolean;
  /** Derived by `aimRay`: 1 / direction. */
  readonly inverse: Float64Array;
  /** Derived by `aimRay`: axes x, y, z of a frame whose z is the direction's largest axis. */
  readonly axes: Int32Array;
  /**
   * Derived by `aimRay`: the shear along x and y and the scale of z that make the direction (0, 0, 1) in that frame.
   */
  readonly shear: Float64Array;
}

export interface Hit {
  /** Number of the triangle, −1 where none was hit. */
  triangle: number;
  /** The distance in lengths of the ray's direction. */
  distance: number;
  /** Weights of the triangle's corners, sum 1. */
  b0: number;
  b1: number;
  b2: number;
}

export function createRay(): Ray {
  return {
    origin: new Float64Array(3),
    direction: new Float64Array(3),
    least: 0,
    most: Infinity,
    cullBackFaces: false,
    inverse: new Float64Array(3),
    axes: new Int32Array(3),
    shear: new Float64Array(3),
  };
}

export function createHit(): Hit {
  return { triangle: -1, distance: Infinity, b0: 0, b1: 0, b2: 0 };
}

/**
 * Derives the numbers that the tests against boxes and triangles need; call it whenever the direction has changed.
 */
export function aimRay({ direction: d, inverse, axes, shear }: Ray): void {
  for (let i = 0; i < 3; i++) inverse[i] = 1 / d[i];
  const [x, y, z] = [Math.abs(d[0]), Math.abs(d[1]), Math.abs(d[2])];
  const kz = x > y ? (x > z ? 0 : 2) : y > z ? 1 : 2;
  // The other two axes, in the order that keeps counter-clockwise triangles so, seen against the direction.
  const [next, last] = [(kz + 1) % 3, (kz + 2) % 3];
  const [kx, ky] = d[kz] < 0 ? [last, next] : [next, last];
  axes[0] = kx;
  axes[1] = ky;
  axes[2] = kz;
  shear[0] = d[kx] / d[kz];
  shear[1] = d[ky] / d[kz];
  shear[2] = 1 / d[kz];
}
