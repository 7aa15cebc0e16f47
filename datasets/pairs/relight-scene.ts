/** A second light for a synthetic scene: with it the same face is rendered once more, and nothing of the pair is guessed. */
import { sampleSceneLight } from "../synthetic/scene/sample-light.js";
import type { SceneRecord } from "../synthetic/scene/scene-record.js";
import { subsetOf } from "../synthetic/scene/subsets.js";

/** Added to the seed of a scene's light: no scene's own light has such a seed. */
const apart = 100_000_000;

/** Draws a light of the kinds of the scene's subset, and the camera's noise anew. */
export function underSecondLight(scene: SceneRecord): SceneRecord {
  const { seeds, camera, subset } = scene;
  const seed = apart + seeds.light;
  return {
    ...scene,
    light: sampleSceneLight(seed, subsetOf(subset).lights),
    camera: { ...camera, seed: apart + camera.seed },
  };
}
