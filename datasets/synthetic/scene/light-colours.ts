/** The directions, colours and rooms from which lights are drawn. */
import type { Random, Vector } from "rerenderable";
import { type Surroundings, unit } from "../light/surroundings.js";

export type Rgb = readonly [number, number, number];

export function evenRoom(random: Random, bright: number): Omit<Surroundings, "sources"> {
  const tint = temperature(0.2 + 0.6 * random.uniform());
  return {
    top: tinted(tint, 1.1 * bright),
    horizon: tinted(tint, bright),
    ground: tinted([tint[0], 0.9 * tint[1], 0.8 * tint[2]], 0.55 * bright),
  };
}

/** A direction on the viewer's side. @param widest turn to a side, radians @param height mean of y */
export function toward(random: Random, widest: number, height: number): Vector {
  const turn = widest * (2 * random.uniform() - 1);
  return unit([Math.sin(turn), height + 0.3 * (random.uniform() - 0.5), Math.cos(turn)]);
}

/** From candle light at 0 to daylight at 1. */
export function temperature(share: number): Rgb {
  return [1, 0.72 + 0.28 * share, 0.42 + 0.6 * share];
}

export function tinted(colour: Rgb, bright: number): Rgb {
  return colour.map((value) => value * bright) as unknown as Rgb;
}
