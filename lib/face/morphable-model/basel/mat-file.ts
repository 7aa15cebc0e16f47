/**
 * Reads numeric arrays from a MATLAB file of level 5, which `save` without `-v7.3` and SciPy's `savemat` write. It
 * consists of data elements, each with a tag, compressed by zlib or not, in either byte order (MathWorks, "MAT-File
 * Format"). Only the arrays that are asked for are decoded. Each length that the file claims is checked before it is
 * used.
 */
import { constants, inflateSync } from "node:zlib";
import { InputError } from "../../../base/tensor/input-error.js";

export interface MatArray {
  /** Rows, columns and further sizes, if there are more. */
  readonly dimensions: readonly number[];
  /**
   * The values column by column, in the type of storage. MATLAB stores whole numbers in a small type, whatever their
   * class.
   */
  readonly values: ArrayLike<number>;
}

/** The arrays that were found, by name. */
export type MatArrays<Name extends string> = Partial<Record<Name, MatArray>>;

const whole = "a whole MATLAB file";
const headerLength = 128;
const tagLength = 8;
/** The most values an array may have. No array of a face model comes near it; a damaged length does. */
const mostValues = 64e6;

const compressed = 15;
const matrix = 14;
/** Number types of data elements, by their code. */
const numberTypes: Readonly<
  Record<number, new (buffer: ArrayBuffer) => ArrayLike<number> | ArrayLike<bigint>>
> = {
  1: Int8Array,
  2: Uint8Array,
  3: Int16Array,
  4: Uint16Array,
  5: Int32Array,
  6: Uint32Array,
  7: Float32Array,
  9: Float64Array,
  12: BigInt64Array,
  13: BigUint64Array,
};
const bytesOf: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 2,
  5: 4,
  6: 4,
  7: 4,
  9: 8,
  12: 8,
  13: 8,
};
const classNames = ["", "cell", "struct", "object", "char", "sparse"];

/**
 * @param file names the bytes in errors
 * @param wanted variables to decode; all others are skipped
 * @throws InputError one line: it is no such file, it is an HDF5 file (`-v7.3`), it is cut short or damaged, or a
 * wanted variable is not an array of real numbers
 */
export function readMatArrays<Name extends string>(
  bytes: Uint8Array,
  file: string,
  wanted: readonly Name[],
): MatArrays<Name> {
  const source = openMatFile(bytes, file);
  const found: MatArrays<Name> = {};
  for (let at = headerLength; at < bytes.length; ) {
    const tag = readTag(source, at, bytes.length);
    const body = bytes.subarray(tag.start, tag.start + tag.length);
    const element =
      tag.type === compressed ? inflateIfWanted(body, source, wanted) : { ...source, bytes: body };
    if (element && (tag.type === compressed || tag.type === matrix)) {
      const { name, read } = readArray(element);
      if ((wanted as readonly string[]).includes(name)) found[name as Name] = read();
    }
    // A compressed element is not padded, although all others are.
    at = tag.type === compressed ? tag.start + tag.length : tag.next;
  }
  return found;
}

interface Source {
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly littleEndian: boolean;
}

function openMatFile(bytes: Uint8Array, file: string): Source {
  const text = Buffer.from(bytes.subarray(0, 124)).toString("latin1");
  const expected = "a MATLAB file of level 5 (.mat)";
  const refuse = (got: string): never => {
    throw new InputError(file, expected, got);
  };
  if (bytes.length === 0) refuse("an empty file");
  if (text.startsWith("\x89HDF") || text.startsWith("MATLAB 7.3"))
    refuse("one of version 7.3 (HDF5); save it again with `-v7` or with SciPy's `savemat`");
  if (text.startsWith("\x93NUMPY")) refuse("a NumPy array (.npy)");
  if (text.startsWith("PK")) refuse("a zip archive, as `numpy.savez` and `torch.save` write");
  if (bytes[0] === 0x80 && bytes[1] > 0 && bytes[1] < 6) refuse("a Python pickle, which is never opened");
  if (bytes.length < headerLength) refuse(`a file of ${bytes.length} bytes`);
  const order = String.fromCharCode(bytes[126], bytes[127]);
  if (order !== "IM" && order !== "MI") refuse("a file without its header");
  const littleEndian = order === "IM";
  const version = littleEndian ? bytes[125] : bytes[124];
  if (version !== 1) refuse(`one of version ${version}`);
  return { bytes, file, littleEndian };
}

interface Tag {
  readonly type: number;
  readonly start: number;
  readonly length: number;
  /** Where the next element starts. */
  readonly next: number;
}

