/** Networks: graphs of layers as data, the engines that run and train them, and `.onnx` files in and out. */
export { type AdamSettings, paperAdam } from "./adam.js";
export {
  type Checkpoint,
  type CheckpointedNetworks,
  type NetworkState,
  readCheckpoint,
  writeCheckpoint,
} from "./checkpoint.js";
export { exportOnnx } from "./export-onnx.js";
export { type FrozenNetwork, foldNetwork } from "./fold-network.js";
export { createNetwork, type Network, type NetworkBuilder, type NetworkNode } from "./graph.js";
export { type GrowingNetwork, growingNetwork } from "./growing-network.js";
export { type ImportedNetwork, type ImportOnnxOptions, importOnnx } from "./import-onnx.js";
export type { Layer, Padding, Pair } from "./layers.js";
export * as layers from "./layers.js";
export { encodeNetworkFile, type NetworkFile, readNetworkFile } from "./network-file.js";
export { createOnnxNetwork, type OnnxNetworkOptions } from "./onnx/onnx-network.js";
export { modelProto } from "./onnx/proto.js";
export { irSe, lightCnn, mobileFace } from "./onnx-import/pytorch-networks.js";
export {
  countParameters,
  type Initialisation,
  initialParameters,
  type ParameterSpec,
  type ParameterValues,
  parameterSpecs,
} from "./parameters.js";
export { fixedInputShapes, inferShapes, type Shape, type Shapes } from "./shape-inference.js";
export { type NetworkRun, runNetwork } from "./tfjs/tfjs-network.js";
export { createTfjsNetwork } from "./tfjs/tfjs-trainable-network.js";
export type {
  BackwardOptions,
  ForwardOptions,
  NetworkArray,
  NetworkArrays,
  OptimiserState,
  TrainableNetwork,
  TrainableNetworkOptions,
} from "./trainable-network.js";
export {
  type Constant,
  type Constants,
  filtersFirst,
  readConstants,
  type WeightsManifest,
} from "./weights-manifest.js";
