/**
 * Grows hair on the scalp: strands that start along the head, are combed, hang, curl and lie on the head. They are
 * fewer and wider than hairs: wisps of about a millimetre, which is what a picture of 224 px shows.
 */
import type { Random } from "rerenderable";
import { fractalNoise, valueNoise } from "../detail/noise.js";
import {
  beforeFace,
  combed,
  type HairParameters,
  lengthAt,
  type StyleOf,
  strays,
  styles,
} from "./hair-styles.js";
import type { HeadModel } from "./head.js";
import type { HeadRadius } from "./head-radius.js";
import type { MeshPart } from "./mesh-part.js";
import { rootSampler } from "./scalp.js";
import { ribbons, type Strand } from "./strands.js";

export function growHair(
  { skinRest, parts }: HeadModel,
  skin: Float32Array,
  normals: Float32Array,
  radius: HeadRadius,
  parameters: HairParameters,
  random: Random,
): MeshPart {
  const style = styles[parameters.style];
  const draw = rootSampler(skinRest, parts.skin.triangles, parameters.receding);
  const strands: Strand[] = [];
  const bend = [1, 2, 3].map((i) => fractalNoise(parameters.seed + i, 2));
  const tone = valueNoise(parameters.seed + 9);
  for (let s = 0; s < style.strands; s++) {
    const root = draw(random);
    const at = (rows: Float32Array) =>
      [0, 1, 2].map((k) => root.corners.reduce((sum, c, i) => sum + root.weights[i] * rows[3 * c + k], 0));
    const [place, out] = [at(skin), at(normals)];
    const rest = at(skinRest);
    const length =
      style.length * parameters.length * (0.75 + 0.45 * random.uniform()) * lengthAt(rest, parameters.style);
    const points = growStrand(place, out, length, style, parameters, radius, bend, random);
    if (strays(points, parameters.style)) continue;
    const cutShort = beforeFace(points);
    if (cutShort > 0 && random.uniform() > 0.25 * parameters.overFace) {
      // A fringe is cut above the eyes; long hair is laid aside.
      if (parameters.style === "long") continue;
      points.copyWithin(3 * cutShort, 3 * cutShort - 3, 3 * cutShort);
      for (let i = 3 * cutShort + 3; i < points.length; i += 3)
        points.copyWithin(i, 3 * cutShort - 3, 3 * cutShort);
    }
    const bright =
      (0.8 + 0.35 * random.uniform()) * (1 + 0.22 * tone(6 * place[0], 6 * place[1] + 3 * place[2]));
    strands.push({
      points,
      root: parameters.colour.map((value) => Math.min(0.6 * bright * value, 0.9)),
      tip: parameters.colour.map((value) => Math.min(1.12 * bright * value, 0.9)),
      width: style.width * (0.7 + 0.6 * random.uniform()),
      out,
    });
  }
  return ribbons(strands);
}

function growStrand(
  place: readonly number[],
  out: readonly number[],
  length: number,
  style: StyleOf,
  parameters: HairParameters,
  radius: HeadRadius,
  bend: readonly ((x: number, y: number) => number)[],
  random: Random,
): Float64Array {
  const { segments, lift, hold, gravity, curl, volume } = style;
  const points = new Float64Array(3 * (segments + 1));
  const step = length / segments;
  const comb = alongScalp(combed(place, parameters), out);
  const own = [0, 1, 2].map(() => 0.18 * random.normal());
  const wave = [0, 1, 2].map((k) => bend[k](3.5 * place[0] + 5, 3.5 * place[1] + 3.5 * place[2]));
  let d = [0, 1, 2].map((k) => lift * out[k] + (1 - lift) * (comb[k] + 0.35 * wave[k] + own[k]));
  const phase = 6.28 * random.uniform();
  const height = volume * (0.25 + 0.75 * random.uniform());
  const p = place.map((value, k) => value - 0.004 * out[k]);
  points.set(p);
  for (let i = 1; i <= segments; i++) {
    const turn = phase + (7 * curl * i) / segments;
    d = unitOf([
      d[0] + curl * 0.35 * Math.cos(turn) + 0.25 * step * wave[0],
      d[1] - gravity * step * 1.6 + curl * 0.2 * Math.sin(1.3 * turn),
      d[2] + curl * 0.35 * Math.sin(turn) + 0.25 * step * wave[2],
    ]);
    for (let k = 0; k < 3; k++) p[k] += step * d[k];
    layOnHead(p, radius, height * Math.min(1, (1.5 * i) / segments + 0.25), hold);
    for (let k = 0; k < 3; k++) d[k] = (p[k] - points[3 * i - 3 + k]) / step;
    points.set(p, 3 * i);
  }
  return points;
}

/** Moves a point out of the head, and down to the height where the strand should lie. */
function layOnHead(p: number[], { middle, at }: HeadRadius, height: number, hold: number): void {
  if (p[1] < -0.75) return; // hangs free beside the neck
  const d = [p[0] - middle[0], p[1] - middle[1], p[2] - middle[2]];
  const away = Math.hypot(d[0], d[1], d[2]);
  const least = at(d[0], d[1], d[2]) + height;
  // Beside the face hair hangs straight down.
  const held = p[1] > 0.1 ? hold : 0;
  const goal = away < least ? least : away + held * (least - away);
  for (let k = 0; k < 3 && away > 0; k++) p[k] = middle[k] + (d[k] * goal) / away;
}

/** The direction without its part out of the head, unit. */
function alongScalp(direction: readonly number[], out: readonly number[]): number[] {
  const away = direction[0] * out[0] + direction[1] * out[1] + direction[2] * out[2];
  return unitOf(direction.map((value, k) => value - away * out[k]));
}

function unitOf(v: readonly number[]): number[] {
  const length = Math.hypot(v[0], v[1], v[2]) || 1;
  return v.map((value) => value / length);
}
