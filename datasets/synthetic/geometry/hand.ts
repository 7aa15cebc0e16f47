/** A hand before the face: a palm and five fingers of rounded tubes. */
import type { Random } from "rerenderable";
import type { MeshPart } from "./mesh-part.js";
import { cross, tube, unitOf } from "./tube.js";

type Rgb = readonly [number, number, number];
type Point = readonly number[];

export interface HandParameters {
  /** Where the middle finger's tip touches, model frame. */
  readonly tip: readonly [number, number, number];
  /** The angle around the face from which the hand comes, in radians: 0 from the right, −π/2 from below. */
  readonly from: number;
  /** How far the fingers are spread, 0 to 1. */
  readonly spread: number;
  readonly colour: Rgb;
}

/** Length and radius of each finger from thumb to little finger, 10 cm, and where it begins across the palm. */
const fingers = [
  { length: 0.55, radius: 0.105, across: -0.42, back: 0.5, lean: -0.75 },
  { length: 0.7, radius: 0.096, across: -0.27, back: 0.03, lean: -0.16 },
  { length: 0.78, radius: 0.099, across: -0.09, back: 0, lean: -0.03 },
  { length: 0.72, radius: 0.095, across: 0.09, back: 0.03, lean: 0.08 },
  { length: 0.56, radius: 0.084, across: 0.26, back: 0.1, lean: 0.22 },
] as const;

export function holdHand({ tip, from, spread, colour }: HandParameters, random: Random): MeshPart[] {
  // The frame of the hand: `along` points toward the fingertips, `across` across the hand, `out` toward the camera.
  const along = unitOf([-Math.cos(from), -Math.sin(from), 0.1]);
  const out = unitOf([0.1 * Math.cos(from), 0.1 * Math.sin(from), 1]);
  const across = cross(along, out);
  const at = (x: number, y: number, z: number): Point =>
    tip.map((value, k) => value + x * across[k] + y * along[k] + z * out[k]);
  const tone = (factor: number) => colour.map((value) => Math.min(value * factor, 0.95));
  const knuckles = -0.8;
  const parts = fingers.map(({ length, radius, across: x, back, lean }, i) => {
    const turn = lean * (0.35 + 0.6 * spread) + 0.05 * random.normal();
    const bend = 0.1 + 0.12 * random.uniform();
    const line = Array.from({ length: 9 }, (_, n): Point => {
      const t = n / 8;
      const reach = length * t;
      // The finger is bent at its two joints, toward the face at the tip.
      const height = radius + bend * Math.sin(Math.PI * Math.min(t, 0.85)) * 0.6;
      return at(x + Math.sin(turn) * reach, knuckles - back + Math.cos(turn) * reach, height);
    });
    const radii = Array.from({ length: 9 }, (_, n): [number, number] => {
      const joint = 1 + 0.07 * (Math.exp(-(((n - 3.4) / 0.8) ** 2)) + Math.exp(-(((n - 6) / 0.7) ** 2)));
      const r = radius * joint * (1 - 0.22 * (n / 8));
      return [r * 0.92, r];
    });
    return tube(
      line,
      radii,
      out,
      false,
      "skin",
      tone(0.97 + 0.05 * random.uniform() - (i === 0 ? 0.03 : 0)),
      14,
    );
  });
  const palm = Array.from(
    { length: 7 },
    (_, n): Point => at(-0.02, knuckles + 0.06 - 0.14 * n, 0.13 + 0.02 * n),
  );
  const palmRadii = Array.from({ length: 7 }, (_, n): [number, number] => [
    0.12 + 0.012 * n,
    0.4 - 0.004 * n * n,
  ]);
  const wrist = Array.from({ length: 6 }, (_, n): Point => at(0, knuckles - 0.75 - 0.3 * n, 0.2 + 0.02 * n));
  const wristRadii = Array.from({ length: 6 }, (): [number, number] => [0.19, 0.27]);
  return [
    ...parts,
    tube(palm, palmRadii, out, false, "skin", tone(0.98), 20),
    tube(wrist, wristRadii, out, false, "skin", tone(0.98), 18),
  ];
}
