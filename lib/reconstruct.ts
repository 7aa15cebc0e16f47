/**
 * From one photo to a face that can be lit again. This file is the whole path (Fig. 2) on one screen:
 *
 *     photo ─ landmarks ─ aligned face ─ coefficients ─ geometry, prior albedo, coarse light
 *                              └──────── unwrapped texture ──── detailed albedo, detailed light ──── pictures, relit
 */
import * as tf from "@tensorflow/tfjs";
import type { Photo } from "./base/image/read-image.js";
import type { MaskImage, Point, RgbImage } from "./base/image/rgb-image.js";
import { createRandom } from "./base/tensor/random.js";
import { delitTexture } from "./face/detail/delit-texture.js";
import {
  type FaceRefiner,
  type LearnFromFace,
  loadFaceRefiner,
  type RefinedFace,
} from "./face/detail/face-refiner.js";
import { coefficientTensors, poseFace } from "./face/fitting/face-geometry.js";
import {
  defaultFittingMethod,
  type FittingMethod,
  findCoefficients,
} from "./face/fitting/find-coefficients.js";
import type { FitStage, PhotoFit } from "./face/fitting/fit-photo.js";
import { type AlignedFace, alignedSide, alignFace } from "./face/landmarks/align-face.js";
import { assessFace } from "./face/landmarks/assess-face.js";
import { chooseFace } from "./face/landmarks/choose-face.js";
import type { FaceDetector } from "./face/landmarks/detect-faces.js";
import type { FaceBox } from "./face/landmarks/find-boxes.js";
import { type ImageMetrics, imageMetrics } from "./face/metrics/image-metrics.js";
import { loadFaceDetector } from "./face/models/face-detector.js";
import type { FaceMasker } from "./face/models/face-mask.js";
import { loadFaceParser } from "./face/models/face-parser.js";
import type { ParsingMasker } from "./face/models/parsing-mask.js";
import { type CoefficientRegressor, loadCoefficientRegressor } from "./face/models/trained-regressor.js";
import { loadMorphableModel } from "./face/morphable-model/load-model.js";
import {
  createMorphableModel,
  type MorphableModel,
  type MorphableModelData,
} from "./face/morphable-model/morphable-model.js";
import { rasterize } from "./graphics/renderer/rasterize.js";
import { compositeOver, renderTextured } from "./graphics/renderer/render.js";
import type { Rendering } from "./graphics/renderer/rendering.js";
import { sampleTexture } from "./graphics/renderer/sample-texture.js";
import { shading } from "./graphics/renderer/shade.js";
import { type Camera, defaultCamera, projectToClip } from "./graphics/scene/camera.js";
import { type LightName, namedLights } from "./graphics/scene/named-lights.js";
import { ambientWhite, lightSize } from "./graphics/scene/spherical-harmonics.js";
import { feather } from "./graphics/uv/feather.js";
import { texelPlaces, unwrapTexture } from "./graphics/uv/unwrap-texture.js";
import { createUvSpace, type UvSpace } from "./graphics/uv/uv-space.js";

/** What a reconstruction needs and keeps between photos. Owns tensors: `dispose()` frees them. */
export interface Reconstructor {
  readonly model: MorphableModel;
  readonly detector: FaceDetector;
  readonly uvSpace: UvSpace;
  /** Loads the regressor at the first call. @throws in one line where there is none for the model */
  regressor(): Promise<CoefficientRegressor>;
  /** Loads the face parser at the first call. */
  parser(): Promise<ParsingMasker>;
  /** Loads the detail refiner at the first call; undefined where there is none for the model. */
  refiner(): Promise<FaceRefiner | undefined>;
  dispose(): void;
}

export type Stage = "detection" | FitStage | "detail" | "maps" | "pictures";

