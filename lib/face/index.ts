/** The method: from points and coefficients to albedo and light in detail, with its training and its metrics. */

// landmarks/

export {
  type AlignedFace,
  alignedSide,
  alignFace,
  alignmentTemplate,
  photoToCrop,
} from "./landmarks/align-face.js";
export {
  assessFace,
  type FaceAssessment,
  type FaceConcern,
  type FaceLimits,
  roundedDown,
} from "./landmarks/assess-face.js";
export { type ChosenFace, chooseFace, chooseSoughtFace, type FaceChoice } from "./landmarks/choose-face.js";
export { completeLandmarks } from "./landmarks/complete-landmarks.js";
export type { DetectedFace, FaceDetector } from "./landmarks/detect-faces.js";
export type { Box, FaceBox } from "./landmarks/find-boxes.js";
export { estimateHeadPose, type HeadPose } from "./landmarks/head-pose.js";
export {
  type FivePoints,
  fivePoints,
  innerLandmarks,
  type LandmarkGroup,
  landmarkCount,
  landmarkGroups,
  mirrorOrder,
} from "./landmarks/landmarks.js";
export { readLandmarks, type UserLandmarks } from "./landmarks/landmarks-file.js";

// morphable-model/

export { searchFaces } from "./landmarks/search-faces.js";
export { loadBaselFaceModel, readBaselArrays } from "./morphable-model/basel/basel-face-model.js";
export { type MatArray, readMatArrays } from "./morphable-model/basel/mat-file.js";
export { isMovement } from "./morphable-model/coefficient-priors.js";
export {
  type CoefficientName,
  type Coefficients,
  coefficientCount,
  coefficientNames,
  coefficientSizes,
  neutralCoefficients,
  splitCoefficients,
} from "./morphable-model/coefficients.js";
export { embeddedModelFrom, loadEmbeddedModel } from "./morphable-model/embedded-model.js";
export { uvSpaceOf } from "./morphable-model/face-uv-space.js";
export { mirrorPartners } from "./morphable-model/flat-map/mirror-partners.js";
export { referenceFace } from "./morphable-model/flat-map/reference-face.js";
export { type IctModel, ictModelFrom, loadIctFaceKit } from "./morphable-model/ict/ict-facekit.js";
export { readIctFolder } from "./morphable-model/ict/ict-files.js";
export { loadMorphableModel } from "./morphable-model/load-model.js";
export { boundaryLoops, neighbourLists, pieces } from "./morphable-model/mesh/mesh-topology.js";
export { type ObjFile, readObj } from "./morphable-model/mesh/obj-file.js";
export {
  bilinearSubdivision,
  catmullClark,
  type QuadCorners,
  type Subdivision,
} from "./morphable-model/mesh/subdivision.js";
export {
  type CoefficientPrior,
  createMorphableModel,
  type MorphableModel,
  type MorphableModelData,
  type ShapeRows,
  shapeRows,
} from "./morphable-model/morphable-model.js";
export {
  type SampledFace,
  type SampleFaceOptions,
  sampleFace,
  withoutSide,
} from "./morphable-model/sample-face.js";

// models/

export { coefficientRegressor } from "./models/coefficient-regressor.js";
export { type DecidingRefinerOptions, decidingLayers, decidingRefiner } from "./models/deciding-refiner.js";
export { type DetailRefinerOptions, detailRefiner } from "./models/detail-refiner.js";
export type { EmbeddingFacts, EmbeddingKind } from "./models/embedding-facts.js";
export { loadEmbeddingFile } from "./models/embedding-file.js";
export type { EmbeddingChannels, EmbeddingOptions, FaceEmbedding } from "./models/embedding-from-network.js";
export {
  type Exposure,
  type ExposureBelief,
  type ExposureEstimator,
  exposureFile,
  loadExposureEstimator,
  lookAround,
  pooled,
  usualShading,
  wellExposed,
} from "./models/exposure.js";
export {
  type ExposureInput,
  exposureBatch,
  exposureInput,
  exposureNetwork,
  exposureUnits,
} from "./models/exposure-network.js";
export { loadFaceDetector } from "./models/face-detector.js";
export { type FaceEmbedder, openFaceEmbedder } from "./models/face-embedder.js";
export { type FaceEmbeddingName, faceEmbeddingNames, loadFaceEmbedding } from "./models/face-embedding.js";
export {
  type FaceInView,
  type FaceMasker,
  finalMask,
  maskByColour,
  projectedSkin,
  skinMask,
} from "./models/face-mask.js";
export { loadFaceMasker } from "./models/face-masker.js";
export { faceParser, faceParserClasses, faceParserSide, loadFaceParser } from "./models/face-parser.js";
export { openRecognition } from "./models/open-recognition.js";
export { loadParsingMask, type ParsingMasker, type ParsingMaskOptions } from "./models/parsing-mask.js";
export { type PatchDiscriminatorOptions, patchDiscriminator } from "./models/patch-discriminator.js";
export { encodeRegressorErrors, errorsFileOf } from "./models/regressor-errors.js";
export { partStart, type RegressorUnits } from "./models/regressor-units.js";
export {
  type CoefficientRegressor,
  loadCoefficientRegressor,
  regressorFile,
} from "./models/trained-regressor.js";

