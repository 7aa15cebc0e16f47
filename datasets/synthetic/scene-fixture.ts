/** For tests: scenes of a kind, and what they are made of. */
import { type FaceDetail, paintFace } from "./detail/paint-face.js";
import { type ComposedScene, composeScene } from "./geometry/compose-scene.js";
import { sampleScene } from "./scene/sample-scene.js";
import type { LightKind, SceneRecord } from "./scene/scene-record.js";
import type { SubsetName } from "./scene/subset-names.js";
import type { SyntheticAssets } from "./synthetic-assets.js";

/** The first scene of a subset under such a light. */
export function sceneWith(
  { data }: SyntheticAssets,
  subset: SubsetName,
  kind: LightKind,
  also: (scene: SceneRecord) => boolean = () => true,
): SceneRecord {
  for (let seed = 0; seed < 200; seed++) {
    const scene = sampleScene(data, seed, subset);
    if (scene.light.kind === kind && also(scene)) return scene;
  }
  throw new Error(`There should be a scene under ${kind} in ${subset}.`);
}

export function prepareScene(
  assets: SyntheticAssets,
  scene: SceneRecord,
): { composed: ComposedScene; detail: FaceDetail } {
  const composed = composeScene(assets, scene);
  return {
    composed,
    detail: paintFace(assets.map, assets.data.triangles, composed.face.albedo, scene.detail),
  };
}
