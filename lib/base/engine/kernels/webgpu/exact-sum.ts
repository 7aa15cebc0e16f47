/**
 * Sums by scatter on the graphics processor: many threads add to the same numbers, and each run has another order. A
 * sum of floats depends on the order, a sum of whole numbers does not. Here whole numbers are summed, so that the
 * same seed gives the same bits.
 *
 * Each value becomes a whole number of 64 bits, in units of a power of two. The largest value of all decides this
 * power: a first pass over the same code finds it on the device. WGSL's atomics have 32 bits: the low half is added
 * first, and the value that it held before tells whether there is a carry into the high half. Where up to a million
 * values come together, each of them is rounded to 2⁻⁴⁰ of the largest; a sum of floats rounds to 2⁻²⁴ of itself, at
 * every step.
 *
 * Two other ways were not taken. A compare-and-swap loop on floats, as in tfjs's own `unsortedSegmentSum`, does not
 * repeat to the bit. A gather needs lists of which thread adds to which number, and these change with every picture.
 */
import * as tf from "@tensorflow/tfjs";
import type { OutputSpec } from "../../kernel-array.js";
import { type Gpu, type Shader, sizeOf } from "../../webgpu-kernel.js";

/** A shader whose code has `fn contribute(i: i32)` instead of `fn each`; it calls `add(place: i32, value: f32)`. */
export type Scatter = Omit<Shader, "atomic">;

export interface ScatterOptions {
  /** The number of threads that contribute. */
  readonly threads: number;
  /** The largest number of values that may come together in one sum. */
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
  // Of 64 bits, a value takes 24, the sign one, and two are kept free: the passes are compiled apart and may round
  // apart.
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

/**
 * The number of threads that look for the largest value, each in many contributions. They are few, so that their
 * results are soon compared.
 */
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

/**
 * The output holds the low and high half of each number, then one bit a number: whether some value was not finite.
 */
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
