/**
 * Sums by scatter on the graphics processor: many threads add to the same numbers, in an order that no two runs share.
 * Sums of floats depend on the order; these are of whole numbers, which do not, so that one seed repeats to the bit.
 *
 * Each value becomes a whole number of 64 bits, in units of a power of two that is chosen by the largest value of all,
 * found on the device by a first pass over the same code. WGSL's atomics have 32 bits: the low half is added first, and
 * what it held before tells the carry into the high half. Where up to a million values come together, each of them is
 * rounded to 2⁻⁴⁰ of the largest; a sum of floats rounds to 2⁻²⁴ of itself, at every step.
 *
 * The other ways: a compare-and-swap loop on floats, as in tfjs's own `unsortedSegmentSum`, repeats to no bit; a gather
 * needs the lists of who adds to whom, which change with every picture.
 */
import * as tf from "@tensorflow/tfjs";
import type { OutputSpec } from "../../define-op.js";
import { type Gpu, type Shader, sizeOf } from "../../webgpu-kernel.js";

/** As a shader, but that its code has `fn contribute(i: i32)`, which calls `add(place: i32, value: f32)`. */
export type Scatter = Omit<Shader, "atomic">;

export interface ScatterOptions {
  /** How many threads contribute. */
  readonly threads: number;
  /** How many values may come together in one number, at the most. */
  readonly terms: number;
  readonly uniforms?: Readonly<Record<string, number>>;
}

/**
 * Adds up what the threads contribute, from 0. A value that is not finite makes the number that it is added to NaN; a
 * value below the normal numbers (1.2e-38) counts as 0.
 * @returns the sums, which are the caller's
 */
export function exactSum(
  gpu: Gpu,
  scatter: Scatter,
  inputs: readonly tf.TensorInfo[],
  output: OutputSpec,
  { threads, terms, uniforms }: ScatterOptions,
): tf.TensorInfo {
  const count = sizeOf(output);
  if (threads === 0) return zeros(gpu, output);
  const few = { shape: [Math.min(threads, mostSearchers)], dtype: "float32" } as const;
  const largestOfEach = gpu.run(largestOf(scatter), inputs, few, {
    uniforms: { ...uniforms, contributors: threads },
  });
  const largest = maximum(largestOfEach);
  // Of 64 bits, 24 are a value's, one is the sign, two are to spare: the passes are compiled apart and may round apart.
  const room = 37 - Math.ceil(Math.log2(Math.max(terms, 1)));
  const words = zeros(gpu, { shape: [2 * count + Math.ceil(count / 32)], dtype: "int32" });
  gpu.run(wholeNumbers(scatter), [...inputs, largest], words, {
    threads,
    uniforms: { ...uniforms, room, count },
  });
  const sums = gpu.run(toFloats, [words, largest], output, { uniforms: { room, count } });
  gpu.dispose(words);
  largest.dispose();
  return sums;
}

/** Threads that look for the largest value, each in many contributions: what they find is soon compared. */
const mostSearchers = 8192;

function zeros(gpu: Gpu, output: OutputSpec): tf.TensorInfo {
  return gpu.run(zero, [], output);
}

function maximum(info: tf.TensorInfo): tf.Tensor {
  const numbers = tf.engine().makeTensorFromTensorInfo(info);
  const largest = tf.max(numbers);
  numbers.dispose();
  return largest;
}

const zero: Shader = {
  name: "Zero",
  inputs: [],
  code: "fn each(i: i32) { result[i] = 0; }",
};

const largestOf = (scatter: Scatter): Shader => ({
  ...scatter,
  name: `${scatter.name}, largest value`,
  uniforms: { ...scatter.uniforms, contributors: "i32" },
  code: /* wgsl */ `
    var<private> largestBits: u32 = 0u; // floats above 0 have the order of their bits
    fn add(place: i32, value: f32) {
      let bits = bitcast<u32>(value) & 0x7fffffffu;
      if (bits < 0x7f800000u) { largestBits = max(largestBits, bits); }
    }
    ${scatter.code}
    fn each(i: i32) {
      for (var k = i; k < uniforms.contributors; k += uniforms.threads) { contribute(k); }
      result[i] = bitcast<f32>(largestBits);
    }`,
});

/** The output: low and high half of each number, then one bit a number: whether something was not finite. */
const wholeNumbers = (scatter: Scatter): Shader => ({
  ...scatter,
  name: `${scatter.name}, sum`,
  inputs: [...scatter.inputs, "largest"],
  uniforms: { ...scatter.uniforms, room: "i32", count: "i32" },
  atomic: true,
  code: /* wgsl */ `
    fn add(place: i32, value: f32) {
      let bits = bitcast<u32>(value);
      let exponent = i32((bits >> 23u) & 255u);
      if (exponent == 255) {
        let word = 2 * uniforms.count + place / 32;
        atomicOr(&result[word], bitcast<i32>(1u << u32(place % 32)));
        return;
      }
      if (exponent == 0) { return; }
      let mantissa = (bits & 0x7fffffu) | 0x800000u;
      let shift = exponent - i32(bitcast<u32>(largest[0]) >> 23u) + uniforms.room;
      if (shift < -24) { return; }
      var low = mantissa;
      var high = 0u;
      if (shift >= 32) {
        low = 0u;
        high = mantissa << u32(shift - 32);
      } else if (shift > 0) {
        low = mantissa << u32(shift);
        high = mantissa >> u32(32 - shift);
      } else if (shift < 0) {
        low = (mantissa + (1u << u32(-shift - 1))) >> u32(-shift);
      }
      if (bits >> 31u == 1u) {
        low = ~low + 1u;
        high = ~high + select(0u, 1u, low == 0u);
      }
      let before = bitcast<u32>(atomicAdd(&result[2 * place], bitcast<i32>(low)));
      high += select(0u, 1u, before + low < before); // the carry
      if (high != 0u) { atomicAdd(&result[2 * place + 1], bitcast<i32>(high)); }
    }
    ${scatter.code}
    fn each(i: i32) { contribute(i); }`,
});

const toFloats: Shader = {
  name: "Whole numbers to floats",
  inputs: ["words", "largest"],
  uniforms: { room: "i32", count: "i32" },
  code: /* wgsl */ `
    fn powerOfTwo(exponent: i32) -> f32 { return bitcast<f32>(u32(exponent + 127) << 23u); }
    fn each(i: i32) {
      if (((u32(words[2 * uniforms.count + i / 32]) >> u32(i % 32)) & 1u) == 1u) {
        result[i] = uniforms.NAN;
        return;
      }
      var low = u32(words[2 * i]);
      var high = u32(words[2 * i + 1]);
      let negative = (high >> 31u) == 1u;
      if (negative) {
        low = ~low + 1u;
        high = ~high + select(0u, 1u, low == 0u);
      }
      let magnitude = f32(high) * 4294967296.0 + f32(low);
      // In two steps, as a power of two may lie outside the floats where the product does not.
      let exponent = i32(bitcast<u32>(largest[0]) >> 23u) - 150 - uniforms.room;
      let scaled = magnitude * powerOfTwo(exponent / 2) * powerOfTwo(exponent - exponent / 2);
      result[i] = select(scaled, -scaled, negative);
    }`,
};
