/** The lights that `--light` asks for: files of surroundings, or names. */
import path from "node:path";
import {
  environmentLight,
  environmentLights,
  InputError,
  type Light,
  namedLights,
  readEnvironmentMap,
  rotateLight,
  rotationMatrix,
  seenBrightness,
  srgbToLinear,
} from "rerenderable";
import { encodedLight } from "rerenderable/graphics";

/** Mean encoded shading of what faces the viewer, as that of `environmentLights`. */
const exposure = 0.8;

/**
 * @param asked `.hdr` or `.exr` files, names of `environmentLights`, or of `namedLights`; a name of both means the former
 * @param turn degrees about the vertical, from the viewer toward the viewer's right
 * @returns lights for encoded values, by the stem or the name; one that is taken gets -2, -3, ...
 * @throws InputError one line
 */
export async function askedLights(
  asked: readonly string[],
  turn: number,
): Promise<Readonly<Record<string, Light>>> {
  const yaw = (turn * Math.PI) / 180;
  const lights: Record<string, Light> = {};
  for (const one of asked) {
    const known = lightOfName(one);
    const light = known ? rotateLight(known, rotationMatrix([0, yaw, 0])) : await lightOfFile(one, yaw);
    const stem = known ? one : path.parse(one).name.replace(/^\.+/, "") || "light";
    let name = stem;
    for (let number = 2; name in lights || name in namedLights; number++) name = `${stem}-${number}`;
    lights[name] = light;
  }
  return lights;
}

function lightOfName(name: string): Light | undefined {
  const own = <T>(lights: Readonly<Record<string, T>>) =>
    Object.hasOwn(lights, name) ? lights[name] : undefined;
  return own(environmentLights)?.srgb ?? own(namedLights);
}

async function lightOfFile(file: string, yaw: number): Promise<Light> {
  if (!/\.(hdr|exr)$/i.test(file)) {
    const names = [...new Set([...Object.keys(environmentLights), ...Object.keys(namedLights)])].join(", ");
    throw new InputError("--light", `a file (.hdr or .exr) or one of ${names}`, `"${file}"`);
  }
  const light = environmentLight(await readEnvironmentMap(file), { yaw });
  const brightness = seenBrightness(light);
  if (!(brightness > 0)) throw new InputError(file, "surroundings that shed light on the face", "darkness");
  return encodedLight(light.map((value) => (srgbToLinear(exposure) / brightness) * value));
}
