/**
 * What the package offers, by name, in the order of its folders: from the engine up to `reconstruct`. Importing it
 * picks no engine, reads no file and allocates nothing. What notebooks show comes from `rerenderable/notebook`.
 */

// engine/

export {
  defineOp,
  type KernelArray,
  type NumericArray,
  type Op,
} from "./engine/define-op.js";
export { type EngineName, readableEngines, renderingEngines } from "./engine/engine-names.js";
export { type EngineReport, prepareEngine } from "./engine/prepare-engine.js";
export type { Gpu, Shader, WebgpuKernel } from "./engine/webgpu-kernel.js";

// tensor/

export { isTemporary, writeFileAtomically } from "./tensor/atomic-file.js";
export { checkShapes } from "./tensor/check-shapes.js";
export { FileError } from "./tensor/file-error.js";
export { checkGradient, type GradientCheckOptions } from "./tensor/finite-differences.js";
export { createRandom, type Random, type RandomState } from "./tensor/random.js";
export {
  type Dtype,
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
  type StoredTensor,
} from "./tensor/safetensors.js";
export { shuffled } from "./tensor/shuffled.js";

// image/

export {
  colourDifference,
  type Lab,
  labFromSrgb,
  type SkinToneGroup,
  skinToneGroup,
  skinToneGroups,
  typologyAngle,
} from "./image/cielab.js";
export { linearToSrgb, srgbToLinear } from "./image/colour.js";
export { halveImage } from "./image/halve.js";
export { InputError } from "./image/input-error.js";
export { type Photo, readImage, readImageBytes } from "./image/read-image.js";
export { type FittedImage, resizeToFit } from "./image/resize.js";
export { blankImage, type MaskImage, type Point, type RgbImage } from "./image/rgb-image.js";
export {
  applySimilarity,
  composeSimilarities,
  fitSimilarity,
  identitySimilarity,
  invertSimilarity,
  type Similarity,
} from "./image/similarity.js";
export { decodeSrgb, encodeSrgb } from "./image/srgb-tensors.js";
export { type WarpedImage, warpImage } from "./image/warp.js";
export { encodeMaskPng, encodePng, writeMaskPng, writePng } from "./image/write-image.js";

// landmarks/

export { type AlignedFace, alignedSide, alignFace, alignmentTemplate } from "./landmarks/align-face.js";
export { type ChosenFace, chooseFace, type FaceChoice } from "./landmarks/choose-face.js";
export { completeLandmarks } from "./landmarks/complete-landmarks.js";
export type { DetectedFace, FaceDetector } from "./landmarks/detect-faces.js";
export {
  assessFace,
  type FaceConcern,
  type FaceConfidence,
  type FaceLimits,
  faceLimits,
  sharpness,
} from "./landmarks/face-confidence.js";
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
export { loadFaceDetector } from "./models/face-detector.js";

// morphable-model/

export { loadBaselFaceModel } from "./morphable-model/basel-face-model.js";
export { embeddedModelFrom, loadEmbeddedModel } from "./morphable-model/embedded-model.js";
export { loadIctFaceKit } from "./morphable-model/ict-facekit.js";
export { loadMorphableModel } from "./morphable-model/load-model.js";
export { type MatArray, readMatArrays } from "./morphable-model/mat-file.js";
export {
  type CoefficientPrior,
  createMorphableModel,
  type MorphableModel,
  type MorphableModelData,
  type ShapeRows,
  shapeRows,
} from "./morphable-model/morphable-model.js";

export { type SampledFace, type SampleFaceOptions, sampleFace } from "./morphable-model/sample-face.js";

// scene/

