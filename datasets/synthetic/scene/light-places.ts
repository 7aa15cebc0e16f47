/** Places lit by soft sources alone: skies, rooms, a studio. */
import type { Random, Vector } from "rerenderable";
import { type SoftSource, type Surroundings, unit } from "../light/surroundings.js";
import type { KeyLight } from "../render/scene-light.js";
import { evenRoom, type Rgb, temperature, tinted, toward } from "./light-colours.js";

/** A light before its exposure is set. */
export interface UnexposedLight {
  readonly description: string;
  readonly surroundings: Surroundings;
  readonly keys: readonly KeyLight[];
}

export const places: readonly ((random: Random) => UnexposedLight)[] = [
  (random) => ({
    description: "overcast sky",
    surroundings: {
      top: tinted([0.95, 1, 1.06], 1.1),
      horizon: tinted([0.9, 0.93, 1], 0.75),
      ground: tinted([0.5, 0.45, 0.38], 0.4 + 0.3 * random.uniform()),
      sources: [soft(toward(random, 0.9, 0.6), tinted([1, 1, 1], 0.3 + 0.4 * random.uniform()), 0.8)],
    },
    keys: [],
  }),
  (random) => ({
    description: "a room with a window",
    surroundings: {
      ...evenRoom(random, 0.3),
      sources: [
        soft(toward(random, 1.35, 0.25), tinted([0.9, 1, 1.12], 1.1), 0.32 + 0.2 * random.uniform()),
        soft(toward(random, 1.2, 0.8), tinted(temperature(0.3), 0.35 * random.uniform()), 0.25),
      ],
    },
    keys: [],
  }),
  (random) => ({
    description: "a room with lamps",
    surroundings: {
      ...evenRoom(random, 0.28),
      sources: Array.from({ length: 2 + random.integer(2) }, () =>
        soft(
          toward(random, 1.6, 0.7),
          tinted(temperature(0.6 * random.uniform()), 0.3 + 0.5 * random.uniform()),
          0.18 + 0.2 * random.uniform(),
        ),
      ),
    },
    keys: [],
  }),
  (random) => {
    const side = random.uniform() < 0.5 ? 1 : -1;
    return {
      description: "studio: key, fill and rim",
      surroundings: {
        ...evenRoom(random, 0.16),
        sources: [
          soft(unit([0.7 * side, 0.5, 0.8]), tinted([1, 0.98, 0.95], 1), 0.3),
          soft(unit([-0.9 * side, 0.15, 0.6]), tinted([0.97, 0.98, 1], 0.25 + 0.3 * random.uniform()), 0.45),
          soft(unit([-0.7 * side, 0.6, -0.6]), tinted([1, 1, 1], 0.8 * random.uniform()), 0.25),
        ],
      },
      keys: [],
    };
  },
  (random) => ({
    description: "open shade under a bright sky",
    surroundings: {
      top: tinted([0.7, 0.85, 1.15], 1.1),
      horizon: tinted([0.9, 0.92, 0.95], 0.6),
      ground: tinted([0.75, 0.65, 0.5], 0.45),
      sources: [soft(toward(random, 1.2, 0.1), tinted([1, 0.92, 0.8], 0.5 * random.uniform()), 0.5)],
    },
    keys: [],
  }),
];

const soft = (direction: Vector, colour: Rgb, radius: number): SoftSource => ({ direction, colour, radius });
