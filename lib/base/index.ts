/** The floor that all others stand on: the engine that computes, tensors and their files, images. */

// engine/

export { defineOp, type Op } from "./engine/define-op.js";
export { type EngineName, engineNames, renderingEngines } from "./engine/engine-names.js";
export type { EngineReport } from "./engine/engine-report.js";
export type { KernelArray, NumericArray } from "./engine/kernel-array.js";
export { oneAtATime } from "./engine/one-at-a-time.js";
export { EngineError, prepareEngine } from "./engine/prepare-engine.js";
export { whyAbsent } from "./engine/present-engine.js";
export type { Gpu, Shader, WebgpuKernel } from "./engine/webgpu-kernel.js";

// tensor/

export {
  afterWrites,
  isTemporary,
  temporaryBeside,
  temporaryStem,
  wholeWrite,
  writeFileAtomically,
} from "./tensor/atomic-file.js";
export { checkShapes } from "./tensor/check-shapes.js";
export { FileError } from "./tensor/file-error.js";
export { floatToHalf, halfToFloat } from "./tensor/half.js";
export { InputError } from "./tensor/input-error.js";
export { parseJson } from "./tensor/parse-json.js";
export { printable } from "./tensor/printable.js";
export { createRandom, type Random, type RandomState } from "./tensor/random.js";
export { readInputFile, readInputText } from "./tensor/read-input-file.js";
export {
  type Dtype,
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
  type StoredTensor,
} from "./tensor/safetensors.js";
export { shuffled } from "./tensor/shuffled.js";
export { multiplySparseDense, type SparseMatrix, sparseOperator } from "./tensor/sparse-matrix.js";

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
export { bytesWithoutColour } from "./image/colourless.js";
export { encodeBytesPng, encodeMaskPng, encodePng } from "./image/encode-png.js";
export { halveImage } from "./image/halve.js";
export {
  checkImage,
  type Photo,
  photoAtOwnSize,
  type RgbBytes,
  readImage,
  readImageBytes,
} from "./image/read-image.js";
export type { FittedImage } from "./image/resize.js";
export { blankImage, type MaskImage, type Point, type RgbImage } from "./image/rgb-image.js";
export {
  applySimilarity,
  composeSimilarities,
  fitSimilarity,
  invertSimilarity,
  type Similarity,
} from "./image/similarity.js";
export { type WarpedImage, warpImage } from "./image/warp.js";