function readTag({ bytes, file, littleEndian }: Source, at: number, end: number): Tag {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + tagLength > end)
    throw new InputError(file, whole, `one that ends within an element, at byte ${at}`);
  const word = view.getUint32(at, littleEndian);
  if (word > 0xffff) {
    const length = word >>> 16; // the small form: type, length and up to four bytes share one tag
    if (length > 4) throw new InputError(file, whole, `damaged data at byte ${at}`);
    return { type: word & 0xffff, start: at + 4, length, next: at + tagLength };
  }
  const length = view.getUint32(at + 4, littleEndian);
  const start = at + tagLength;
  if (start + length > end) {
    const got = `one cut short: an element of ${length} bytes with ${end - start} left`;
    throw new InputError(file, whole, got);
  }
  return { type: word, start, length, next: Math.min(start + 8 * Math.ceil(length / 8), end) };
}

/** Inflates as much of a compressed element as its name needs, and all of it only if that name is wanted. */
function inflateIfWanted(body: Uint8Array, source: Source, wanted: readonly string[]): Source | undefined {
  const { file } = source;
  const inflate = (part: Uint8Array, options: object): Source => {
    try {
      const bytes = inflateSync(part, options);
      return { ...source, bytes };
    } catch (error) {
      throw new InputError(file, whole, `damaged compressed data (${(error as Error).message})`);
    }
  };
  const head = inflate(body.subarray(0, 2048), { finishFlush: constants.Z_SYNC_FLUSH });
  const { length, name } = peek(head);
  if (!wanted.includes(name)) return undefined;
  if (length > 8 * mostValues) throw new InputError(file, whole, `\`${name}\` of ${length} bytes`);
  const { bytes } = inflate(body, { maxOutputLength: length + tagLength });
  if (bytes.length < length + tagLength)
    throw new InputError(file, whole, `\`${name}\` with ${bytes.length} of ${length} bytes`);
  return { ...source, bytes: bytes.subarray(tagLength, tagLength + length) };
}

/** Length and name of an array, from its first bytes. */
function peek(head: Source): { length: number; name: string } {
  const view = new DataView(head.bytes.buffer, head.bytes.byteOffset, head.bytes.byteLength);
  if (head.bytes.length < tagLength || view.getUint32(0, head.littleEndian) !== matrix)
    return { length: 0, name: "" };
  const { name } = readArray({ ...head, bytes: head.bytes.subarray(tagLength) });
  return { length: view.getUint32(4, head.littleEndian), name };
}

/** The parts of an array: flags, sizes, name, numbers. @returns the name, and how to read what follows it */
function readArray(source: Source): { name: string; read: () => MatArray } {
  const { bytes, file, littleEndian } = source;
  const end = bytes.length;
  const flags = readTag(source, 0, end);
  const sizes = readTag(source, flags.next, end);
  const label = readTag(source, sizes.next, end);
  const name = Buffer.from(bytes.subarray(label.start, label.start + label.length)).toString("latin1");
  const read = (): MatArray => {
    const refuse = (got: string): never => {
      throw new InputError(file, `\`${name}\` to be an array of real numbers`, got);
    };
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const word = view.getUint32(flags.start, littleEndian);
    const kind = word & 0xff;
    if (kind < 6 || kind > 15) refuse(`a ${classNames[kind] ?? "damaged"} array`);
    if (word & 0x800) refuse("complex numbers");
    const dimensions = Array.from({ length: sizes.length / 4 }, (_, i) =>
      view.getInt32(sizes.start + 4 * i, littleEndian),
    );
    const count = dimensions.reduce((product, size) => product * size, 1);
    if (dimensions.length < 2 || dimensions.some((size) => size < 0) || count > mostValues)
      refuse(`one of size ${dimensions.join(" x ")}`);
    const data = readTag(source, label.next, end);
    const width = bytesOf[data.type];
    if (!width) refuse(`data of unknown type ${data.type}`);
    if (data.length !== count * width)
      refuse(`${data.length} bytes for ${dimensions.join(" x ")} numbers of ${width}`);
    return {
      dimensions,
      values: asNumbers(bytes.subarray(data.start, data.start + data.length), data.type, source),
    };
  };
  return { name, read };
}

function asNumbers(bytes: Uint8Array, type: number, { littleEndian }: Source): ArrayLike<number> {
  const own = Buffer.from(new Uint8Array(bytes).buffer); // a copy: it is aligned, and its bytes may be swapped
  if (!littleEndian) {
    if (bytesOf[type] === 2) own.swap16();
    else if (bytesOf[type] === 4) own.swap32();
    else if (bytesOf[type] === 8) own.swap64();
  }
  const values = new numberTypes[type](own.buffer as ArrayBuffer);
  return typeof values[0] === "bigint"
    ? Float64Array.from(values as ArrayLike<bigint>, Number)
    : (values as ArrayLike<number>);
}
