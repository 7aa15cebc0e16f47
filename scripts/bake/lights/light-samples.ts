/**
 * Makes lights such as a face may meet from a few environment maps: each turned about the vertical in steps of 5°,
 * tipped a little, mirrored, and alone or mixed with another. A mixture is of radiances, so it is made in linear
 * light. Then a camera's white balance removes a part of its colour.
 */
import { type Light, type Random, rotateLight, rotationMatrix } from "rerenderable";
import { bandCount, shFactors } from "rerenderable/graphics";

/** The number of turns, each of 5°. */
export const yawSteps = 72;
/** The spread of the tip in radians: heads and cameras are seldom level. */
const pitchSigma = 0.12;
/** Cameras leave at most this part of a light's overall colour; differences between directions stay. */
const leastBalance = 0.5;

/**
 * @param lights linear, one a map
 * @returns for each map and turn a light alone and one mixed with a random other, each also mirrored: 4 a turn. All
 *   have a mean shading of 1 (over all normals and the three colours)
 */
export function lightSamples(lights: readonly Light[], random: Random): number[][] {
  const base = lights.map(withMeanOne);
  const turned = (light: Light) => {
    const yaw = (2 * Math.PI * random.integer(yawSteps)) / yawSteps;
    return rotateLight(light, rotationMatrix([pitchSigma * random.normal(), yaw, 0]));
  };
  return base.flatMap((light) =>
    Array.from({ length: yawSteps }, (_, step) => {
      const yaw = (2 * Math.PI * step) / yawSteps;
      const alone = rotateLight(light, rotationMatrix([pitchSigma * random.normal(), yaw, 0]));
      const other = turned(base[random.integer(base.length)]);
      const share = random.uniform() / 2;
      const mixed = alone.map((value, i) => (1 - share) * value + share * other[i]);
      return [alone, mixed].flatMap((light) => {
        const seen = balanced(light, leastBalance + (1 - leastBalance) * random.uniform());
        return [seen, mirrorLight(seen)];
      });
    }).flat(),
  );
}

/**
 * White balance: each colour of the light is brought toward the mean of the three, over all normals.
 * @param share 0 keeps the light, 1 makes its overall colour white; numbers between mix the two geometrically
 */
export function balanced(light: Light, share: number): number[] {
  const means = [0, 1, 2].map((c) => light[c * bandCount]);
  const grey = (means[0] + means[1] + means[2]) / 3;
  return withMeanOne(light.map((value, i) => value * (grey / means[Math.floor(i / bandCount)]) ** share));
}

/** Scales a light so that its shading, averaged over all normals and colours, is 1. */
export function withMeanOne(light: Light): number[] {
  const mean = ((light[0] + light[bandCount] + light[2 * bandCount]) / 3) * shFactors.one;
  if (!(mean > 0)) throw new Error(`withMeanOne: \`light\` should have a mean above 0 but has ${mean}.`);
  return light.map((value) => value / mean);
}

/** The bands x, xy and xz are odd in x. */
const oddInX = [3, 4, 7];

/** Mirrors a light: left and right change places. */
export function mirrorLight(light: Light): number[] {
  return light.map((value, i) => (oddInX.includes(i % bandCount) ? -value : value));
}