// losses/

export {
  type AdversarialLoss,
  adversarialLosses,
  discriminatorLoss,
  generatorLoss,
} from "./losses/adversarial.js";
export { albedoL1Loss } from "./losses/albedo-l1.js";
export { albedoPairLoss } from "./losses/albedo-pair.js";
export { albedoSmoothnessLoss, paperAlpha } from "./losses/albedo-smoothness.js";
export { crossPerceptualLoss, type Embed, perceptualLoss } from "./losses/cross-perceptual.js";
export { edgeAwareMask } from "./losses/edge-aware-mask.js";
export { greyLightLoss } from "./losses/grey-light.js";
export { illuminationRegularisation } from "./losses/illumination-regularisation.js";
export { imageLoss } from "./losses/image.js";
export { imageGradientLoss } from "./losses/image-gradient.js";
export { lightPriorLoss } from "./losses/light-prior-loss.js";
export { type LossAmount, paperPictureSize, paperUvSize } from "./losses/loss-amount.js";
export {
  type LossReading,
  type LossReadingName,
  type LossSet,
  lossReadings,
  lossSetNames,
} from "./losses/loss-readings.js";
export {
  type LossTerm,
  type LossWeights,
  type PaperTerm,
  paperTerms,
  paperWeightReadings,
  paperWeights,
  printedWeights,
  releasedWeights,
} from "./losses/loss-weights.js";
export type { Distance } from "./losses/masked-difference.js";
export { multiScaleGradientLoss } from "./losses/multi-scale-gradient.js";
export * as releasedLosses from "./losses/released-code.js";
export { styleLoss } from "./losses/style.js";
export { symmetryLoss } from "./losses/symmetry.js";
export { totalLoss } from "./losses/total.js";
export {
  learningRateAt,
  lossWeightsAt,
  paperSchedule,
  type TrainingSchedule,
} from "./losses/training-schedule.js";

// metrics/

export { type BetterFaces, betterFaces } from "./metrics/better-faces.js";
export { cosineSimilarity } from "./metrics/cosine-similarity.js";
export {
  type AddedDetail,
  addedDetail,
  type DetailedMaps,
  detailBands,
  detailShares,
  type ExplainedTexture,
} from "./metrics/detail-shares.js";
export {
  albedoSpread,
  brightnessSymmetryError,
  meanColour,
  meanTypologyAngle,
  shadingLeakage,
} from "./metrics/disentanglement.js";
export { type ImageMetrics, imageMetrics, l1, type Picture, psnr, ssim } from "./metrics/image-metrics.js";
export { type PairedDifference, pairedDifference } from "./metrics/paired-difference.js";
export { ownIsNearest } from "./metrics/rank-one.js";
export { quantile, type Spread, spreadOf } from "./metrics/spread.js";
export { meanTerms, type Terms } from "./metrics/terms.js";
export {
  albedoError,
  correlation,
  type DepthError,
  depthError,
  lightError,
  type ScaledError,
} from "./metrics/truth-errors.js";

// fitting/

export { solvePositiveDefinite } from "./fitting/cholesky.js";
export {
  type CoefficientTensors,
  coefficientTensors,
  type FaceGeometry,
  poseFace,
  renderCoarse,
  type SeenFace,
  seeFace,
} from "./fitting/face-geometry.js";
export {
  defaultFittingMethod,
  type FindCoefficientsOptions,
  type FittingMethod,
  type FoundFace,
  findCoefficients,
  fittingMethods,
} from "./fitting/find-coefficients.js";
export {
  type AppearanceFit,
  type AppearanceInput,
  type AppearanceOptions,
  fitAppearance,
  TooLittleSkinError,
} from "./fitting/fit-appearance.js";
export { fitLandmarks, type LandmarkFit, type LandmarkFitOptions } from "./fitting/fit-landmarks.js";
export {
  describeFace,
  type FitStage,
  fitPhoto,
  type PhotoFit,
  type PhotoFitOptions,
} from "./fitting/fit-photo.js";
export {
  defaultFitSteps,
  type FitPhotometricOptions,
  fitPhotometric,
  type PhotometricFit,
  type PhotometricStage,
} from "./fitting/fit-photometric.js";
export { type FacePhoto, type FitPhotosOptions, fitPhotos } from "./fitting/fit-photos.js";
export type { FitQuality } from "./fitting/fit-quality.js";
export type { FitUncertainty } from "./fitting/fit-uncertainty.js";
export { minimiseLeastSquares } from "./fitting/gauss-newton.js";
export { photometricParameters } from "./fitting/photometric-problem.js";
export { photometricView } from "./fitting/photometric-view.js";

