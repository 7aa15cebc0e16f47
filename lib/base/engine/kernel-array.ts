/** What a kernel reads and what it makes. */

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
