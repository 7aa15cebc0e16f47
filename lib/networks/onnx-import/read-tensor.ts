/** Reads the constants of a `.onnx` file, in every way in which it may store their numbers. */

import { halfToFloat } from "../../base/tensor/half.js";
import { InputError } from "../../base/tensor/input-error.js";
import type { Shape } from "../layers.js";
import { elementTypes } from "../onnx/proto.js";
import { size } from "../shape-inference.js";

export interface Constant {
  readonly kind: "constant";
  readonly shape: Shape;
  readonly values: Float32Array | Float64Array;
  /** Whether the type is a whole number, so that a division drops the rest. */
  readonly whole: boolean;
}

export interface RawTensor {
  readonly name: string;
  readonly dims: readonly unknown[];
  readonly dataType: number;
  readonly rawData: Uint8Array;
  readonly floatData: readonly number[];
  readonly doubleData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly unknown[];
  readonly uint64Data: readonly unknown[];
  readonly externalData: readonly { readonly key: string; readonly value: string }[];
  readonly dataLocation: number;
}

/**
 * @throws InputError if the numbers are in another file, of a type that is not used here, or not as many as the shape
 *   says
 */
export function readTensor(tensor: RawTensor, file: string): Constant {
  const { name, dataType } = tensor;
  if (tensor.dataLocation === 1 || tensor.externalData.length > 0) {
    const where = tensor.externalData.find(({ key }) => key === "location")?.value ?? "another file";
    const expected = "a model with its weights inside";
    throw new InputError(file, expected, `weights "${name}" in ${where}; save it as one file`);
  }
  const shape = tensor.dims.map(Number);
  const count = size(shape);
  const stored = storedValues(tensor);
  if (!stored) {
    const known = Object.keys(elementTypes).join(", ");
    throw new InputError(file, `weights of a type among ${known}`, `"${name}" of type ${dataType}`);
  }
  if (stored.length !== count || shape.some((length) => length < 0)) {
    throw new InputError(file, `${count} values [${shape}] of "${name}"`, `${stored.length}`);
  }
  const floating = stored instanceof Float32Array || dataType === elementTypes.float64;
  return { kind: "constant", shape, values: stored, whole: !floating };
}

function storedValues(tensor: RawTensor): Float32Array | Float64Array | undefined {
  const { dataType, rawData, int32Data } = tensor;
  const inside = rawData.length > 0;
  if (dataType === elementTypes.float32)
    return inside ? float32(rawData) : Float32Array.from(tensor.floatData);
  if (dataType === elementTypes.float16) {
    return halfToFloat(Uint16Array.from(inside ? readRaw(rawData, layouts[elementTypes.uint16]) : int32Data));
  }
  const layout = layouts[dataType];
  if (!layout) return undefined;
  return inside ? readRaw(rawData, layout) : Float64Array.from(tensor[layout.list], Number);
}

interface Layout {
  /** The number of bytes of one value in the raw data. */
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
  /** The field that holds the numbers if there is no raw data. */
  readonly list: "doubleData" | "int32Data" | "int64Data" | "uint64Data";
}

const layouts: { readonly [dataType: number]: Layout } = {
  [elementTypes.float64]: { bytes: 8, read: (view, at) => view.getFloat64(at, true), list: "doubleData" },
  [elementTypes.int64]: {
    bytes: 8,
    read: (view, at) => Number(view.getBigInt64(at, true)),
    list: "int64Data",
  },
  [elementTypes.uint64]: {
    bytes: 8,
    read: (view, at) => Number(view.getBigUint64(at, true)),
    list: "uint64Data",
  },
  [elementTypes.uint32]: { bytes: 4, read: (view, at) => view.getUint32(at, true), list: "uint64Data" },
  [elementTypes.int32]: { bytes: 4, read: (view, at) => view.getInt32(at, true), list: "int32Data" },
  [elementTypes.int16]: { bytes: 2, read: (view, at) => view.getInt16(at, true), list: "int32Data" },
  [elementTypes.uint16]: { bytes: 2, read: (view, at) => view.getUint16(at, true), list: "int32Data" },
  [elementTypes.int8]: { bytes: 1, read: (view, at) => view.getInt8(at), list: "int32Data" },
  [elementTypes.uint8]: { bytes: 1, read: (view, at) => view.getUint8(at), list: "int32Data" },
  [elementTypes.bool]: { bytes: 1, read: (view, at) => view.getUint8(at), list: "int32Data" },
};

function readRaw(raw: Uint8Array, { bytes, read }: Layout): Float64Array {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Float64Array.from({ length: Math.floor(raw.length / bytes) }, (_, i) => read(view, i * bytes));
}

/** Makes a copy, as bytes in a file lie at any place. */
function float32(bytes: Uint8Array): Float32Array {
  const copy = new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % 4)));
  return new Float32Array(copy.buffer);
}
