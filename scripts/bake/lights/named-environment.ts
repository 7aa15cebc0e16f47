/** One environment map as a light to show faces in: turned so that it lights them, and as bright as they can bear. */
import { environmentLight, seenBrightness, srgbToLinear } from "rerenderable";
import { bandCount, type EnvironmentMap, encodedLight } from "rerenderable/graphics";

/** Where the brighter side of the surroundings is put: to the viewer's right of the camera. Radians. */
const keyYaw = (40 * Math.PI) / 180;

/** Mean encoded shading of what faces the viewer: most of these surroundings are brightest above, and a face is not. */
const exposure = 0.8;

/**
 * Nothing is done about the light's colour: a camera's white balance would take away a part of it.
 * @returns the same light for linear shading and for the paper's shading of encoded values
 */
export function namedEnvironment(map: EnvironmentMap): { linear: number[]; srgb: number[]; yaw: number } {
  const untouched = environmentLight(map);
  // Luminance of the bands z and x: where the light comes from, seen from above.
  const along = (band: number) =>
    [0.2126, 0.7152, 0.0722].reduce((sum, weight, c) => sum + weight * untouched[c * bandCount + band], 0);
  const yaw = keyYaw - Math.atan2(along(3), along(2));
  const turned = environmentLight(map, { yaw });
  const factor = srgbToLinear(exposure) / seenBrightness(turned);
  const linear = turned.map((value) => factor * value);
  return { linear, srgb: encodedLight(linear), yaw };
}
