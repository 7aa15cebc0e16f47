/**
 * How an operation runs on the graphics processor: as shaders in WGSL, run by tfjs's webgpu backend on its own
 * tensors, which never leave the device. Only public methods of that backend are used. The type of its programs is
 * internal to tfjs 4.22; it is written again here, so that nothing imports the optional package.
 */
import * as tf from "@tensorflow/tfjs";
import type { OutputSpec } from "./kernel-array.js";

/**
 * One shader. tfjs writes its head: each input as `var<storage, read> <name>: array<f32>` (`i32` for whole numbers), the
 * output as `result`, and `uniforms`, with `<name>Shape` for each input (a vector of whole numbers, or one number) and
 * `NAN`.
 */
export interface Shader {
  /** The shader's name, unique, as tfjs keeps compiled shaders under their names. */
  readonly name: string;
  /**
   * The names of the inputs. The code must read each of them, as WebGPU refuses inputs that a shader does not use.
   */
  readonly inputs: readonly string[];
  /** Further numbers for the shader, as members of `uniforms`. */
  readonly uniforms?: Readonly<Record<string, "i32" | "f32">>;
  /**
   * WGSL with a function `fn each(i: i32)`, which is called for each thread. It must write all of `result`, as memory
   * is not cleared.
   */
  readonly code: string;
  /** Whether `result` is an `array<atomic<i32>>`. */
  readonly atomic?: true;
}

export interface RunOptions {
  /** The number of threads; by default, the number of values of the output. */
  readonly threads?: number;
  readonly uniforms?: Readonly<Record<string, number>>;
}

/** The graphics processor, as an implementation sees it. */
export interface Gpu {
  /**
   * @param output the output to make, or an existing tensor to write into
   * @returns the output, which the caller owns
   */
  run(
    shader: Shader,
    inputs: readonly tf.TensorInfo[],
    output: OutputSpec | tf.TensorInfo,
    options?: RunOptions,
  ): tf.TensorInfo;
  /** Frees intermediate results. */
  dispose(...infos: readonly tf.TensorInfo[]): void;
}

/** An operation's implementation for the graphics processor: the counterpart of `run` in `defineOp`. */
export type WebgpuKernel<A> = (
  gpu: Gpu,
  inputs: readonly tf.TensorInfo[],
  outputs: readonly OutputSpec[],
  attributes: A,
) => readonly tf.TensorInfo[];

/** A program as tfjs 4.22 takes it, `WebGPUProgram` of its `dist/webgpu_program.d.ts`. */
interface Program {
  readonly variableNames: string[];
  readonly outputShape: number[];
  readonly workgroupSize: [number, number, number];
  readonly dispatchLayout: { x: number[] };
  dispatch: [number, number, number];
  readonly uniforms: string;
  readonly atomic: boolean;
  /** tfjs appends ranks and types to it. */
  shaderKey: string;
  getUserCode(): string;
}

type Uniform = { readonly type: "int32" | "float32"; readonly data: number[] };

/** The public parts of tfjs 4.22's `WebGPUBackend` that run a program. */
interface ProgramRunner extends tf.KernelBackend {
  readonly tensorMap: { get(id: tf.DataId): { readonly dtype: tf.DataType } };
  runWebGPUProgram(
    program: Program,
    inputs: tf.TensorInfo[],
    dtype: tf.DataType,
    uniforms: Uniform[],
    output?: tf.TensorInfo,
  ): tf.TensorInfo;
}

const workgroup = 64;

/** @param backend the webgpu backend, as tfjs gives it to kernels */
export function gpuOf(backend: unknown): Gpu {
  const runner = backend as ProgramRunner;
  return {
    run(shader, inputs, output, options) {
      const bound = inputs.map((input) => bindable(runner, input));
      const made = runProgram(runner, shader, bound, output, options);
      for (const [i, { dataId }] of bound.entries()) {
        if (dataId !== inputs[i].dataId) runner.disposeData(dataId);
      }
      return made;
    },
    dispose(...infos) {
      for (const { dataId } of infos) runner.disposeData(dataId);
    },
  };
}

function runProgram(
  runner: ProgramRunner,
  shader: Shader,
  inputs: readonly tf.TensorInfo[],
  output: OutputSpec | tf.TensorInfo,
  { threads = sizeOf(output), uniforms = {} }: RunOptions = {},
): tf.TensorInfo {
  const given = "dataId" in output ? output : undefined;
  const values = Object.entries(shader.uniforms ?? {}).map(([name, type]): Uniform => {
    return { type: type === "i32" ? "int32" : "float32", data: [uniforms[name]] };
  });
  return runner.runWebGPUProgram(
    programOf(shader, output.shape, threads),
    [...inputs],
    output.dtype,
    [{ type: "int32", data: [threads] }, ...values],
    given,
  );
}

/**
 * Makes a tensor that a shader can read. WebGPU binds no empty buffer, so an empty tensor becomes one zero. Whole
 * numbers and booleans become floats here, as tfjs's cast to floats changes only the type's name.
 */
function bindable(runner: ProgramRunner, input: tf.TensorInfo): tf.TensorInfo {
  if (sizeOf(input) === 0) {
    const shape = input.shape.map(() => 1);
    const values = input.dtype === "float32" ? new Float32Array(1) : new Int32Array(1);
    return { dataId: runner.write(values, shape, input.dtype), shape, dtype: input.dtype };
  }
  if (input.dtype !== "float32" || runner.tensorMap.get(input.dataId).dtype === "float32") return input;
  return runProgram(runner, toFloat, [input], { shape: input.shape, dtype: "float32" });
}

const toFloat: Shader = {
  name: "To float",
  inputs: ["whole"],
  code: "fn each(i: i32) { result[i] = f32(whole[i]); }",
};

function programOf(shader: Shader, shape: readonly number[], threads: number): Program {
  const own = Object.entries(shader.uniforms ?? {}).map(([name, type]) => `${name} : ${type},`);
  return {
    variableNames: [...shader.inputs],
    outputShape: [...shape],
    workgroupSize: [workgroup, 1, 1],
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch: [Math.max(Math.ceil(threads / workgroup), 1), 1, 1],
    uniforms: ["threads : i32,", ...own].join(" "),
    atomic: shader.atomic ?? false,
    shaderKey: `rerenderable ${shader.name}`,
    getUserCode: () => `${shader.code}
      fn main(index : i32) {
        if (index < uniforms.threads) { each(index); }
      }`,
  };
}

/** The number of values of a tensor. */
export function sizeOf({ shape }: { readonly shape: readonly number[] }): number {
  return tf.util.sizeFromShape([...shape]);
}
