/** Makes the light that falls on a mesh from a light's record. */
import type { SceneMesh } from "../geometry/mesh-part.js";
import { shiningSource } from "../render/highlights.js";
import type { SceneLight } from "../render/scene-light.js";
import type { LightRecord } from "../scene/scene-record.js";
import { createShadowMap } from "./shadow-map.js";
import { farLights } from "./surroundings.js";
import { lightOf, visibleLight } from "./visible-light.js";

/** The side, in texels, of the picture that a sun or lamp sees. */
const keyMapSize = 1024;

/**
 * @param seen the triangle through each sample, −1 where there is none; light is computed for the corners of these
 *   triangles alone
 * @param oiliness how much skin shines, 0 to 1
 */
export function lightScene(
  record: LightRecord,
  mesh: SceneMesh,
  seen: Int32Array,
  oiliness: number,
): SceneLight {
  if (record.kind === "harmonics") return { kind: "harmonics", light: record.light };
  const used = new Uint8Array(mesh.vertices.length / 3);
  for (const t of seen) if (t >= 0) for (let k = 0; k < 3; k++) used[mesh.triangles[3 * t + k]] = 1;
  const far = farLights(record.surroundings);
  return {
    kind: "traced",
    light: lightOf(far),
    vertexLight: visibleLight(mesh, used, far),
    keys: record.keys.map((key) => ({
      ...key,
      shadowMap: createShadowMap(mesh.vertices, mesh.triangles, key.direction, keyMapSize),
      shining: shiningSource({ ...key, radius: key.angularRadius }, oiliness),
    })),
    shining: record.surroundings.sources.map((source) => shiningSource(source, oiliness)),
  };
}
