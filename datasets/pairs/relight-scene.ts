/** A second light for a synthetic scene: with it the same face is rendered once more, and nothing of the pair is guessed. */
import { sampleSceneLight } from "../synthetic/scene/sample-light.js";
import type { SceneRecord } from "../synthetic/scene/scene-record.js";
import { subsetOf } from "../synthetic/scene/subsets.js";

/** Added to the seed of a scene's light: no scene's own light has such a seed. */
const apart = 100_000_000;

/**
 * Draws a light of the kinds of the scene's subset. The camera's noise stays: as with a photo that is lit again, both pictures of a
 * pair have it, and nothing in a pair says that the finest detail is not of the skin.
 */
export function underSecondLight(scene: SceneRecord): SceneRecord {
  const seed = apart + scene.seeds.light;
  return { ...scene, light: sampleSceneLight(seed, subsetOf(scene.subset).lights) };
}
