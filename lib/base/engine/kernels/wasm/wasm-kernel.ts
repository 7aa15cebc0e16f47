/** The form of all our kernels for tfjs's `wasm` backend, and how they reach the backend's heap. */
import * as tf from "@tensorflow/tfjs";

/**
 * The parts of tfjs 4.22's wasm backend that the kernels use. Its tensors live in one WebAssembly heap, which
 * moves when it grows: a view is good until the next allocation.
 */
export interface WasmBackend {
  /** Allocates a tensor, without clearing it. */
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  /** A view of a tensor's values in the heap, without a copy. */
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array | Int32Array;
  getMemoryOffset(id: tf.DataId): number;
  /** Counts one more tensor that shares the values. */
  incRef(id: tf.DataId): void;
}

export interface KernelCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: unknown;
  readonly backend: WasmBackend;
}

export interface WasmKernel {
  /** The name that tfjs has for the kernel. */
  readonly kernelName: string;
  /** Computes the outputs. `stock` is the kernel that the backend comes with, where it has one. */
  run(call: KernelCall, stock?: tf.KernelFunc): tf.TensorInfo | tf.TensorInfo[];
}

/**
 * Allocates one output and returns it with views of it and of the inputs, all valid together until the next
 * allocation. The output is not cleared.
 */
export function allocateOutput(
  backend: WasmBackend,
  inputs: readonly tf.TensorInfo[],
  shape: readonly number[],
  dtype: tf.DataType = "float32",
) {
  // A tensor made on another backend moves to the heap when it is first looked up. This allocates, so it comes first.
  for (const { dataId } of inputs) backend.getMemoryOffset(dataId);
  const output = backend.makeOutput([...shape], dtype);
  return {
    output,
    values: backend.typedArrayFromHeap(output),
    inputs: inputs.map((input) => backend.typedArrayFromHeap(input)),
  };
}

/** Refuses any layout but channels last, [B, H, W, C]. */
export function requireChannelsLast(kernelName: string, dataFormat: string | undefined): void {
  if (dataFormat === undefined || dataFormat === "NHWC") return;
  throw new Error(`${kernelName}: \`dataFormat\` should be "NHWC" (channels last) but is "${dataFormat}".`);
}

/** The tensor that a kernel was given or has allocated; tfjs hands kernels the tensors themselves. */
export function asTensor(info: tf.TensorInfo): tf.Tensor {
  return "rank" in info ? (info as tf.Tensor) : tf.engine().makeTensorFromTensorInfo(info);
}

/**
 * Values of `x` from `start`, as a tensor of another shape. The backend's own `slice` copies its whole input at each
 * call: in a loop over the slices of a large tensor, this would take more time than the arithmetic.
 */
export function copyOfRange(
  x: tf.TensorInfo,
  start: number,
  shape: readonly number[],
  backend: WasmBackend,
): tf.TensorInfo {
  const { output, values, inputs } = allocateOutput(backend, [x], shape, x.dtype);
  values.set(inputs[0].subarray(start, start + values.length));
  return output;
}
