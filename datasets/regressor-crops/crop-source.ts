/** Batches of crops for the regressor's training: some of synthetic samples, which come first, the others of rendered faces. */
import { coefficientCount, type Random } from "rerenderable";
import type { RegressorBatch, RegressorSource } from "rerenderable/face";
import { augmentCrop, type CropAugmentation } from "./augment-crop.js";
import type { RegressorCrop } from "./crop.js";
import { type CropFile, openCrops } from "./crop-file.js";
import type { PreparedCrops } from "./prepare-crops.js";

export interface CropSourceOptions {
  readonly batchSize: number;
  /** The part of a batch that comes from synthetic samples, as far as there are any. */
  readonly sampleShare: number;
  readonly augmentation: CropAugmentation;
}

/** A source of crops. It owns file handles. */
export interface CropSource extends RegressorSource {
  /** The number of crops of samples and of renderings. */
  readonly counts: { readonly samples: number; readonly renders: number };
  close(): Promise<void>;
}

/** @throws InputError where a file is damaged or of other settings */
export async function openCropSource(
  { key, renders, samples }: PreparedCrops,
  { batchSize, sampleShare, augmentation }: CropSourceOptions,
): Promise<CropSource> {
  const [ofSamples, ofRenders] = [await openPool(samples, key), await openPool(renders, key)];
  const { side } = [...ofSamples.files, ...ofRenders.files][0];
  const wanted = Math.round(sampleShare * batchSize);
  const fromSamples = ofSamples.count === 0 ? 0 : ofRenders.count === 0 ? batchSize : wanted;
  return {
    side,
    counts: { samples: ofSamples.count, renders: ofRenders.count },
    async batch(_, random) {
      const out = emptyBatch(batchSize, side);
      for (let i = 0; i < batchSize; i++) {
        const crop = await (i < fromSamples ? ofSamples : ofRenders).draw(random);
        const part = (all: Float32Array, size: number) => all.subarray(i * size, (i + 1) * size);
        augmentCrop(
          crop,
          augmentation,
          random,
          part(out.images, 3 * side ** 2),
          part(out.faces, coefficientCount),
        );
        part(out.masks, side ** 2).set(crop.mask);
      }
      return out;
    },
    async close() {
      for (const { files } of [ofSamples, ofRenders]) await Promise.all(files.map((file) => file.close()));
    },
  };
}

/** Reads all crops of some files, unchanged, in batches: for validation. */
export async function readBatches(
  files: readonly string[],
  key: string,
  batchSize: number,
): Promise<RegressorBatch[]> {
  const crops: RegressorCrop[] = [];
  for (const file of files) {
    const opened = await openCrops(file, key);
    for (let i = 0; i < opened.count; i++) crops.push(await opened.read(i));
    await opened.close();
  }
  const batches: RegressorBatch[] = [];
  for (let start = 0; start < crops.length; start += batchSize) {
    const chosen = crops.slice(start, start + batchSize);
    const side = Math.sqrt(chosen[0].mask.length);
    const batch = emptyBatch(chosen.length, side);
    chosen.forEach(({ image, mask, face }, i) => {
      batch.images.set(
        Float32Array.from(image, (value) => value / 255),
        3 * i * side ** 2,
      );
      batch.masks.set(mask, i * side ** 2);
      batch.faces.set(face, i * coefficientCount);
    });
    batches.push(batch);
  }
  return batches;
}

function emptyBatch(count: number, side: number): Required<Omit<RegressorBatch, "points">> {
  return {
    images: new Float32Array(3 * count * side ** 2),
    masks: new Float32Array(count * side ** 2),
    faces: new Float32Array(count * coefficientCount),
  };
}

interface Pool {
  readonly files: readonly CropFile[];
  readonly count: number;
  draw(random: Random): Promise<RegressorCrop>;
}

async function openPool(paths: readonly string[], key: string): Promise<Pool> {
  const files: CropFile[] = [];
  for (const path of paths) files.push(await openCrops(path, key));
  const count = files.reduce((sum, file) => sum + file.count, 0);
  return {
    files,
    count,
    async draw(random) {
      let number = random.integer(count);
      for (const file of files) {
        if (number < file.count) return file.read(number);
        number -= file.count;
      }
      throw new Error("openCropSource: there is no crop to draw.");
    },
  };
}
