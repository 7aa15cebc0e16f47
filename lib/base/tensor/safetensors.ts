/**
 * The safetensors format: an 8-byte little-endian length, a JSON header with the type, shape and place of each
 * tensor, and their values one after the other (https://huggingface.co/docs/safetensors).
 */
import { floatToHalf, halfToFloat } from "./half.js";
import { type HeaderEntry, readHeader } from "./safetensors-header.js";

/** The types that can be read and written, with their bytes; in memory, F16 is single precision. */
const dtypeSizes = { F32: 4, I32: 4, F16: 2, I16: 2, I8: 1, U8: 1 } as const;

export type Dtype = keyof typeof dtypeSizes;

interface ArrayOf {
  readonly F32: Float32Array;
  readonly F16: Float32Array;
  readonly I32: Int32Array;
  readonly I16: Int16Array;
  readonly I8: Int8Array;
  readonly U8: Uint8Array;
}

/** A tensor in a file: its values in row-major order, as many as the shape says. */
export type StoredTensor = {
  readonly [D in Dtype]: {
    readonly dtype: D;
    readonly shape: readonly number[];
    readonly values: ArrayOf[D];
  };
}[Dtype];

export interface SafetensorsContent {
  readonly tensors: Readonly<Record<string, StoredTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const arrayTypes = {
  F32: Float32Array,
  F16: Float32Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
} as const;

/**
 * @param tensors by name; a scalar has the shape []
 * @param metadata texts about the file by their names
 * @returns the file; the same input gives the same bytes, and the order of the names does not matter
 * @throws if the values of a tensor do not fit its type or shape
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  // Values follow each other without gaps, as the format asks: wide types first keeps each aligned to its width.
  const names = Object.keys(tensors).sort((one, other) => {
    const widths = dtypeSizes[tensors[other].dtype] - dtypeSizes[tensors[one].dtype];
    return widths || (one < other ? -1 : 1);
  });
  const header: [name: string, entry: unknown][] = [];
  if (Object.keys(metadata).length > 0) {
    header.push(["__metadata__", Object.fromEntries(Object.entries(metadata).sort())]);
  }
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const name of names) {
    const { dtype, shape, values } = tensors[name];
    checkTensor(name, tensors[name]);
    const stored = dtype === "F16" ? floatToHalf(values) : values;
    parts.push(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength));
    header.push([name, { dtype, shape, data_offsets: [end, end + stored.byteLength] }]);
    end += stored.byteLength;
  }
  return assemble(JSON.stringify(Object.fromEntries(header)), parts, end);
}

function checkTensor(name: string, { dtype, shape, values }: StoredTensor): void {
  if (name === "__metadata__") throw new Error("encodeSafetensors: a tensor cannot be named `__metadata__`.");
  const type = arrayTypes[dtype];
  if (!type) throw new Error(`encodeSafetensors: \`${name}\` has the unknown type "${dtype}".`);
  if (!(values instanceof type)) {
    throw new Error(`encodeSafetensors: \`${name}\`, ${dtype}, should have its values in a ${type.name}.`);
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (size === values.length) return;
  throw new Error(
    `encodeSafetensors: \`${name}\`, of shape [${shape}], should have ${size} values but has ${values.length}.`,
  );
}

function assemble(json: string, parts: readonly Uint8Array[], dataSize: number): Uint8Array {
  const header = new TextEncoder().encode(json);
  const length = Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + dataSize);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.fill(0x20, 8, 8 + length); // the header ends in spaces, so that the values start at a multiple of eight
  bytes.set(header, 8);
  let at = 8 + length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * @param bytes a whole file
 * @param sourceName the file's name in messages
 * @returns its tensors as copies: `bytes` may be overwritten afterwards
 * @throws FileError if the file is not well formed, in one line that names the source, what was expected and what
 *   came
 */
export function decodeSafetensors(bytes: Uint8Array, sourceName: string): SafetensorsContent {
  const { entries, metadata, dataStart } = readHeader(bytes, sourceName, dtypeSizes);
  const tensors = entries.map((entry) => [entry.name, decodeTensor(bytes, dataStart, entry)] as const);
  return { tensors: Object.fromEntries(tensors), metadata };
}

function decodeTensor(bytes: Uint8Array, dataStart: number, entry: HeaderEntry<Dtype>): StoredTensor {
  const { dtype, shape, start, end } = entry;
  const { buffer } = Uint8Array.from(bytes.subarray(dataStart + start, dataStart + end));
  const values = dtype === "F16" ? halfToFloat(new Uint16Array(buffer)) : new arrayTypes[dtype](buffer);
  return { dtype, shape, values } as StoredTensor;
}
