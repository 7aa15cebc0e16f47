/** Clouds, streaks or checks of two colours: anything that is no face. */
import type { Random } from "rerenderable";
import { fractalNoise } from "../synthetic/detail/noise.js";

/** Encoded sRGB in [0, 1] of a pixel; valid until the next is asked for. */
export type Texture = (x: number, y: number) => Readonly<Float32Array>;

/** @param first the first colour, instead of a drawn one */
export function drawTexture(side: number, random: Random, first?: readonly number[]): Texture {
  const one = first ?? drawColour(random);
  const other =
    random.uniform() < 0.5 ? drawColour(random) : one.map((value) => value * (0.3 + random.uniform()));
  const waves = 1 + 15 * random.uniform() ** 2;
  const stretch = Math.exp(1.2 * random.normal());
  const turn = Math.PI * random.uniform();
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const noise = fractalNoise(random.integer(1e6), 3, 0.3 + 0.5 * random.uniform());
  const hard = random.uniform() < 0.3;
  const colour = new Float32Array(3);
  return (x, y) => {
    const [u, v] = [(cos * x + sin * y) / side, (cos * y - sin * x) / side];
    const value = 0.5 + 0.9 * noise(waves * stretch * u + 50, (waves / stretch) * v + 50);
    const share = hard ? Number(value > 0.5) : Math.min(Math.max(value, 0), 1);
    for (let c = 0; c < 3; c++) colour[c] = Math.min(one[c] + share * (other[c] - one[c]), 1);
    return colour;
  };
}

/** Draws a colour; half of the colours are grey. */
function drawColour(random: Random): number[] {
  const [tone, chroma] = [random.uniform(), random.uniform() < 0.5 ? 0.1 : 1];
  return [0, 1, 2].map(() => tone + chroma * (random.uniform() - tone));
}