export { type Camera, defaultCamera, projectToClip, projectToImage } from "./scene/camera.js";
export {
  type CoefficientName,
  type Coefficients,
  coefficientCount,
  coefficientNames,
  coefficientSizes,
  flattenCoefficients,
  neutralCoefficients,
  splitCoefficients,
} from "./scene/coefficients.js";
export { type EnvironmentLightOptions, environmentLight } from "./scene/environment-light.js";
export { type EnvironmentMap, readEnvironmentMap } from "./scene/environment-map.js";
export {
  addLights,
  ambientLight,
  directionalLight,
  type Light,
  type Matrix,
  rotateLight,
  shadingAt,
  type Vector,
} from "./scene/light.js";
export {
  type GaussianLight,
  type GaussianLightOptions,
  gaussianLight,
  type LightColour,
  type LightStatistics,
  lightPrior,
  negativeShare,
  type SampleLightOptions,
  sampleLight,
  seenBrightness,
} from "./scene/light-prior.js";
export {
  type EnvironmentLight,
  type EnvironmentLightName,
  environmentLightNames,
  environmentLights,
  type LightName,
  namedLights,
} from "./scene/named-lights.js";
export {
  neutralPose,
  rotateVectors,
  rotationMatrices,
  rotationMatrix,
  transformVertices,
} from "./scene/pose.js";
export {
  ambientWhite,
  bandCount,
  bandOrder,
  lambertFactors,
  lightSize,
  shBasis,
  shFactors,
} from "./scene/spherical-harmonics.js";
export { deviceX, deviceY, pixelX, pixelY } from "./scene/viewport.js";

// renderer/

export { antialias } from "./renderer/antialias.js";
export { coverage, disposeFragments, type Fragments } from "./renderer/fragments.js";
export { interpolate } from "./renderer/interpolate.js";
export { type RasterizeOptions, rasterize } from "./renderer/rasterize.js";
export {
  compositeOver,
  type GeometryPictures,
  type Rendering,
  renderGeometry,
  renderTextured,
  renderVertexColoured,
  type Scene,
  type TexturedScene,
} from "./renderer/render.js";
export { renderPerVertex } from "./renderer/render-per-vertex.js";
export { sampleTexture } from "./renderer/sample-texture.js";
export { shade, shading } from "./renderer/shade.js";
export { vertexNormals } from "./renderer/vertex-normals.js";
export { findVisible, type VisibilityOptions } from "./renderer/visibility.js";

// ray-tracer/

export { type Bvh, buildBvh } from "./ray-tracer/bvh.js";
export type {
  DirectionalSource,
  HarmonicSource,
  LightSource,
  PointSource,
} from "./ray-tracer/light-source.js";
export { aimRay, createHit, createRay, type Hit, type Ray } from "./ray-tracer/ray.js";
export { renderTruth, type TruthOptions } from "./ray-tracer/render-truth.js";
export { type SpecularLobe, specularReflection } from "./ray-tracer/specular-lobe.js";
export { findNearest, isBlocked } from "./ray-tracer/trace.js";
export type { AlbedoMap, TracedMesh, VertexAlbedo } from "./ray-tracer/traced-mesh.js";
export type { TruthRendering } from "./ray-tracer/truth-rendering.js";

// uv/

export { type DelitInput, delitTexture, feather } from "./uv/delit-texture.js";
export {
  type FaceInView,
  type FaceMasker,
  finalMask,
  maskByColour,
  projectedSkin,
  skinMask,
} from "./uv/face-mask.js";
export { type SplitTexture, type SplitTextureInput, splitTexture } from "./uv/split-texture.js";
export { type UnwrapInput, type UnwrappedTexture, unwrapTexture } from "./uv/unwrap-texture.js";
export { createUvSpace, type UvMesh, type UvSpace } from "./uv/uv-space.js";

// networks/

