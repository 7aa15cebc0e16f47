/**
 * The input of a training step. `loader/open-loader.ts` can load everything that fills these records, photos or
 * renderings: it needs a module that exports `openDataset(options)`.
 */
import type { Coefficients, MaskImage, Point, RgbImage } from "rerenderable";

/** One aligned face. All pictures have the same side, 224 px unless the data set says otherwise. */
export interface Sample {
  /** Unique in its data set; with / between its parts. */
  readonly id: string;
  /** The person, where known: two samples of one identity show one person. */
  readonly identity?: string;
  /** Encoded sRGB. */
  readonly image: RgbImage;
  /** `M_face` (Eq. 14): 1 where bare skin is seen, 0 elsewhere and outside the photo. */
  readonly mask: MaskImage;
  /** 68 points, px of the picture. */
  readonly points: readonly Point[];
  /** The truth of the sample; renderings have it, photos do not. */
  readonly truth?: SampleTruth;
}

/** The true answers; each of them may be missing. */
export interface SampleTruth {
  readonly coefficients?: Coefficients;
  /** Albedo in image space, in sRGB; and the light on a white surface, which may exceed 1. */
  readonly albedo?: RgbImage;
  readonly shading?: RgbImage;
  /** In image space, 1 where the face is seen, of whatever material; 0 behind hair, glasses or a hand. */
  readonly visible?: MaskImage;
  /** The albedo in uv space, in sRGB. */
  readonly uvAlbedo?: RgbImage;
  /** The light as 27 numbers, colour-major, if it is one of order 2. */
  readonly light?: Float32Array;
}

/** Samples by number. Reading one twice gives the same bits. */
export interface Dataset {
  readonly name: string;
  readonly size: number;
  /** Side of the pictures, px. */
  readonly side: number;
  /** @param index 0 to `size` - 1 */
  read(index: number): Promise<Sample>;
}

/**
 * A data set as plain data, so that a worker can open it: the module exports
 * `openDataset(options: Options): Promise<Dataset>`.
 */
export interface DatasetSource {
  /** URL of the module, as `new URL("./prepared-dataset.ts", import.meta.url).href`. */
  readonly module: string;
  /** The options of `openDataset`, which must be structured-clonable. */
  readonly options: unknown;
}
