/**
 * Reads numeric arrays from a MATLAB file of level 5, which `save` without `-v7.3` and SciPy's `savemat` write. It
 * consists of data elements, each with a tag, compressed by zlib or not, in either byte order (MathWorks, "MAT-File
 * Format"). Names and sizes are read first; numbers are unpacked array by array, when they are asked for. Each length that
 * the file claims is checked before it is used.
 */
import { constants, inflateSync } from "node:zlib";
import { InputError } from "../../../base/tensor/input-error.js";

export interface MatArray {
  /** Rows, columns and further sizes, if there are more. */
  readonly dimensions: readonly number[];
  /** The product of the dimensions. */
  readonly count: number;
  /**
   * Unpacks the values, column by column, in the type of storage. MATLAB stores whole numbers in a small type, whatever
   * their class.
   * @throws InputError one line: damaged, not as many as the dimensions say, not real numbers
   */
  read(): ArrayLike<number>;
}

/** The arrays that were found, by name. */
export type MatArrays<Name extends string> = Partial<Record<Name, MatArray>>;

const whole = "a whole MATLAB file";
const headerLength = 128;
const tagLength = 8;
/** The most values of an array: a face model of 80,000 vertices has 19 million. */
const mostValues = 24e6;
/** The most variables of a file, whose beginnings are unpacked one by one. */
const mostVariables = 500;
/** As many bytes of a packed array hold its sizes and its name. */
const packedHead = 512;

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
 * @param wanted variables to find; all others are skipped
 * @throws InputError one line: it is no such file, it is an HDF5 file (`-v7.3`), it is cut short or damaged, or a
 * wanted variable is there twice, is too large or is not an array of real numbers
 */
export function readMatArrays<Name extends string>(
  bytes: Uint8Array,
  file: string,
  wanted: readonly Name[],
): MatArrays<Name> {
  const source = openMatFile(bytes, file);
  const found: MatArrays<Name> = {};
  let variables = 0;
  for (let at = headerLength; at < bytes.length; ) {
    if (++variables > mostVariables) throw new InputError(file, `at most ${mostVariables} variables`, "more");
    const tag = readTag(source, at, bytes.length);
    const body = bytes.subarray(tag.start, tag.start + tag.length);
    const array = tag.type === compressed ? packedArray(body, source) : plainArray(tag.type, body, source);
    if (array && (wanted as readonly string[]).includes(array.name)) {
      if (found[array.name as Name]) throw new InputError(file, `\`${array.name}\` once`, "two of that name");
      found[array.name as Name] = array.open();
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

/** An array of which only the name is known yet. */
interface NamedArray {
  readonly name: string;
  /** Checks what kind of array it is, and how large. */
  open(): MatArray;
}

function plainArray(type: number, body: Uint8Array, source: Source): NamedArray | undefined {
  if (type !== matrix) return undefined;
  const element = { ...source, bytes: body };
  const head = readHead(element);
  return { name: head.name, open: () => arrayOf(head, source, () => element) };
}

/** Inflates only as much of a compressed array as its name needs; all of it when it is read. */
function packedArray(body: Uint8Array, source: Source): NamedArray | undefined {
  const { file } = source;
  const inflate = (part: Uint8Array, options: object): Source => {
    try {
      return { ...source, bytes: inflateSync(part, options) };
    } catch (error) {
      throw new InputError(file, whole, `damaged compressed data (${(error as Error).message})`);
    }
  };
  const start = inflate(body.subarray(0, packedHead), { finishFlush: constants.Z_SYNC_FLUSH });
  const { bytes } = start;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < tagLength || view.getUint32(0, source.littleEndian) !== matrix) return undefined;
  const length = view.getUint32(4, source.littleEndian);
  const head = readHead({ ...start, bytes: bytes.subarray(tagLength) });
  const read = () => {
    if (length > 9 * mostValues) throw new InputError(file, whole, `\`${head.name}\` of ${length} bytes`);
    const all = inflate(body, { maxOutputLength: length + tagLength }).bytes;
    if (all.length < length + tagLength)
      throw new InputError(file, whole, `\`${head.name}\` with ${all.length} of ${length} bytes`);
    return { ...source, bytes: all.subarray(tagLength, tagLength + length) };
  };
  return { name: head.name, open: () => arrayOf(head, source, read) };
}

/** What stands before an array's numbers. */
interface Head {
  readonly name: string;
  readonly dimensions: readonly number[];
  /** The class, and whether the numbers are complex. */
  readonly flags: number;
  /** Where the numbers' element begins. */
  readonly next: number;
}

function readHead(source: Source): Head {
  const { bytes, littleEndian } = source;
  const end = bytes.length;
  const flags = readTag(source, 0, end);
  const sizes = readTag(source, flags.next, end);
  const label = readTag(source, sizes.next, end);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dimensions = Array.from({ length: Math.min(sizes.length >> 2, 32) }, (_, i) =>
    view.getInt32(sizes.start + 4 * i, littleEndian),
  );
  const name = Buffer.from(bytes.subarray(label.start, label.start + label.length)).toString("latin1");
  return { name, dimensions, flags: view.getUint32(flags.start, littleEndian), next: label.next };
}

function arrayOf({ name, dimensions, flags, next }: Head, { file }: Source, element: () => Source): MatArray {
  const refuse = (got: string): never => {
    throw new InputError(file, `\`${name}\` to be an array of real numbers`, got);
  };
  const kind = flags & 0xff;
  if (kind < 6 || kind > 15) refuse(`a ${classNames[kind] ?? "damaged"} array`);
  if (flags & 0x800) refuse("complex numbers");
  const count = dimensions.reduce((product, size) => product * size, 1);
  if (dimensions.length < 2 || dimensions.some((size) => size < 0) || count > mostValues)
    refuse(`one of size ${dimensions.join(" x ")}`);
  const read = () => {
    const source = element();
    const data = readTag(source, next, source.bytes.length);
    const width = bytesOf[data.type];
    if (!width) refuse(`data of unknown type ${data.type}`);
    if (data.length !== count * width)
      refuse(`${data.length} bytes for ${dimensions.join(" x ")} numbers of ${width}`);
    return asNumbers(source.bytes.subarray(data.start, data.start + data.length), data.type, source);
  };
  return { dimensions, count, read };
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