export { type AdamSettings, paperAdam } from "./networks/adam.js";
export {
  type Checkpoint,
  type CheckpointedNetworks,
  type NetworkState,
  readCheckpoint,
  writeCheckpoint,
} from "./networks/checkpoint.js";
export { exportOnnx } from "./networks/export-onnx.js";
export { type FrozenNetwork, foldNetwork } from "./networks/fold-network.js";
export {
  createNetwork,
  inputNames,
  type Network,
  type NetworkBuilder,
  type NetworkNode,
} from "./networks/graph.js";
export { type ImportedNetwork, type ImportOnnxOptions, importOnnx } from "./networks/import-onnx.js";
export * as layers from "./networks/layers.js";
export {
  decodeNetworkFile,
  encodeNetworkFile,
  type NetworkFile,
  readNetworkFile,
} from "./networks/network-file.js";
export { createOnnxNetwork, type OnnxNetworkOptions } from "./networks/onnx/onnx-network.js";
export {
  countParameters,
  type Initialisation,
  initialParameters,
  type ParameterSpec,
  type ParameterValues,
  parameterSpecs,
} from "./networks/parameters.js";
export { fixedInputShapes, inferShapes, type Shape, type Shapes } from "./networks/shape-inference.js";
export { type NetworkRun, runNetwork } from "./networks/tfjs-network.js";
export { createTfjsNetwork } from "./networks/tfjs-trainable-network.js";
export type {
  BackwardOptions,
  ForwardOptions,
  NetworkArray,
  NetworkArrays,
  OptimiserState,
  TrainableNetwork,
  TrainableNetworkOptions,
} from "./networks/trainable-network.js";

// models/

export { coefficientRegressor, splitRegressed } from "./models/coefficient-regressor.js";
export {
  type DetailMaps,
  detailMaps,
  type MapBase,
  mapBases,
  outputGradients,
  type PriorMaps,
} from "./models/detail-maps.js";
export { authorsCode, type DetailRefinerOptions, detailRefiner } from "./models/detail-refiner.js";
export {
  type EmbeddingFacts,
  type EmbeddingKind,
  embeddingKinds,
  namedTemplates,
} from "./models/embedding-facts.js";
export { loadEmbeddingFile } from "./models/embedding-file.js";
export {
  type EmbeddingChannels,
  type EmbeddingOptions,
  embeddingFromNetwork,
  type FaceEmbedding,
} from "./models/embedding-from-network.js";
export {
  arcFaceTemplate,
  cropForEmbedding,
  dlibTemplate,
  fromAlignedFace,
  lightCnnTemplate,
} from "./models/embedding-templates.js";
export { cosineSimilarity, type FaceEmbedder, openFaceEmbedder } from "./models/face-embedder.js";
export { type FaceEmbeddingName, faceEmbeddingNames, loadFaceEmbedding } from "./models/face-embedding.js";
export { loadFaceMasker } from "./models/face-masker.js";
export { faceParser, faceParserClasses, faceParserSide, loadFaceParser } from "./models/face-parser.js";
export {
  celebAMaskClasses,
  facialClasses,
  loadParsingMask,
  type ParsingMasker,
  type ParsingMaskOptions,
} from "./models/parsing-mask.js";
export { type PatchDiscriminatorOptions, patchDiscriminator } from "./models/patch-discriminator.js";
export { partStart, type RegressorUnits, regressorUnits } from "./models/regressor-units.js";
export { type DetailRefiner, loadDetailRefiner, refinerFile } from "./models/trained-refiner.js";
export { type CoefficientRegressor, loadCoefficientRegressor } from "./models/trained-regressor.js";

// losses/

