/** What reconstructions need and keep between photos: the model, the detector, the networks. */
import { type FaceRefiner, loadFaceRefiner } from "./face/detail/face-refiner.js";
import type { FaceDetector } from "./face/landmarks/detect-faces.js";
import { type ExposureEstimator, loadExposureEstimator } from "./face/models/exposure.js";
import { loadFaceDetector } from "./face/models/face-detector.js";
import { loadFaceParser } from "./face/models/face-parser.js";
import type { ParsingMasker } from "./face/models/parsing-mask.js";
import { type CoefficientRegressor, loadCoefficientRegressor } from "./face/models/trained-regressor.js";
import { uvSpaceOf } from "./face/morphable-model/face-uv-space.js";
import { loadMorphableModel } from "./face/morphable-model/load-model.js";
import {
  createMorphableModel,
  type MorphableModel,
  type MorphableModelData,
} from "./face/morphable-model/morphable-model.js";
import type { UvSpace } from "./graphics/uv/uv-space.js";

/** Owns tensors: `dispose()` frees them. */
export interface Reconstructor {
  readonly model: MorphableModel;
  readonly detector: FaceDetector;
  readonly uvSpace: UvSpace;
  /** Loads the regressor at the first call. @throws in one line where there is none for the model */
  regressor(): Promise<CoefficientRegressor>;
  /** Loads the network that tells how a photo was exposed, at the first call. */
  exposure(): Promise<ExposureEstimator>;
  /** Loads the face parser at the first call. */
  parser(): Promise<ParsingMasker>;
  /** Loads the detail refiner at the first call; undefined where there is none for the model. */
  refiner(): Promise<FaceRefiner | undefined>;
  dispose(): void;
}

/**
 * @param uvSize side of the uv maps; the paper's is 256
 * @param source the morphable model, or what `loadMorphableModel` takes: `embedded`, a `.mat` file, a folder
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { createReconstructor, encodePng, prepareEngine, readImage, reconstruct } from "rerenderable";
 *
 * await prepareEngine();
 * const reconstructor = await createReconstructor();
 * for (const name of ["one", "two"]) {
 *   const { pictures } = await reconstruct(reconstructor, await readImage(`${name}.jpg`));
 *   await writeFile(`${name}-relit.png`, await encodePng(pictures.relit.window));
 * }
 * reconstructor.dispose();
 * ```
 */
export async function createReconstructor(
  uvSize = 256,
  source: MorphableModelData | string = "embedded",
): Promise<Reconstructor> {
  const model = createMorphableModel(typeof source === "string" ? await loadMorphableModel(source) : source);
  const detector = await loadFaceDetector();
  const uvSpace = uvSpaceOf(model, uvSize);
  const regressor = loadedOnce(() => loadCoefficientRegressor(model.data));
  const exposure = loadedOnce(loadExposureEstimator);
  const parser = loadedOnce(loadFaceParser);
  const refiner = loadedOnce(() => loadFaceRefiner(model));
  return {
    model,
    detector,
    uvSpace,
    regressor: regressor.get,
    exposure: exposure.get,
    parser: parser.get,
    refiner: refiner.get,
    dispose() {
      for (const part of [model, detector, uvSpace, regressor, exposure, parser, refiner]) part.dispose();
    },
  };
}

/** A network that is loaded when somebody first asks for it, and freed if anybody did. */
function loadedOnce<Network extends { dispose(): unknown } | undefined>(load: () => Promise<Network>) {
  let loading: Promise<Network> | undefined;
  return {
    get() {
      loading ??= load();
      return loading;
    },
    dispose() {
      loading?.then(
        (network) => network?.dispose(),
        () => {},
      );
    },
  };
}