export interface ReconstructOptions {
  /** Side of the aligned face and of all pictures, px; 224. */
  readonly size?: number;
  /** The 68 points in px of the photo, where they are known; else they are detected. */
  readonly points?: readonly Point[];
  /** Which face, 1 the largest. */
  readonly face?: number;
  /** How shape, prior albedo and light are found; `defaultFittingMethod` of the model. */
  readonly fitting?: FittingMethod;
  /** Iterations over all coefficients at most; `defaultFitSteps`. */
  readonly steps?: number;
  readonly seed?: number;
  readonly camera?: Camera;
  /** How bare skin is told from hair, glasses and hands; by the face parser. */
  readonly masker?: FaceMasker;
  /** What the detail refiner learns from this photo, from the trained weights: `learnOnPhoto`; nothing. */
  readonly learn?: LearnFromFace;
  /** Told when a stage starts and, where it is known, how much of it is done, 0 to 1. */
  readonly onStage?: (stage: Stage, share: number) => void;
}

/** Everything about one reconstructed face, in plain arrays. */
export interface Reconstruction {
  readonly aligned: AlignedFace;
  readonly face?: FaceBox;
  readonly fit: PhotoFit;
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
    readonly relit: Readonly<Record<LightName, RgbImage>>;
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

/**
 * @param uvSize side of the uv maps; the paper's is 256
 * @param source the morphable model, or what `loadMorphableModel` takes: `embedded`, a `.mat` file, a folder
 */
export async function createReconstructor(
  uvSize = 256,
  source: MorphableModelData | string = "embedded",
): Promise<Reconstructor> {
  const model = createMorphableModel(typeof source === "string" ? await loadMorphableModel(source) : source);
  const detector = await loadFaceDetector();
  const { uvs, triangles } = model;
  const uvSpace = createUvSpace({ uvs, triangles, skinTriangle: model.data.skinTriangle }, uvSize);
  let regressor: Promise<CoefficientRegressor> | undefined;
  let parser: Promise<ParsingMasker> | undefined;
  let refiner: Promise<FaceRefiner | undefined> | undefined;
  return {
    model,
    detector,
    uvSpace,
    regressor() {
      regressor ??= loadCoefficientRegressor(model.data);
      return regressor;
    },
    parser() {
      parser ??= loadFaceParser();
      return parser;
    },
    refiner() {
      refiner ??= loadFaceRefiner(model);
      return refiner;
    },
    dispose() {
      for (const part of [model, detector, uvSpace]) part.dispose();
      for (const network of [regressor, parser, refiner]) {
        network?.then(
          (loaded: CoefficientRegressor | ParsingMasker | FaceRefiner | undefined) => loaded?.dispose(),
          () => {},
        );
      }
    },
  };
}

/** Reconstructs one face of a photo. @throws InputError, one line, where the photo has no such face */
export async function reconstruct(
  { model, detector, uvSpace, regressor: loadRegressor, parser, refiner: loadRefiner }: Reconstructor,
  photo: Photo,
  options: ReconstructOptions = {},
): Promise<Reconstruction> {
  const {
    size = 224,
    fitting: method = defaultFittingMethod(model.data),
    steps: fitSteps,
    seed = 1,
    camera = defaultCamera,
    onStage,
  } = options;
  onStage?.("detection", 0);
  const { points, face, warnings } = await findFace(detector, photo, options);
  const aligned = alignFace(photo, points, size);
  const crop = aligned.points68InCrop!;

  const masker = options.masker ?? (await parser()).mask;
  const regressor = method === "fit" ? undefined : await loadRegressor();
  const regressed = regressor && size !== alignedSide ? alignFace(photo, points).image : undefined;
  const fitOptions = { camera, steps: fitSteps, masker, onStage, regressor, regressed };
  const fit = await findCoefficients(method, model, aligned.image, crop, fitOptions);
  warnings.push(...photoConcerns(photo, aligned, face), ...fit.quality.reasons);

  onStage?.("detail", 0);
  const refiner = await loadRefiner();
  const { coefficients, mask } = fit;
  const toRefine = { id: photo.file, image: aligned.image, mask, points: crop, coefficients };
  const refined = await refiner?.refine(toRefine, uvSpace, {
    camera,
    learn: options.learn,
    onShare: (share) => onStage?.("detail", share),
  });

  onStage?.("maps", 0);
  const shown = { camera, size, seed, refined, onStage };
  const tensors = mapsAndPictures({ model, uvSpace }, aligned.image, fit, shown);
  const { coarse, overlay, albedo, light, detailed, coarselyLit, ...relit } = await toImages(
    tensors.pictures,
  );
  const { lightOnTexels, ...maps } = await toImages(tensors.maps);
  const geometry = {
    vertices: (await tensors.geometry.vertices.data<"float32">()).slice(),
    normals: (await tensors.geometry.normals.data<"float32">()).slice(),
  };
  tf.dispose(tensors);

  const sum = ({ data }: MaskImage) => data.reduce((total, value) => total + value, 0);
  const inner = crop
    .map(([x, y], j) => Math.hypot(x - fit.projected[j][0], y - fit.projected[j][1]))
    .slice(17);
  return {
    aligned,
    face,
    fit,
    warnings,
    ...geometry,
    pictures: {
      input: aligned.image,
      mask: fit.mask,
      coarse,
      overlay,
      albedo,
      light,
      relit: relit as Record<LightName, RgbImage>,
    },
    maps: maps as Reconstruction["maps"],
    ...(refined && {
      detail: {
        weights: refiner!.name,
        pictures: { detailed, coarselyLit },
        light: refined.face.lightMap,
        maps: { light: lightOnTexels, confidence: refined.confidence },
        metrics: {
          detailedCoarseLight: imageMetrics(coarselyLit, aligned.image, fit.mask),
          detailed: imageMetrics(detailed, aligned.image, fit.mask),
        },
      },
    }),
    metrics: {
      coarse: imageMetrics(coarse, aligned.image, fit.mask),
      coarseGeometricMask: imageMetrics(coarse, aligned.image, fit.projectedMask),
    },
    maskShare: sum(fit.mask) / sum(fit.projectedMask),
    landmarkError: (inner.reduce((total, d) => total + d, 0) / inner.length) * (camera.referenceSize / size),
  };
}

async function findFace(detector: FaceDetector, photo: Photo, { points, face: number }: ReconstructOptions) {
  const warnings: string[] = [];
  if (points) return { points, warnings, face: undefined };
  const { face, warning } = chooseFace(photo.file, await detector.findBoxes(photo), { number });
  if (warning) warnings.push(warning);
  return { points: await detector.locatePoints(photo, face.box), face, warnings };
}

/** What speaks against the photo, apart from the turn of the head, which the fit knows better. */
function photoConcerns(photo: Photo, aligned: AlignedFace, face?: FaceBox): string[] {
  const toCrop = { ...aligned.toCrop, scale: aligned.toCrop.scale * photo.scale };
  const { "too-turned": _, ...concerns } = assessFace({ ...aligned, toCrop }, face?.score).concerns;
  return Object.values(concerns).map((text) => `The face is hard to see: ${text}.`);
}

/** Unwraps the photo, takes the light out of it, and renders what is shown. */
function mapsAndPictures(
  { model, uvSpace }: Pick<Reconstructor, "model" | "uvSpace">,
  input: RgbImage,
  { coefficients, mask }: PhotoFit,
  {
    camera,
    size,
    seed,
    refined,
    onStage,
  }: {
    camera: Camera;
    size: number;
    seed: number;
    refined?: RefinedFace;
    onStage?: ReconstructOptions["onStage"];
  },
) {
  return tf.tidy(() => {
    const image = tf.tensor4d(input.data, [1, size, size, 3]);
    const c = coefficientTensors([coefficients]);
    const geometry = poseFace(model, c);
    const { triangles, uvs } = model;
    const fragments = rasterize(projectToClip(geometry.vertices, camera), triangles, 2 * size, 2 * size);
    const unwrapped = unwrapTexture(
      { image, ...geometry, fragments, camera },
      uvSpace,
      createRandom(seed).fork("holes"),
    );

    const priorAlbedo = tf.clipByValue(uvSpace.vertexToUv(model.decodeAlbedo(c.albedo)), 0, 1) as tf.Tensor4D;
    const skin = sampleTexture(
      tf.tensor4d(mask.data, [1, size, size, 1]),
      texelPlaces(uvSpace.vertexToUv(geometry.vertices), camera),
    );
    // Skin is believed where the mask says skin, less and less toward its rim; eyes and mouth wherever seen.
    const bare = tf.mul(
      unwrapped.visible,
      tf.mul(uvSpace.uvMask, tf.cast(tf.greater(skin, 0.99), "float32")),
    );
    const trust = tf.add(
      feather(bare as tf.Tensor4D, Math.round(uvSpace.size / 32)),
      tf.mul(unwrapped.visible, tf.sub(1, uvSpace.uvMask)),
    ) as tf.Tensor4D;
    const normalsOfTexels = uvSpace.vertexToUv(geometry.normals);
    const u = uvSpace.size;
    const detail = refined && {
      albedo: tf.tensor4d(refined.face.maps.detailed.data, [1, u, u, 3]),
      light: tf.tensor4d(refined.face.lightMap, [1, u, u, lightSize]),
    };
    const lightOnTexels = shading(normalsOfTexels, detail?.light ?? c.light);
    const divided = delitTexture({
      unwrappedTexture: unwrapped.texture,
      trust,
      priorAlbedo,
      shading: lightOnTexels,
    });
    // Of eyes and teeth, which no loss of the refinement counts, the photo knows more.
    const albedo = detail
      ? (tf.where(tf.greater(uvSpace.uvMask, 0.5), detail.albedo, divided) as tf.Tensor4D)
      : divided;

    onStage?.("pictures", 0);
    const scene = { ...geometry, triangles, uvs, camera, size };
    const lit = (map: tf.Tensor4D, light: tf.Tensor2D | tf.Tensor4D): Rendering =>
      renderTextured(scene, map, light);
    const asLight = (light: readonly number[]) => tf.tensor2d([...light], [1, 27]);
    const coarse = lit(priorAlbedo, c.light);
    const white = tf.onesLike(priorAlbedo) as tf.Tensor4D;
    const relit = Object.entries(namedLights).map(([name, light]) => [
      name,
      lit(albedo, asLight(light)).image,
    ]);
    return {
      geometry,
      maps: {
        priorAlbedo,
        unwrapped: unwrapped.texture,
        albedo,
        uvMask: uvSpace.uvMask.clone(),
        visible: unwrapped.visible,
        lightOnTexels: tf.div(lightOnTexels, 2) as tf.Tensor4D,
      },
      pictures: {
        coarse: coarse.image,
        overlay: compositeOver(coarse.image, coarse.mask, image),
        albedo: lit(albedo, asLight(ambientWhite)).image,
        light: tf.mul(0.5, lit(white, detail?.light ?? c.light).image) as tf.Tensor4D,
        detailed: lit(albedo, detail?.light ?? c.light).image,
        coarselyLit: lit(albedo, c.light).image,
        ...(Object.fromEntries(relit) as Record<LightName, tf.Tensor4D>),
      },
    };
  });
}

/** The first of each batch as an image of 3 channels, or as a mask of 1; clipped to [0, 1]. */
async function toImages<Name extends string>(
  tensors: Readonly<Record<Name, tf.Tensor4D>>,
): Promise<Record<Name, RgbImage>> {
  const images: Partial<Record<Name, RgbImage>> = {};
  for (const name of Object.keys(tensors) as Name[]) {
    const [, height, width] = tensors[name].shape;
    const values = await tensors[name].data<"float32">();
    images[name] = { width, height, data: values.map((value) => Math.min(Math.max(value, 0), 1)) };
  }
  return images as Record<Name, RgbImage>;
}
