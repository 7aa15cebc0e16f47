/**
 * What a training step is fed with. Whoever fills these records, photos or renderings, can be loaded by
 * `loader/open-loader.ts`: a module that exports `openDataset(options)` is all it takes.
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
  /** What is known without measuring; renderings have it, photos do not. */
  readonly truth?: SampleTruth;
}

/** True answers. Each is there or not on its own. */
export interface SampleTruth {
  readonly coefficients?: Coefficients;
  /** In image space: sRGB albedo, and light on white (may exceed 1). */
  readonly albedo?: RgbImage;
  readonly shading?: RgbImage;
  /** In image space: 1 where the face is seen, whatever its material; 0 behind hair, glasses or a hand. */
  readonly visible?: MaskImage;
  /** In uv space: sRGB albedo. */
  readonly uvAlbedo?: RgbImage;
  /** 27 numbers, colour-major, where the light is one of order 2. */
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
  /** Structured-clonable. */
  readonly options: unknown;
}
