/** All operators that can be read, and the function that reads each. */
import * as activations from "./convert-activations.js";
import * as arithmetic from "./convert-arithmetic.js";
import * as convolutions from "./convert-convolutions.js";
import * as lengths from "./convert-lengths.js";
import * as pooling from "./convert-pooling.js";
import { resize } from "./convert-resize.js";
import * as shapes from "./convert-shapes.js";
import type { Value } from "./feature.js";
import { foldConstants } from "./fold-constants.js";
import type { Converter, Operation } from "./operation.js";
import type { Constant } from "./read-tensor.js";

const converters: Readonly<Record<string, Converter>> = {
  Add: arithmetic.add,
  AveragePool: pooling.averagePool,
  BatchNormalization: activations.batchNormalisation,
  Cast: shapes.cast,
  Clip: activations.clip,
  Concat: shapes.concat,
  Conv: convolutions.conv,
  ConvTranspose: convolutions.convTranspose,
  Div: arithmetic.divide,
  Dropout: shapes.same,
  Expand: shapes.expand,
  Flatten: shapes.flatten,
  Gather: shapes.gather,
  Gemm: convolutions.gemm,
  GlobalAveragePool: pooling.globalAveragePool,
  GlobalMaxPool: pooling.globalMaxPool,
  HardSigmoid: activations.hardSigmoid,
  HardSwish: activations.hardSwish,
  Identity: shapes.same,
  InstanceNormalization: activations.instanceNormalisation,
  LeakyRelu: activations.leakyRelu,
  LpNormalization: lengths.lpNormalisation,
  MatMul: convolutions.matMul,
  Max: arithmetic.maximum,
  MaxPool: pooling.maxPool,
  Min: arithmetic.minimum,
  Mul: arithmetic.multiply,
  Neg: arithmetic.negate,
  Pad: pooling.pad,
  Pow: arithmetic.power,
  PRelu: activations.prelu,
  ReduceL2: lengths.reduceL2,
  ReduceMean: pooling.reduceMean,
  ReduceSum: lengths.reduceSum,
  Relu: activations.pointwise({ kind: "relu" }),
  Reshape: shapes.reshape,
  Resize: resize,
  Shape: shapes.shape,
  Sigmoid: activations.pointwise({ kind: "sigmoid" }),
  Slice: shapes.sliceOf,
  Softmax: activations.softmax,
  Split: shapes.split,
  Sqrt: lengths.root,
  Squeeze: shapes.squeeze,
  Sub: arithmetic.subtract,
  Tanh: activations.pointwise({ kind: "tanh" }),
  Transpose: shapes.transpose,
  Unsqueeze: shapes.unsqueeze,
  Upsample: resize,
};

/** @throws InputError naming the operator, its node and the file, if it cannot be a layer */
export function convertOperator(op: Operation): readonly Value[] {
  const { opType } = op.node;
  const given = op.values.filter((value) => value !== undefined);
  if (given.every((value) => value?.kind === "constant")) {
    const folded = foldConstants(op, given as Constant[]);
    if (folded) return [folded];
  }
  if (!Object.hasOwn(converters, opType)) op.failUnknown();
  const result = converters[opType](op);
  return "kind" in result ? [result] : result;
}