export {
  type AdversarialLoss,
  adversarialLosses,
  discriminatorLoss,
  generatorLoss,
} from "./losses/adversarial.js";
export { albedoL1Loss } from "./losses/albedo-l1.js";
export { albedoSmoothnessLoss, paperAlpha, paperUvSize } from "./losses/albedo-smoothness.js";
export { crossPerceptualLoss, type Embed, perceptualLoss } from "./losses/cross-perceptual.js";
export { edgeAwareMask } from "./losses/edge-aware-mask.js";
export { greyLightLoss } from "./losses/grey-light.js";
export { illuminationRegularisation } from "./losses/illumination-regularisation.js";
export { imageLoss } from "./losses/image.js";
export { imageGradientLoss, paperPictureSize } from "./losses/image-gradient.js";
export { lightPriorLoss } from "./losses/light-prior-loss.js";
export {
  furtherTerms,
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

export {
  albedoSpread,
  brightnessSymmetryError,
  meanTypologyAngle,
  shadingLeakage,
} from "./metrics/disentanglement.js";
export { type ImageMetrics, imageMetrics, l1, type Picture, psnr, ssim } from "./metrics/image-metrics.js";
export { quantile, type Spread, spreadOf } from "./metrics/spread.js";
export {
  albedoError,
  correlation,
  type DepthError,
  depthError,
  lightError,
  type ScaledError,
} from "./metrics/truth-errors.js";

// fitting/

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
  type AppearanceFit,
  type AppearanceInput,
  type AppearanceOptions,
  fitAppearance,
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
  fittingStages,
  type PhotometricFit,
  type PhotometricStage,
  warmStages,
} from "./fitting/fit-photometric.js";
export { type FacePhoto, type FitPhotosOptions, fitPhotos } from "./fitting/fit-photos.js";
export { type FitQuality, qualityLimits } from "./fitting/fit-quality.js";
export type { FitUncertainty } from "./fitting/fit-uncertainty.js";
export { findPrior, type PriorKind, type PriorOptions, priorKinds } from "./fitting/prior-albedo.js";
export {
  defaultPhotometricWeights,
  defaultRefineSteps,
  type PhotometricTarget,
  type PhotometricWeights,
  photometricLoss,
  type RefineOptions,
  refinePhotometric,
} from "./fitting/refine-photometric.js";

// training/

export { type LossSet, lossSets } from "./training/detail-losses.js";
export {
  type DetailSample,
  type DetailSampleInput,
  detailSampleVersion,
  makeDetailSample,
} from "./training/detail-sample.js";
export {
  type DetailSamples,
  detailSamplesInMemory,
  openDetailSamples,
  writeDetailSamples,
} from "./training/detail-sample-file.js";
export { createDetailStep, type DetailStepOptions } from "./training/detail-step.js";
export { type IdentityLoss, identityLoss } from "./training/identity-loss.js";
export {
  detailMetrics,
  type InspectedFace,
  inspectDetail,
  inspectOutputs,
  layOver,
  lightDetail,
  meanTerms,
  predictDetail,
  scaleAlignedError,
} from "./training/inspect-detail.js";
export { type DetailLossOptions, type StepStage, stepStages } from "./training/map-gradients.js";
export { type RefineOnPhotoOptions, refineOnPhoto } from "./training/refine-on-photo.js";
export {
  type CurveLine,
  hashSettings,
  readCurves,
  type Terms,
  type Trainee,
  type TrainingEnd,
  type TrainingOptions,
  train,
} from "./training/train.js";

// rivals/

export { coarsePrior } from "./rivals/coarse-prior.js";
export { loadFittedTexture, textureFit } from "./rivals/fitted-texture.js";
export { loadRefinedVertices } from "./rivals/refined-vertices.js";
export { lightFromPhoto, loadRegressedFace } from "./rivals/regressed-face.js";
export { paintFace, type Rival, type RivalFace } from "./rivals/rival.js";
export { type FittedTexture, fitTexture, type TextureFitSettings } from "./rivals/texture-gan-fit.js";

// export/

export { encodeGlb, type GlbOptions } from "./export/glb.js";
export { type MeshArrays, metresPerUnit, unitNormals } from "./export/mesh-arrays.js";
export { encodeObj, type ObjOptions, type ObjText } from "./export/obj.js";

// The whole path

export {
  createReconstructor,
  type DetailReconstruction,
  type Reconstruction,
  type ReconstructOptions,
  type Reconstructor,
  reconstruct,
  type Stage,
} from "./reconstruct.js";
export {
  createFaceRefiner,
  type FaceRefiner,
  loadFaceRefiner,
  type PhotoSteps,
  type RefinedFace,
} from "./refine-face.js";
