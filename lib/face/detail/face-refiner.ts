/**
 * The second half of the path (section 4.2): from a fitted face to its detailed albedo `A′` and detailed light `L′`. The
 * refiner works on maps of its own size. Its outputs are enlarged to the size that is asked for, and there they, or the first
 * guess, divide the fine detail of the photo anew.
 */
import * as tf from "@tensorflow/tfjs";
import type { MaskImage } from "../../base/image/rgb-image.js";
import { createRandom } from "../../base/tensor/random.js";
import type { UvSpace } from "../../graphics/uv/uv-space.js";
import type { NetworkArray, NetworkArrays } from "../../networks/trainable-network.js";
import { uvSpaceOf } from "../morphable-model/face-uv-space.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";
import type { DetailMaps } from "./base-maps.js";
import { type DetailSample, sampleUnwrapped } from "./detail-sample.js";
import { mapsOfOutputs, predictDetail } from "./inspect-detail.js";
import { type DetailRefiner, loadDetailRefiner } from "./trained-refiner.js";
import { type UnwrappedFace, unwrapFace } from "./unwrapped-face.js";

export interface RefinedFace {
  readonly sample: DetailSample;
  /** The network's outputs, enlarged to the size of the maps. */
  readonly outputs: NetworkArrays;
  /** `A′` and `L′`. */
  readonly maps: DetailMaps;
  /** 1 where the photo shows the texel, 1/2 where it shows its mirror image, 0 where the texel is guessed. */
  readonly confidence: MaskImage;
}

/** One face that a refiner may go on learning from. */
export interface FaceToLearn {
  readonly refiner: Pick<DetailRefiner, "network" | "base">;
  readonly sample: DetailSample;
  /** Texels of all of the face and of its skin alone, 0 or 1, [U * U]. */
  readonly uvMasks: Readonly<Record<"face" | "skin", Float32Array>>;
  /** Called with how much of the learning is done, 0 to 1. */
  readonly onShare?: (share: number) => void;
}

/**
 * Lets the refiner learn from one face, calls `use`, then gives the refiner its old parameters back. The training makes
 * such a function (`learnOnPhoto`), so that inference imports no training.
 */
export type LearnFromFace = <T>(face: FaceToLearn, use: () => Promise<T>) => Promise<T>;

export interface RefineFaceOptions {
  /** How the refiner learns from this face before it is asked; it does not, if left out. */
  readonly learn?: LearnFromFace;
  /** Of the noise in the holes of the texture; 0. */
  readonly seed?: number;
  readonly onShare?: FaceToLearn["onShare"];
}

/** Owns the refiner and a uv space: `dispose()` frees them. */
export interface FaceRefiner {
  /** Name of the weights. */
  readonly name: string;
  /** @param unwrapped the face on the uv space of the maps that are asked for */
  refine(unwrapped: UnwrappedFace, options?: RefineFaceOptions): Promise<RefinedFace>;
  dispose(): Promise<void>;
}

/** @returns undefined where the shipped refiner was trained with another model */
export async function loadFaceRefiner(model: MorphableModel): Promise<FaceRefiner | undefined> {
  const refiner = await loadDetailRefiner();
  if (refiner.model === model.data.name) return createFaceRefiner(model, refiner);
  await refiner.dispose();
  return undefined;
}

export function createFaceRefiner(model: MorphableModel, refiner: DetailRefiner): FaceRefiner {
  const own = uvSpaceOf(model, refiner.uvSize);
  const { network, base } = refiner;
  return {
    name: refiner.name,
    async refine(unwrapped, { learn, seed, onShare } = {}) {
      const sample = await sampleUnwrapped(unwrapped);
      const same = unwrapped.uvSpace.size === own.size;
      const small = same ? sample : await sampleOn(own, unwrapped);
      const predict = () => predictDetail(network, small, base, seed);
      const said = learn
        ? await learn({ refiner, sample: small, uvMasks: await uvMasksOf(own), onShare }, predict)
        : await predict();
      const outputs = same ? said : await resized(said, sample.uvSize);
      const maps = mapsOfOutputs(outputs, sample, base, seed);
      return { sample, outputs, maps, confidence: confidenceOf(sample) };
    },
    async dispose() {
      own.dispose();
      await refiner.dispose();
    },
  };
}

/** The same face on another uv space. */
async function sampleOn(uvSpace: UvSpace, { face }: UnwrappedFace): Promise<DetailSample> {
  const unwrapped = unwrapFace(face, uvSpace, createRandom(0));
  try {
    return await sampleUnwrapped(unwrapped);
  } finally {
    unwrapped.dispose();
  }
}

async function uvMasksOf({ covered, uvMask }: UvSpace): Promise<FaceToLearn["uvMasks"]> {
  const [face, skin] = await Promise.all([covered, uvMask].map((mask) => mask.data<"float32">()));
  return { face: face.slice(), skin: skin.slice() };
}

async function resized(outputs: NetworkArrays, side: number): Promise<NetworkArrays> {
  const one = async ({ shape, values }: NetworkArray): Promise<NetworkArray> => {
    const map = tf.tidy(() =>
      tf.image.resizeBilinear(
        tf.tensor4d(values, shape as [number, number, number, number]),
        [side, side],
        false,
        true,
      ),
    );
    const out = { shape: map.shape, values: (await map.data<"float32">()).slice() };
    map.dispose();
    return out;
  };
  const all = Object.entries(outputs).map(async ([name, output]) => [name, await one(output)] as const);
  return Object.fromEntries(await Promise.all(all));
}

function confidenceOf({ seen, uvSize }: DetailSample): MaskImage {
  const data = new Float32Array(seen).map((visible, p) => {
    const mirrored = p - (p % uvSize) + uvSize - 1 - (p % uvSize);
    return visible === 1 ? 1 : seen[mirrored] / 2;
  });
  return { width: uvSize, height: uvSize, data };
}
