/**
 * The light of a place as a few soft sources over a sky, a horizon and a ground: an environment map in closed form.
 * Linear light; a surface that faces a `colour` of 1 from everywhere is shaded by 1.
 */
import type { Vector } from "rerenderable";

type Rgb = readonly [number, number, number];

export interface SoftSource {
  /** Unit, toward the source. */
  readonly direction: Vector;
  /** Shading of a surface that faces it. */
  readonly colour: Rgb;
  /** Half of the angle under which the source is seen, radians. */
  readonly radius: number;
}

export interface Surroundings {
  readonly top: Rgb;
  readonly horizon: Rgb;
  readonly ground: Rgb;
  readonly sources: readonly SoftSource[];
}

/** A far light of small extent: its colour is the shading of a surface that faces it. */
export interface FarLight {
  readonly direction: Vector;
  readonly colour: Rgb;
}

/** The number of far lights that replace the sky and ground, and each source. */
const skyLights = 16;
const sourceLights = 4;

/** The gradient from ground to sky, without the sources. @param y height of the unit direction */
export function skyColour({ top, horizon, ground }: Surroundings, y: number): Rgb {
  const [from, to, t] =
    y < 0 ? [horizon, ground, Math.min(-2.2 * y, 1)] : [horizon, top, Math.min(1.6 * y, 1)];
  const share = t * t * (3 - 2 * t);
  return [0, 1, 2].map((k) => from[k] + share * (to[k] - from[k])) as unknown as Rgb;
}

/**
 * Makes far lights that together light as the surroundings do, spread evenly over the sphere and over each source.
 */
export function farLights(surroundings: Surroundings): FarLight[] {
  const sky = spiral(skyLights).map((direction): FarLight => {
    const colour = skyColour(surroundings, direction[1]);
    return { direction, colour: colour.map((value) => (4 * value) / skyLights) as unknown as Rgb };
  });
  return [...sky, ...surroundings.sources.flatMap(spread)];
}

/** Replaces a source by lights on a ring and in its middle. */
function spread({ direction, colour, radius }: SoftSource): FarLight[] {
  const [right, up] = frame(direction);
  const share = colour.map((value) => value / sourceLights) as unknown as Rgb;
  return Array.from({ length: sourceLights }, (_, i) => {
    const turn = (2 * Math.PI * i) / (sourceLights - 1);
    const away = i === sourceLights - 1 ? 0 : Math.tan(Math.min(0.75 * radius, 1.2));
    const tip = [0, 1, 2].map(
      (k) => direction[k] + away * (Math.cos(turn) * right[k] + Math.sin(turn) * up[k]),
    );
    return { direction: unit(tip), colour: share };
  });
}

/** Points spread evenly over the sphere. */
function spiral(count: number): Vector[] {
  const turn = Math.PI * (3 - Math.sqrt(5));
  return Array.from({ length: count }, (_, i) => {
    const y = 1 - (2 * i + 1) / count;
    const across = Math.sqrt(1 - y * y);
    return [across * Math.cos(turn * i), y, across * Math.sin(turn * i)];
  });
}

/** Two unit vectors across a unit vector and each other. */
export function frame([x, y, z]: Vector): [Vector, Vector] {
  const sign = z < 0 ? -1 : 1;
  const a = -1 / (sign + z);
  const b = x * y * a;
  return [
    [1 + sign * x * x * a, sign * b, -sign * x],
    [b, sign + y * y * a, -y],
  ];
}

export function unit(v: readonly number[]): Vector {
  const length = Math.hypot(v[0], v[1], v[2]);
  return [v[0] / length, v[1] / length, v[2] / length];
}
