/** Synthetic people (`datasets/synthetic`), each in four pictures that differ in light, pose and expression. */

import { fivePoints, type Point, type RgbImage } from "rerenderable";
import type { FivePoints } from "rerenderable/face";
import { renderSample } from "../../../datasets/synthetic/render-sample.js";
import { sampleScene } from "../../../datasets/synthetic/scene/sample-scene.js";
import type { SceneRecord } from "../../../datasets/synthetic/scene/scene-record.js";
import type { SyntheticAssets } from "../../../datasets/synthetic/synthetic-assets.js";

export interface Picture {
  readonly image: RgbImage;
  /** True places, px. */
  readonly five: FivePoints;
}

const side = 224;

/**
 * The pictures in order: in a first light; in a second one; turned, in the first; turned another way and moved, in
 * the second.
 */
export async function picturesOf(assets: SyntheticAssets, person: number): Promise<Picture[]> {
  const scene = sampleScene(assets.data, person, "easy");
  // Every third person has hard light; only the light is taken from that scene.
  const light = sampleScene(assets.data, person, person % 3 === 0 ? "hard-light" : "occluded").light;
  const turned = (seed: number) => sampleScene(assets.data, seed, "large-pose").coefficients;
  const still = { ...scene.coefficients, expression: scene.coefficients.expression.map(() => 0) };
  const turnedTo = (seed: number) => ({ angles: turned(seed).angles, translation: turned(seed).translation });
  const scenes: SceneRecord[] = [
    { ...scene, coefficients: still },
    { ...scene, coefficients: still, light },
    { ...scene, coefficients: { ...still, ...turnedTo(2 * person) } },
    { ...scene, coefficients: { ...scene.coefficients, ...turnedTo(2 * person + 1) }, light },
  ];
  const pictures: Picture[] = [];
  for (const [i, one] of scenes.entries()) {
    // Hair, background and camera come from another scene each time: they would identify a person without the face.
    const { hair, background, cloth, camera } = sampleScene(assets.data, 10_000 + 4 * person + i, "easy");
    const { photo, landmarks } = await renderSample(
      assets,
      { ...one, hair, background, cloth, camera },
      side,
    );
    const data = Float32Array.from(photo, (value) => value / 255);
    const points = Array.from({ length: 68 }, (_, k): Point => [landmarks[2 * k], landmarks[2 * k + 1]]);
    pictures.push({ image: { width: side, height: side, data }, five: fivePoints(points) });
  }
  return pictures;
}
