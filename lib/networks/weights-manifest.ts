/**
 * Reads weights as TensorFlow.js stores them: a manifest with names, types and shapes, and a binary of the values
 * one after the other, some in half precision or as integers with a scale and a minimum.
 */
import { halfToFloat } from "../base/tensor/half.js";

export interface Constant {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** The constants by name. */
export type Constants = ReadonlyMap<string, Constant>;

/** Groups of weights, in the order of their values. */
export type WeightsManifest = readonly { readonly weights: readonly RawWeight[] }[];

export interface RawWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale?: number; readonly min?: number };
}

/**
 * @param bytes the bytes of all the manifest's files, one after the other
 * @param sourceName their name in messages
 * @throws naming the source, if this is no manifest, if a type is unknown, or if there are more or fewer bytes than
 *   it says
 */
export function readConstants(manifest: WeightsManifest, bytes: Uint8Array, sourceName: string): Constants {
  checkManifest(manifest, sourceName);
  let at = 0;
  const constants = new Map<string, Constant>();
  for (const weight of manifest.flatMap(({ weights }) => weights)) {
    const { name, shape, dtype, quantization } = weight;
    const width = quantization ? quantizedWidths[quantization.dtype] : 4;
    if (width === undefined || (dtype !== "float32" && dtype !== "int32")) {
      const type = quantization ? `${dtype} stored as ${quantization.dtype}` : dtype;
      throw new Error(`${sourceName}: the constant "${name}" is of the type ${type}, which is not read.`);
    }
    const end = at + width * shape.reduce((product, length) => product * length, 1);
    if (end > bytes.length) {
      throw new Error(
        `${sourceName}: its weights should have at least ${end} bytes but have ${bytes.length}.`,
      );
    }
    constants.set(name, { shape, values: decode(weight, Uint8Array.from(bytes.subarray(at, end)).buffer) });
    at = end;
  }
  if (at === bytes.length) return constants;
  throw new Error(`${sourceName}: its weights should have ${at} bytes but have ${bytes.length}.`);
}

const quantizedWidths: Readonly<Record<string, number>> = { float16: 2, uint16: 2, uint8: 1 };

/** Checks a manifest, as it comes from JSON and may be anything. */
function checkManifest(manifest: unknown, sourceName: string): void {
  const isWeight = (weight: Partial<RawWeight> | null) =>
    typeof weight?.name === "string" &&
    Array.isArray(weight.shape) &&
    weight.shape.every((length) => Number.isSafeInteger(length) && length >= 0);
  const isGroup = (group: { weights?: unknown } | null) =>
    group !== null && Array.isArray(group.weights) && group.weights.every(isWeight);
  if (Array.isArray(manifest) && manifest.every(isGroup)) return;
  throw new Error(`${sourceName}: its manifest should list groups of weights with names and shapes.`);
}

function decode({ dtype, quantization }: RawWeight, buffer: ArrayBuffer): Constant["values"] {
  if (!quantization) return dtype === "int32" ? new Int32Array(buffer) : new Float32Array(buffer);
  if (quantization.dtype === "float16") return halfToFloat(new Uint16Array(buffer));
  const { scale = 1, min = 0 } = quantization;
  const integers = quantization.dtype === "uint8" ? new Uint8Array(buffer) : new Uint16Array(buffer);
  const values = dtype === "int32" ? new Int32Array(integers.length) : new Float32Array(integers.length);
  for (let i = 0; i < values.length; i++) {
    const value = integers[i] * scale + min;
    values[i] = dtype === "int32" ? Math.round(value) : value;
  }
  return values;
}

/**
 * Brings weights from TensorFlow's order into that of parameters: [height, width, in, out] to [out, in, height,
 * width], [in, out] to [out, in], and with one filter a channel [height, width, C, 1] to [C, 1, height, width].
 */
export function filtersFirst({ shape, values }: Constant): Float32Array {
  const [inputs, outputs] = shape.slice(-2) as [number, number];
  const turned = new Float32Array(values.length);
  const taps = values.length / (inputs * outputs);
  let to = 0;
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < taps; tap++) turned[to++] = values[(tap * inputs + input) * outputs + output];
    }
  }
  return turned;
}
