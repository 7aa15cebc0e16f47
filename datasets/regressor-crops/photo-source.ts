/** Batches of prepared photos for the regressor's training without truth: pictures, masks and a detector's points. */
import { InputError, type RgbImage } from "rerenderable";
import { halveImage } from "rerenderable/base";
import { alignedSide, type RegressorSource } from "rerenderable/face";
import type { Augmentation } from "../loader/augmentation.js";
import type { Batch } from "../loader/batch.js";
import { type Loader, openLoader } from "../loader/open-loader.js";
import { preparedSource } from "../prepare/prepared-dataset.js";

export interface PhotoSourceOptions {
  /** The folder of a finished preparation: `results/prepare/<run>`. */
  readonly folder: string;
  /** The side of the network's input: that of the photos, or a half, a quarter, … of it. */
  readonly side: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly augmentation: Augmentation;
}

/** A source of photos. It owns a thread. */
export interface PhotoSource extends RegressorSource {
  /** The number of photos. */
  readonly count: number;
  close(): Promise<void>;
}

/** @throws InputError where there is no such preparation, or its photos cannot be halved to the side */
export async function openPhotoSource(options: PhotoSourceOptions): Promise<PhotoSource> {
  const { folder, side, batchSize, seed, augmentation } = options;
  const open = (firstStep: number) =>
    openLoader(preparedSource({ folder, part: "train" }), { batchSize, seed, firstStep, augmentation });
  let loader: Loader = await open(0);
  let at = 0;
  const halvings = Math.log2(loader.side / side);
  if (!Number.isInteger(halvings) || halvings < 0) {
    await loader.close();
    throw new InputError(folder, `photos of ${side} px, or that doubled some times`, `${loader.side} px`);
  }
  return {
    side,
    count: loader.size,
    async batch(step) {
      if (step !== at) {
        await loader.close();
        loader = await open(step);
      }
      at = step + 1;
      return shrink(await loader.next(), loader.side, halvings);
    },
    close: () => loader.close(),
  };
}

function shrink({ images, masks, points }: Batch, side: number, halvings: number) {
  const count = masks.length / side ** 2;
  const small = side / 2 ** halvings;
  const out = {
    images: new Float32Array(3 * count * small ** 2),
    masks: new Float32Array(count * small ** 2),
  };
  for (let i = 0; i < count; i++) {
    let image: RgbImage = {
      width: side,
      height: side,
      data: images.slice(3 * i * side ** 2, 3 * (i + 1) * side ** 2),
    };
    let mask: RgbImage = {
      ...image,
      data: Float32Array.from(image.data, (_, k) => masks[i * side ** 2 + Math.floor(k / 3)]),
    };
    for (let round = 0; round < halvings; round++) [image, mask] = [halveImage(image), halveImage(mask)];
    out.images.set(
      image.data.map((value) => Math.min(1, Math.max(0, value))),
      3 * i * small ** 2,
    );
    // A pixel counts only if all of it is skin: one that is half hair would teach a wrong colour.
    for (let p = 0; p < small ** 2; p++) out.masks[i * small ** 2 + p] = Number(mask.data[3 * p] > 0.9);
  }
  return { ...out, points: points.map((value) => (value * alignedSide) / side) };
}
