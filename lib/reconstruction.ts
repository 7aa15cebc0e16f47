/** What a reconstruction is asked with and what it gives, in plain arrays. */
import type { MaskImage, Point, RgbImage } from "./base/image/rgb-image.js";
import type { LearnFromFace } from "./face/detail/face-refiner.js";
import type { FittingMethod, FoundFace } from "./face/fitting/find-coefficients.js";
import type { FitStage } from "./face/fitting/fit-photo.js";
import type { AlignedFace } from "./face/landmarks/align-face.js";
import type { FaceBox } from "./face/landmarks/find-boxes.js";
import type { ImageMetrics } from "./face/metrics/image-metrics.js";
import type { SkinTone } from "./face/metrics/skin-tone.js";
import type { FaceMasker } from "./face/models/face-mask.js";
import type { Camera } from "./graphics/scene/camera.js";
import type { Light } from "./graphics/scene/light.js";
import type { LightName } from "./graphics/scene/named-lights.js";

export type Stage = "detection" | FitStage | "detail" | "maps" | "pictures";

export interface ReconstructOptions {
  /** Side of the aligned face and of all pictures, px; 224. */
  readonly size?: number;
  /** The 68 points in px of the photo, where they are known; else they are detected. */
  readonly points?: readonly Point[];
  /** Which face, 1 the largest. */
  readonly face?: number;
  /**
   * Takes faces of at least this score as they are, and looks no further; by default doubtful faces are looked at
   * again, and turned and small ones looked for.
   */
  readonly minimumScore?: number;
  /** How shape, prior albedo and light are found; `defaultFittingMethod` of the model. */
  readonly fitting?: FittingMethod;
  /** Whether the exposure of the photo is found, or the photo counts as well exposed; `found`. */
  readonly exposure?: "found" | "as-taken";
  /** Iterations over all coefficients at most; `defaultFitSteps`. */
  readonly steps?: number;
  readonly seed?: number;
  readonly camera?: Camera;
  /** More lights, by names of their own, under which the face is shown beside the named ones, in the crop's frame. */
  readonly lights?: Readonly<Record<string, Light>>;
  /** How bare skin is told from hair, glasses and hands; by the face parser. */
  readonly masker?: FaceMasker;
  /** What the detail refiner learns from this photo, from the trained weights: `learnOnPhoto`; nothing. */
  readonly learn?: LearnFromFace;
  /** Called when a stage starts and, where it is known, with how much of it is done, 0 to 1. */
  readonly onStage?: (stage: Stage, share: number) => void;
}

/** Everything about one reconstructed face. */
export interface Reconstruction {
  readonly aligned: AlignedFace;
  readonly face?: FaceBox;
  readonly fit: FoundFace;
  readonly warnings: readonly string[];
  /** World frame, [N * 3], units of 10 cm. */
  readonly vertices: Float32Array;
  readonly normals: Float32Array;
  /** In the image space of the aligned face. */
  readonly pictures: {
    readonly input: RgbImage;
    readonly mask: MaskImage;
    /** `R(A, L)`. */
    readonly coarse: RgbImage;
    /** `R(A, L)` laid over the input. */
    readonly overlay: RgbImage;
    /** The albedo without light: `maps.albedo` on the face. */
    readonly albedo: RgbImage;
    /** The light on an albedo of 1, halved so that it fits into [0, 1]: `L′`, or the coarse `L`. */
    readonly light: RgbImage;
    /** The albedo under each named light, and under each of `lights`. */
    readonly relit: Readonly<Record<LightName, RgbImage>> & Readonly<Record<string, RgbImage>>;
  };
  /** In uv space. */
  readonly maps: {
    readonly priorAlbedo: RgbImage;
    /** `T`, holes filled with noise. */
    readonly unwrapped: RgbImage;
    /** `A′` on skin; in eyes and mouth, and all over where there is no refiner, the texture divided by the shading. */
    readonly albedo: RgbImage;
    readonly uvMask: MaskImage;
    readonly visible: MaskImage;
  };
  /** Where the model has a refiner. */
  readonly detail?: DetailReconstruction;
  /** Of `R(A, L)` against the input: on the skin mask, and on all projected skin. */
  readonly metrics: { readonly coarse: ImageMetrics; readonly coarseGeometricMask: ImageMetrics };
  /** Whether the photo has no colours of its own; then no picture and no map has. */
  readonly colourless: boolean;
  /** The tone of the albedo; none where the photo has no colours, or its exposure was not asked for. */
  readonly skinTone?: SkinTone;
  /** Share of the projected skin that the skin mask keeps. */
  readonly maskShare: number;
  /** Mean distance of the 51 inner points, px at 224. */
  readonly landmarkError: number;
}

/** What the detail refinement (section 4.2) adds; `A′` itself is `maps.albedo`. */
export interface DetailReconstruction {
  /** Name of the refiner's weights. */
  readonly weights: string;
  readonly pictures: {
    /** `R(A′, L′)`. */
    readonly detailed: RgbImage;
    /** `R(A′, L)`. */
    readonly coarselyLit: RgbImage;
  };
  /** `L′`, SH coefficients, colour-major, [U * U * 27]. */
  readonly light: Float32Array;
  /** In uv space. */
  readonly maps: {
    /** `L′` on an albedo of 1/2. */
    readonly light: RgbImage;
    /** 1 where the photo shows the texel, 1/2 where its mirror image, 0 where it is guessed. */
    readonly confidence: MaskImage;
  };
  /** Against the input, on the skin mask. */
  readonly metrics: { readonly detailedCoarseLight: ImageMetrics; readonly detailed: ImageMetrics };
}
