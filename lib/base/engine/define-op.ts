/**
 * Defines a differentiable operation that tfjs lacks, as one loop over typed arrays that serves every backend
 * whose values the processor can read at once (`cpu`, `tensorflow`, and `wasm` without copies), and as shaders for
 * `webgpu`, whose values stay on the graphics processor. The operation is registered through tfjs's public kernel and
 * gradient registries, so it looks native: it runs on a tape, inside `tidy`, and under `grad`.
 */
import * as tf from "@tensorflow/tfjs";
import { asConstant } from "./as-constant.js";
import { renderingEngines } from "./engine-names.js";
import type { KernelArray, NumericArray, OutputSpec } from "./kernel-array.js";
import { lacksKernel } from "./lacks-kernel.js";
import { notYet } from "./not-yet.js";
import { gpuOf, type WebgpuKernel } from "./webgpu-kernel.js";

type Attributes = Readonly<Record<string, number | string | boolean>>;

export interface OpDefinition<A extends Attributes> {
  /** The kernel's name, unique among all tfjs kernels. */
  readonly name: string;
  /** The names of the inputs, in the order in which the returned function takes them. */
  readonly inputs: readonly string[];
  /** Shapes and types of the outputs. */
  outputs(shapes: readonly (readonly number[])[], attributes: A): readonly OutputSpec[];
  /** The loop that computes the outputs; these arrive zeroed. */
  run(inputs: readonly KernelArray[], outputs: readonly KernelArray[], attributes: A): void;
  /** The same loop as shaders; without them the operation does not run on `webgpu`. */
  readonly webgpu?: WebgpuKernel<A>;
  /**
   * Whether the result is a constant to the tape, for all inputs: no gradient goes through the operation. It then has
   * one output.
   */
  readonly constant?: true;
  /**
   * The gradient of each differentiable input, by name; an input that is left out has no gradient. `saved` holds the
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

/**
 * Registers the operation on `renderingEngines` and returns it as a function of tensors. The function throws on every
 * other engine, and on `webgpu` if the operation has no shaders.
 */
export function defineOp<A extends Attributes = Attributes>(definition: OpDefinition<A>): Op<A> {
  const { name, inputs: names } = definition;
  const engines = renderingEngines.filter((engine) => engine !== "webgpu" || definition.webgpu);
  for (const backendName of engines) {
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
    if (lacksKernel(name)) throw notYet(name, tf.getBackend(), engines);
    const named = Object.fromEntries(names.map((key, i) => [key, inputs[i]]));
    const run = () => tf.engine().runKernel(name, named, attributes as unknown as tf.NamedAttrMap);
    if (definition.constant) return [asConstant(run as () => tf.Tensor)];
    const result = run();
    return (Array.isArray(result) ? result : [result]) as tf.Tensor[];
  };
}

type KernelCall = { inputs: tf.NamedTensorInfoMap; attrs?: tf.NamedAttrMap; backend: unknown };

function runKernel<A extends Attributes>(
  { inputs: names, outputs: specify, run, webgpu }: OpDefinition<A>,
  { inputs, attrs, backend }: KernelCall,
): tf.TensorInfo | tf.TensorInfo[] {
  const infos = names.map((key) => inputs[key] as tf.TensorInfo);
  const attributes = (attrs ?? {}) as unknown as A;
  const specs = specify(
    infos.map((info) => info.shape),
    attributes,
  );
  if ("runWebGPUProgram" in (backend as object)) {
    const made = webgpu!(gpuOf(backend), infos, specs, attributes);
    return made.length === 1 ? made[0] : [...made];
  }
  const loop = (from: readonly KernelArray[], to: readonly KernelArray[]) => run(from, to, attributes);
  const onHeap = "typedArrayFromHeap" in (backend as object);
  const results = onHeap
    ? runOnHeap(backend as HeapBackend, infos, specs, loop)
    : runOnArrays(backend as tf.KernelBackend, infos, specs, loop);
  return results.length === 1 ? results[0] : results;
}

type Loop = (inputs: readonly KernelArray[], outputs: readonly KernelArray[]) => void;

/** The parts of the wasm backend that a kernel needs, all public methods of tfjs 4.22's class. */
interface HeapBackend {
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(info: tf.TensorInfo): NumericArray;
  getMemoryOffset(id: tf.DataId): number;
}

function runOnHeap(
  backend: HeapBackend,
  infos: readonly tf.TensorInfo[],
  specs: readonly OutputSpec[],
  loop: Loop,
): tf.TensorInfo[] {
  // The heap may grow, and then move, with each allocation: allocate every output before taking any view. An
  // input that was made on another backend is allocated when it is first looked up.
  for (const info of infos) backend.getMemoryOffset(info.dataId);
  const results = specs.map(({ shape, dtype }) => backend.makeOutput([...shape], dtype));
  const view = (info: tf.TensorInfo): KernelArray => ({
    shape: info.shape,
    values: backend.typedArrayFromHeap(info),
  });
  const outputs = results.map(view);
  for (const { values } of outputs) values.fill(0);
  loop(infos.map(view), outputs);
  return results;
}

function runOnArrays(
  backend: tf.KernelBackend,
  infos: readonly tf.TensorInfo[],
  specs: readonly OutputSpec[],
  loop: Loop,
): tf.TensorInfo[] {
  const outputs = specs.map(({ shape, dtype }) => {
    const size = tf.util.sizeFromShape([...shape]);
    return { shape, dtype, values: dtype === "int32" ? new Int32Array(size) : new Float32Array(size) };
  });
  // This goes through tfjs's engine, as `readSync` of TensorFlow's backend refuses tensors that were made on another
  // one.
  const read = (info: tf.TensorInfo): KernelArray => ({
    shape: info.shape,
    values: tf.engine().readSync(info.dataId) as NumericArray,
  });
  loop(infos.map(read), outputs);
  // All backends have `write`; TensorFlow's has no `makeTensorInfo`.
  return outputs.map(({ shape, dtype, values }) => {
    const dataId = backend.write(values, [...shape], dtype);
    return { dataId, shape: [...shape], dtype };
  });
}
