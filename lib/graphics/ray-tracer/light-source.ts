/**
 * The lights of the ray tracer. Their colours are in this project's unit, shading: the light that a white surface
 * sends back when it faces the source, which is its irradiance over π. So a `directional` source here and
 * `directionalLight` with the same direction and colour are the same light; the latter is cut after order 2.
 */
import type { Light, Vector } from "../scene/light.js";
import { lightSize } from "../scene/spherical-harmonics.js";
import type { Surface } from "./surface.js";

/** Light from all around by 27 numbers, Eq. 3: it throws no shadows and has no highlights. */
export interface HarmonicSource {
  readonly kind: "harmonics";
  /** 27 numbers, colour-major. */
  readonly light: Light;
}

interface ShadowedSource {
  /** Whether surfaces block its light; true by default. */
  readonly castsShadows?: boolean;
}

/** A far light, such as the sun. */
export interface DirectionalSource extends ShadowedSource {
  readonly kind: "directional";
  /** From the scene toward the light, of any length but 0. */
  readonly direction: Vector;
  /** The shading of a surface that faces it: red, green, blue. */
  readonly colour: Vector;
  /** Half of the angle under which its disc is seen, in radians. The default is 0, which gives sharp shadows. */
  readonly angularRadius?: number;
}

/** A lamp: its light falls off with the square of the distance. */
export interface PointSource extends ShadowedSource {
  readonly kind: "point";
  /** World frame, model units (10 cm). */
  readonly position: Vector;
  /** The shading of a surface that faces it one model unit away: red, green, blue. */
  readonly colour: Vector;
  /** The radius of its disc, which faces every surface, in model units. The default is 0. */
  readonly radius?: number;
}

export type ShadowedLight = DirectionalSource | PointSource;
export type LightSource = HarmonicSource | ShadowedLight;

/** @throws one line that names the caller, if a number of the source is out of its range */
export function checkSource(caller: string, source: LightSource): void {
  if (source.kind === "harmonics") {
    if (source.light.length === lightSize) return;
    throw new Error(
      `${caller}: a light should have 27 numbers (3 colours × 9 bands) but has ${source.light.length}.`,
    );
  }
  const [name, place] =
    source.kind === "point" ? ["position", source.position] : ["direction", source.direction];
  if (
    ![...place, ...source.colour].every(Number.isFinite) ||
    (name === "direction" && Math.hypot(...place) === 0)
  ) {
    throw new Error(
      `${caller}: a ${source.kind} light should have a \`${name}\`${name === "direction" ? " not 0" : ""} and a \`colour\` ` +
        `of finite numbers but has [${place}] and [${source.colour}].`,
    );
  }
  const [extent, most] =
    source.kind === "point" ? [source.radius, Infinity] : [source.angularRadius, Math.PI / 2];
  if (extent === undefined || (extent >= 0 && extent < most)) return;
  throw new Error(
    `${caller}: the radius of a ${source.kind} light should be from 0 to below ${most} but is ${extent}.`,
  );
}

/** How a source's light comes to a surface. */
export interface Incidence {
  /** A unit vector from the surface toward the light. */
  readonly toward: Float64Array;
  /** From the surface to the light, at whose end the light is; for a point source it is not a unit vector. */
  readonly path: Float64Array;
  /** How far along `path` something may stand in the way: Infinity or 1. */
  reach: number;
  /** The factor by which the source's colour is multiplied. */
  fallOff: number;
}

export function createIncidence(): Incidence {
  return { toward: new Float64Array(3), path: new Float64Array(3), reach: Infinity, fallOff: 1 };
}

/** Whether a source has an extent, so that it needs several shadow rays. */
export function isSoft(source: ShadowedLight): boolean {
  return (source.kind === "point" ? (source.radius ?? 0) : (source.angularRadius ?? 0)) > 0;
}

/**
 * Finds the light from one place of the source's disc.
 * @param u,v the place: numbers in [0, 1), equally likely places for equally likely numbers
 * @param incidence is overwritten
 */
export function lightAt(
  source: ShadowedLight,
  surface: Surface,
  u: number,
  v: number,
  incidence: Incidence,
): void {
  const { toward, path } = incidence;
  const { position, shadowOrigin } = surface;
  const far = source.kind === "directional";
  for (let i = 0; i < 3; i++) toward[i] = far ? source.direction[i] : source.position[i] - position[i];
  const distance = makeUnit(toward);
  const radius = far ? Math.tan(source.angularRadius ?? 0) : (source.radius ?? 0) / distance;
  if (radius > 0) {
    moveOnDisc(toward, radius, u, v);
    const stretch = makeUnit(toward);
    incidence.fallOff = far ? 1 : 1 / (distance * stretch) ** 2;
    for (let i = 0; i < 3; i++) path[i] = toward[i] * distance * stretch + position[i] - shadowOrigin[i];
  } else {
    incidence.fallOff = far ? 1 : 1 / distance ** 2;
    for (let i = 0; i < 3 && !far; i++) path[i] = source.position[i] - shadowOrigin[i];
  }
  if (far) path.set(toward);
  incidence.reach = far ? Infinity : 1;
}

/** @returns the length before */
function makeUnit(vector: Float64Array): number {
  const length = Math.sqrt(vector[0] ** 2 + vector[1] ** 2 + vector[2] ** 2);
  for (let i = 0; i < 3; i++) vector[i] /= length;
  return length;
}

/** Moves the tip of a unit vector on a disc across it (the frame of Duff et al. 2017, "Building an Orthonormal Basis"). */
function moveOnDisc(w: Float64Array, radius: number, u: number, v: number): void {
  const [x, y, z] = w;
  const sign = z < 0 ? -1 : 1;
  const a = -1 / (sign + z);
  const b = x * y * a;
  const [r, turn] = [radius * Math.sqrt(u), 2 * Math.PI * v];
  const [p, q] = [r * Math.cos(turn), r * Math.sin(turn)];
  w[0] += p * (1 + sign * x * x * a) + q * b;
  w[1] += p * sign * b + q * (sign + y * y * a);
  w[2] += -p * sign * x - q * y;
}