// detail/

export type { BaseMaps, DetailMaps } from "./detail/base-maps.js";
export { type DelitInput, delitTexture } from "./detail/delit-texture.js";
export { cutDetail, type DetailBands } from "./detail/detail-bands.js";
export { detailMaps, type MapBase, mapBases } from "./detail/detail-maps.js";
export { type DetailSample, detailSampleVersion, makeDetailSample } from "./detail/detail-sample.js";
export {
  type DetailSamples,
  detailSamplesInMemory,
  openDetailSamples,
  writeDetailSamples,
} from "./detail/detail-sample-file.js";
export {
  createFaceRefiner,
  type FaceRefiner,
  type FaceToLearn,
  type LearnFromFace,
  loadFaceRefiner,
  type RefinedFace,
  type RefineFaceOptions,
} from "./detail/face-refiner.js";
export {
  detailMetrics,
  type InspectedFace,
  inspectDetail,
  inspectOutputs,
  layOver,
  lightDetail,
  predictDetail,
  scaleAlignedError,
} from "./detail/inspect-detail.js";
export { layOnGrey } from "./detail/lay-on-grey.js";
export { mapShading } from "./detail/map-shading.js";
export { type FittedFace, type PosedFace, poseFittedFace } from "./detail/posed-face.js";
export {
  type SplitOptions,
  type SplitTexture,
  type SplitTextureInput,
  splitTexture,
} from "./detail/split-texture.js";
export { type DetailRefiner, loadDetailRefiner, refinerFile } from "./detail/trained-refiner.js";
export { type UnwrappedFace, unwrapFace, withUnwrappedFace } from "./detail/unwrapped-face.js";

// training/

export { createDetailStep, type DetailStepOptions, facesOfStep } from "./training/detail-step.js";
export { type FreeFace, type FreeMapsOptions, optimiseMaps } from "./training/free-maps.js";
export { gaussianLoss } from "./training/gaussian-loss.js";
export { type IdentityLoss, identityLoss, meanIdentityLoss } from "./training/identity-loss.js";
export { rateAt } from "./training/learning-rate.js";
export { type LossPull, type LossPullsInput, lossPulls } from "./training/loss-pulls.js";
export type { DetailLossOptions, StepStage } from "./training/map-gradients.js";
export { parsingLoss } from "./training/parsing-loss.js";
export type { PerceptualJudge } from "./training/photometric-loss.js";
export { type PointProjector, pointProjector } from "./training/project-landmarks.js";
export {
  learnOnPhoto,
  type PhotoSteps,
  type RefineOnPhotoOptions,
  refineOnPhoto,
} from "./training/refine-on-photo.js";
export { type RegressorBatch, type RegressorSource, regressorTrainee } from "./training/regressor-trainee.js";
export {
  type CurveLine,
  hashSettings,
  readCurves,
  type Trainee,
  type TrainingEnd,
  type TrainingOptions,
  train,
} from "./training/train.js";
export { truthTerms } from "./training/truth-loss.js";

// rivals/

export { coarsePrior } from "./rivals/coarse-prior.js";
export { colourGraph, graphPainter, graphTexels } from "./rivals/colour-graph.js";
export { loadFittedTexture } from "./rivals/fitted-texture.js";
export { loadRefinedVertices } from "./rivals/refined-vertices.js";
export { loadRegressedFace } from "./rivals/regressed-face.js";
export { paintFace, type Rival, type RivalFace } from "./rivals/rival.js";
export {
  type TextureGanOptions,
  textureDiscriminator,
  textureGenerator,
  textureParameters,
  textureSides,
} from "./rivals/texture-gan.js";
export type { FittedTexture, TextureFitSettings } from "./rivals/texture-gan-fit.js";
export { drawTextures, stageAt, textureGanTrainee } from "./rivals/texture-gan-trainee.js";
export { laplacianName, vertexRefiner } from "./rivals/vertex-refiner.js";
export { vertexRefinerTrainee } from "./rivals/vertex-refiner-trainee.js";

// export/

export { encodeGlb, type GlbOptions } from "./export/glb.js";
export { type MeshArrays, metresPerUnit } from "./export/mesh-arrays.js";
export { encodeObj, type ObjOptions, type ObjText } from "./export/obj.js";
