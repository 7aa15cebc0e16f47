/**
 * CIELAB of sRGB colours under D65 (CIE 15), the individual typology angle by which skin is grouped (A. Chardon,
 * I. Cretois and C. Hourseau, 1991), and the colour difference CIEDE2000.
 */
import { srgbToLinear } from "./colour.js";

/** L* 0 to 100, a*, b*. */
export type Lab = readonly [l: number, a: number, b: number];

const white = [0.95047, 1, 1.08883] as const;

/** @param srgb encoded red, green, blue in [0, 1] */
export function labFromSrgb(srgb: ArrayLike<number>): Lab {
  const [r, g, b] = srgbToLinear(srgb);
  const xyz = [
    0.4124564 * r + 0.3575761 * g + 0.1804375 * b,
    0.2126729 * r + 0.7151522 * g + 0.072175 * b,
    0.0193339 * r + 0.119192 * g + 0.9503041 * b,
  ];
  const [x, y, z] = xyz.map((value, k) => lightness(value / white[k]));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function lightness(t: number): number {
  return t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116;
}

const degrees = 180 / Math.PI;

/** `ITA° = arctan((L* − 50) / b*) · 180/π`: 90 is the lightest skin, −90 the darkest. */
export function typologyAngle([l, , b]: Lab): number {
  return Math.atan((l - 50) / b) * degrees;
}

/** The skin-tone groups, lightest first, each with the typology angle above which it begins. */
export const skinToneGroups = {
  "very light": 55,
  light: 41,
  intermediate: 28,
  tan: 10,
  brown: -30,
  dark: -90,
} as const;

export type SkinToneGroup = keyof typeof skinToneGroups;

/** @param angle ITA°, −90 to 90 */
export function skinToneGroup(angle: number): SkinToneGroup {
  const groups = Object.entries(skinToneGroups) as [SkinToneGroup, number][];
  return groups.find(([, least]) => angle > least)?.[0] ?? "dark";
}

/** CIEDE2000 with all weights 1 (G. Sharma, W. Wu and E. Dalal, 2005): 1 is about just noticeable. */
export function colourDifference(one: Lab, other: Lab): number {
  const meanChroma = (Math.hypot(one[1], one[2]) + Math.hypot(other[1], other[2])) / 2;
  const stretch = 1.5 - 0.5 * Math.sqrt(meanChroma ** 7 / (meanChroma ** 7 + 25 ** 7));
  const [p, q] = [one, other].map(([l, a, b]) => {
    const hue = Math.atan2(b, stretch * a) * degrees;
    return { l, chroma: Math.hypot(stretch * a, b), hue: hue < 0 ? hue + 360 : hue };
  }) as [Polar, Polar];
  const grey = p.chroma * q.chroma === 0;
  const turn = grey ? 0 : ((q.hue - p.hue + 540) % 360) - 180;
  const far = Math.abs(p.hue - q.hue) > 180;
  const sum = p.hue + q.hue;
  const hue = grey ? sum : far ? (sum + (sum < 360 ? 360 : -360)) / 2 : sum / 2;
  const [l, chroma] = [(p.l + q.l) / 2, (p.chroma + q.chroma) / 2];
  const cosine = (angle: number) => Math.cos(angle / degrees);
  const t =
    1 -
    0.17 * cosine(hue - 30) +
    0.24 * cosine(2 * hue) +
    0.32 * cosine(3 * hue + 6) -
    0.2 * cosine(4 * hue - 63);
  const dl = (q.l - p.l) / (1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2));
  const dc = (q.chroma - p.chroma) / (1 + 0.045 * chroma);
  const dh = (2 * Math.sqrt(p.chroma * q.chroma) * Math.sin(turn / 2 / degrees)) / (1 + 0.015 * chroma * t);
  const rotation =
    -2 *
    Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7)) *
    Math.sin((60 * Math.exp(-(((hue - 275) / 25) ** 2))) / degrees);
  return Math.sqrt(dl * dl + dc * dc + dh * dh + rotation * dc * dh);
}

interface Polar {
  readonly l: number;
  readonly chroma: number;
  readonly hue: number;
}
