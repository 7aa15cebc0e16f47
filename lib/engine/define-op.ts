/**
 * Defines a differentiable operation that tfjs lacks, as one loop over typed arrays that serves both CPU
 * backends (`cpu`, `wasm`; on `wasm` without copies). The operation is registered through tfjs's public
 * kernel and gradient registries, so it looks native: it runs on a tape, inside `tidy`, and under `grad`.
 */
import * as tf from "@tensorflow/tfjs";

export type NumericArray = Float32Array | Int32Array;

/** One input or output of a kernel: its shape and its values in row-major order. */
export interface KernelArray<A extends NumericArray = NumericArray> {
  readonly shape: readonly number[];
  readonly values: A;
}

export interface OutputSpec {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
}

type Attributes = Readonly<Record<string, number | string | boolean>>;

export interface OpDefinition<A extends Attributes> {
  /** Kernel name, unique among all tfjs kernels. */
  readonly name: string;
  /** Names of the inputs, in the order in which the returned function takes them. */
  readonly inputs: readonly string[];
  /** Shapes and types of the outputs. */
  outputs(shapes: readonly (readonly number[])[], attributes: A): readonly OutputSpec[];
  /** The loop. Outputs arrive zeroed. */
  run(inputs: readonly KernelArray[], outputs: readonly KernelArray[], attributes: A): void;
  /**
   * Gradient of each differentiable input, by name; an input that is left out has none. `saved` holds the
   * inputs.
   */
  gradient?(
    dy: readonly tf.Tensor[],
    saved: readonly tf.Tensor[],
    attributes: A,
  ): Readonly<Record<string, () => tf.Tensor>>;
}

/** The operation as a function of its inputs, in the order of its definition, and its attributes. */
export type Op<A extends Attributes> = (inputs: readonly tf.Tensor[], attributes: A) => tf.Tensor[];

/** Registers the operation on both CPU backends and returns it as a function of tensors. */
export function defineOp<A extends Attributes = Attributes>(definition: OpDefinition<A>): Op<A> {
  const { name, inputs: names } = definition;
  for (const backendName of ["cpu", "wasm"]) {
    if (tf.getKernel(name, backendName)) continue; // a notebook may load the module twice
    tf.registerKernel({ kernelName: name, backendName, kernelFunc: (call) => runKernel(definition, call) });
  }
  const { gradient } = definition;
  if (gradient && !tf.getGradient(name)) {
    tf.registerGradient({
      kernelName: name,
      inputsToSave: [...names],
      outputsToSave: undefined,
      saveAllInputs: false,
      gradFunc: (dy, saved, attributes) =>
        gradient(Array.isArray(dy) ? dy : [dy], saved, attributes as unknown as A) as Record<
          string,
          () => tf.Tensor
        >,
    });
  }
  return (inputs, attributes) => {
    const named = Object.fromEntries(names.map((key, i) => [key, inputs[i]]));
    const result = tf.engine().runKernel(name, named, attributes as unknown as tf.NamedAttrMap);
    return (Array.isArray(result) ? result : [result]) as tf.Tensor[];
  };
}

/** The parts of the two backends that a kernel needs; both are public methods of tfjs 4.22's backend classes. */
interface CpuBackend {
  readSync(id: tf.DataId): NumericArray;
  makeTensorInfo?(shape: number[], dtype: tf.DataType, values?: NumericArray): tf.TensorInfo;
  makeOutput?(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap?(info: tf.TensorInfo): NumericArray;
  getMemoryOffset?(id: tf.DataId): number;
}

function runKernel<A extends Attributes>(
  { inputs: names, outputs: specify, run }: OpDefinition<A>,
  call: { inputs: tf.NamedTensorInfoMap; attrs?: tf.NamedAttrMap; backend: unknown },
): tf.TensorInfo | tf.TensorInfo[] {
  const backend = call.backend as CpuBackend;
  const infos = names.map((key) => call.inputs[key] as tf.TensorInfo);
  const attributes = (call.attrs ?? {}) as unknown as A;
  const specs = specify(
    infos.map((info) => info.shape),
    attributes,
  );

  const onHeap = backend.makeOutput !== undefined && backend.typedArrayFromHeap !== undefined;
  // The heap may grow, and then move, with each allocation: allocate every output before taking any view. An
  // input that was made on another backend is allocated when it is first looked up.
  if (onHeap) for (const info of infos) backend.getMemoryOffset!(info.dataId);
  const results = specs.map(({ shape, dtype }) => {
    if (onHeap) return backend.makeOutput!([...shape], dtype);
    const size = tf.util.sizeFromShape([...shape]);
    const values = dtype === "int32" ? new Int32Array(size) : new Float32Array(size);
    return backend.makeTensorInfo!([...shape], dtype, values);
  });
  const view = (info: tf.TensorInfo): KernelArray => ({
    shape: info.shape,
    values: onHeap ? backend.typedArrayFromHeap!(info) : backend.readSync(info.dataId),
  });
  const outputs = results.map(view);
  if (onHeap) for (const { values } of outputs) values.fill(0);
  run(infos.map(view), outputs, attributes);
  return results.length === 1 ? results[0]! : results;
}
