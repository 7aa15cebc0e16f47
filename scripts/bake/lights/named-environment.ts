/**
 * Makes a light to show faces in of one environment map: turned so that it lights them, and as bright as possible.
 */
import { environmentLight, seenBrightness, srgbToLinear } from "rerenderable";
import { bandCount, type EnvironmentMap, encodedLight } from "rerenderable/graphics";

/** The direction of the brighter side of the surroundings: to the viewer's right of the camera, radians. */
const keyYaw = (40 * Math.PI) / 180;

/**
 * The mean encoded shading of surfaces that face the viewer: most of these surroundings are brightest above, a face
 * is not.
 */
const exposure = 0.8;

/**
 * The light keeps its colour: a camera's white balance would remove a part of it.
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
