/** Synthetic faces as a data set that a loader opens like any other. */
import path from "node:path";
import { type MaskImage, type Point, type RgbImage, splitCoefficients } from "rerenderable";
import type { Dataset, Sample } from "../dataset.js";
import { materials } from "./geometry/mesh-part.js";
import type { SubsetName } from "./scene/subset-names.js";
import { subsetOf } from "./scene/subsets.js";
import { obtainSample } from "./store/sample-cache.js";
import { loadSyntheticAssets } from "./synthetic-assets.js";
import type { SyntheticSample } from "./synthetic-sample.js";

export interface SyntheticOptions {
  readonly subset: SubsetName;
  /** The number of samples; by default that of the subset. */
  readonly count?: number;
  /** The first seed; 0 by default. */
  readonly first?: number;
  /** Side of the pictures in pixels; 224 by default. */
  readonly side?: number;
  /** Side of the flat maps in texels; 512 by default. */
  readonly uvSize?: number;
  /** The folder of the samples; by default `.cache/synthetic` of the repository. */
  readonly folder?: string;
}

export const syntheticFolder = path.join(import.meta.dirname, "../../.cache/synthetic");

export async function openDataset({
  subset,
  count,
  first = 0,
  side = 224,
  uvSize = 512,
  folder = syntheticFolder,
}: SyntheticOptions): Promise<Dataset> {
  const size = count ?? subsetOf(subset).count;
  const assets = await loadSyntheticAssets(uvSize);
  return {
    name: `synthetic/${subset}`,
    size,
    side,
    async read(index) {
      if (!Number.isInteger(index) || index < 0 || index >= size) {
        throw new Error(`openDataset: \`index\` should be from 0 to ${size - 1} but is ${index}.`);
      }
      return asSample(await obtainSample(assets, { subset, seed: first + index, size: side }, { folder }));
    },
  };
}

/** The part of a synthetic sample that a training step reads. */
export function asSample(synthetic: SyntheticSample): Sample {
  const { scene, size, uvSize, maps, photo, landmarks } = synthetic;
  const picture = (data: Float32Array, side = size): RgbImage => ({ width: side, height: side, data });
  const mask = (values: ArrayLike<number>): MaskImage => ({
    width: size,
    height: size,
    data: Float32Array.from(values),
  });
  const fromBytes = (values: Uint8Array) => Float32Array.from(values, (value) => value / 255);
  const { identity, expression, albedo, angles, translation } = scene.coefficients;
  const face = 1 + materials.indexOf("face");
  return {
    id: `synthetic/${scene.subset}/${scene.seed}`,
    identity: `synthetic/${scene.seeds.person}`,
    image: picture(fromBytes(photo)),
    mask: mask(maps.skin),
    points: Array.from({ length: 68 }, (_, i): Point => [landmarks[2 * i], landmarks[2 * i + 1]]),
    truth: {
      coefficients: splitCoefficients([
        ...identity,
        ...expression,
        ...albedo,
        ...angles,
        ...synthetic.light,
        ...translation,
      ]),
      albedo: picture(maps.albedo),
      shading: picture(maps.shading),
      visible: mask(maps.material.map((value) => Number(value === face))),
      uvAlbedo: picture(fromBytes(synthetic.albedo), uvSize),
      ...(scene.light.kind === "harmonics" ? { light: synthetic.light } : {}),
    },
  };
}
