/**
 * Draws a light for a scene: one of order 2 from the light prior, surroundings of soft sources, a sun, a lamp, or two
 * coloured lamps.
 */
import { createRandom, type Random, sampleLight as samplePriorLight, type Vector } from "rerenderable";
import { unit } from "../light/surroundings.js";
import { evenRoom, type Rgb, temperature, tinted, toward } from "./light-colours.js";
import { places, type UnexposedLight } from "./light-places.js";
import type { LightKind, LightRecord } from "./scene-record.js";

/** @param kinds the kinds of light, with how often each comes */
export function sampleSceneLight(
  seed: number,
  kinds: Readonly<Partial<Record<LightKind, number>>>,
): LightRecord {
  const random = createRandom(seed).fork("scene light");
  const kind = choose(random, Object.entries(kinds) as [LightKind, number][]);
  if (kind === "harmonics") {
    const exposure = 0.65 + 0.35 * random.uniform();
    return {
      kind,
      description: "order 2, from the light prior",
      light: samplePriorLight(seed, { exposure }),
    };
  }
  return exposed({ kind, ...makers[kind](random) }, 0.55 + 0.5 * random.uniform());
}

const makers: Readonly<Record<Exclude<LightKind, "harmonics">, (random: Random) => UnexposedLight>> = {
  surroundings: (random) => places[random.integer(places.length)](random),
  sun(random) {
    const low = random.uniform();
    const direction = toward(random, 1.2, 0.25 + 0.9 * low);
    const warm = tinted([1, 0.78 + 0.18 * low, 0.52 + 0.38 * low], 2.2);
    const sky = 0.14 + 0.3 * random.uniform();
    return {
      description: "sun in a clear sky",
      surroundings: {
        top: tinted([0.55, 0.75, 1.15], sky),
        horizon: tinted([0.85, 0.9, 1], sky),
        ground: tinted([0.6, 0.52, 0.42], 0.9 * sky),
        sources: [],
      },
      keys: [{ direction, colour: warm, angularRadius: 0.005 + 0.03 * random.uniform() }],
    };
  },
  lamp(random) {
    const direction = toward(random, 1.5, 0.9 * random.uniform() - 0.15);
    const room = 0.06 + 0.12 * random.uniform();
    return {
      description: "one lamp in a dim room",
      surroundings: { ...evenRoom(random, room), sources: [] },
      keys: [
        {
          direction,
          colour: tinted(temperature(random.uniform()), 1.8),
          angularRadius: 0.02 + 0.12 * random.uniform(),
        },
      ],
    };
  },
  stage(random) {
    const pairs: readonly (readonly [Rgb, Rgb])[] = [
      [[1, 0.25, 0.45], [0.2, 0.45, 1]],
      [[1, 0.55, 0.2], [0.15, 0.75, 0.9]],
      [[0.75, 0.3, 1], [1, 0.75, 0.35]],
      [[0.3, 1, 0.65], [1, 0.3, 0.5]],
    ]; // biome-ignore format: pairs
    const [one, other] = pairs[random.integer(pairs.length)];
    const side = random.uniform() < 0.5 ? 1 : -1;
    const at = (s: number): Vector =>
      unit([s * (0.6 + 0.7 * random.uniform()), 0.1 + 0.6 * random.uniform(), 0.35 + 0.5 * random.uniform()]);
    const soft = () => 0.02 + 0.1 * random.uniform();
    return {
      description: "two coloured lamps",
      surroundings: { ...evenRoom(random, 0.1 + 0.08 * random.uniform()), sources: [] },
      keys: [
        { direction: at(side), colour: tinted(one, 1.6), angularRadius: soft() },
        { direction: at(-side), colour: tinted(other, 1.6), angularRadius: soft() },
      ],
    };
  },
};

/** Scales all light so that the best lit side of a face has the shading `exposure`, as a camera does. */
function exposed<R extends UnexposedLight & { readonly kind: Exclude<LightKind, "harmonics"> }>(
  record: R,
  exposure: number,
): R {
  const normals = [[-0.6, 0.1, 0.8], [0.6, 0.1, 0.8], [0, 0, 1], [0, 0.5, 0.85]].map(unit); // biome-ignore format: normals
  const brightness = normals.map((normal) => {
    const far = [...record.surroundings.sources, ...record.keys];
    const sky =
      mean(record.surroundings.horizon) * 0.6 +
      mean(record.surroundings.top) * 0.25 +
      mean(record.surroundings.ground) * 0.15;
    return far.reduce(
      (sum, { direction, colour }) => sum + mean(colour) * Math.max(dot(direction, normal), 0),
      sky,
    );
  });
  const factor =
    exposure /
    (0.6 * Math.max(...brightness) + (0.4 * brightness.reduce((a, b) => a + b)) / brightness.length);
  const scaled = <T extends { readonly colour: Rgb }>(light: T): T => ({
    ...light,
    colour: tinted(light.colour, factor),
  });
  const { top, horizon, ground, sources } = record.surroundings;
  return {
    ...record,
    surroundings: {
      top: tinted(top, factor),
      horizon: tinted(horizon, factor),
      ground: tinted(ground, factor),
      sources: sources.map(scaled),
    },
    keys: record.keys.map(scaled),
  };
}

const mean = (colour: Rgb) => (colour[0] + colour[1] + colour[2]) / 3;
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function choose<T>(random: Random, weighted: readonly (readonly [T, number])[]): T {
  let left = random.uniform() * weighted.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of weighted) {
    left -= weight;
    if (left < 0) return value;
  }
  return weighted[weighted.length - 1][0];
}
