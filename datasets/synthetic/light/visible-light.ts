/**
 * The light that reaches each vertex, past everything that is in its way, as 27 spherical-harmonic numbers: the true
 * value of the paper's detailed light `L′`. If nothing is in the way, it is the light of the surroundings.
 */
import { directionalLight, lightSize } from "rerenderable";
import { addLights } from "rerenderable/graphics";
import { materials, type SceneMesh } from "../geometry/mesh-part.js";
import { createShadowMap, lightReaching } from "./shadow-map.js";
import type { FarLight } from "./surroundings.js";

/** The side in texels of each far light's picture, and how far points are lifted out of their own surface: 10 cm. */
const mapSize = 320;
const lift = 0.02;

/** The sum of far lights, 27 numbers, colour-major. */
export function lightOf(lights: readonly FarLight[]): number[] {
  return addLights(...lights.map(({ direction, colour }) => directionalLight(direction, colour)));
}

/**
 * @param used which vertices need a light, [N]
 * @returns [N * 27], colour-major
 */
export function visibleLight(
  { vertices, normals, triangles, material }: SceneMesh,
  used: Uint8Array,
  lights: readonly FarLight[],
): Float32Array {
  const casters = thinned(triangles, material);
  const out = new Float32Array(lightSize * used.length);
  for (const light of lights) {
    const bands = directionalLight(light.direction, light.colour);
    const map = createShadowMap(vertices, casters, light.direction, mapSize, true);
    for (let v = 0; v < used.length; v++) {
      if (!used[v]) continue;
      const i = 3 * v;
      const share = lightReaching(
        map,
        vertices[i] + lift * normals[i],
        vertices[i + 1] + lift * normals[i + 1],
        vertices[i + 2] + lift * normals[i + 2],
        0.012,
        0,
      );
      if (share === 0) continue;
      for (let b = 0, o = lightSize * v; b < lightSize; b++) out[o + b] += share * bands[b];
    }
  }
  return out;
}

/** Half of the hair, whose surface toward the light is drawn: in soft light nobody sees the difference. */
function thinned(triangles: Int32Array, material: Uint8Array): Int32Array {
  const hair = materials.indexOf("hair");
  const kept: number[] = [];
  for (let t = 0; t < material.length; t++) {
    if (material[t] !== hair || t % 4 < 2)
      kept.push(triangles[3 * t], triangles[3 * t + 1], triangles[3 * t + 2]);
  }
  return Int32Array.from(kept);
}
