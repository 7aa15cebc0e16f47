/**
 * Reads the header of a safetensors file and checks all of it, so that a bad file is refused before anything is read.
 */
import { FileError } from "./file-error.js";
import { parseJson } from "./parse-json.js";

export interface HeaderEntry<D extends string = string> {
  readonly name: string;
  readonly dtype: D;
  readonly shape: readonly number[];
  /** The place of the values, in bytes from the first value in the file. */
  readonly start: number;
  readonly end: number;
}

export interface Header<D extends string = string> {
  /** The tensors in the order of their values. */
  readonly entries: readonly HeaderEntry<D>[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the values start in the file. */
  readonly dataStart: number;
}

/** The longest header that the format allows. */
const LONGEST_HEADER = 100_000_000;

/**
 * @param sizes bytes of one value of each type that is understood
 * @throws FileError if the file is not well formed: values must fill the file without gaps or overlaps
 */
export function readHeader<D extends string>(
  bytes: Uint8Array,
  sourceName: string,
  sizes: Readonly<Record<D, number>>,
): Header<D> {
  const fail = (problem: string): never => {
    throw new FileError(`${sourceName}: ${problem}.`);
  };
  const { json, dataStart } = readJson(bytes, fail);
  const { __metadata__: texts = {}, ...tensors } = json;
  if (!isRecord(texts) || Object.values(texts).some((text) => typeof text !== "string")) {
    fail("`__metadata__` of the safetensors header should hold only texts");
  }
  const entries = Object.entries(tensors)
    .map(([name, value]) => readEntry(name, value, sizes, fail))
    .sort((one, other) => one.start - other.start || one.end - other.end);
  checkPlaces(entries, bytes.length - dataStart, fail);
  return { entries, metadata: texts as Record<string, string>, dataStart };
}

type Fail = (problem: string) => never;

function readJson(bytes: Uint8Array, fail: Fail): { json: Record<string, unknown>; dataStart: number } {
  if (bytes.length < 8) {
    fail(`should be a safetensors file, of at least 8 bytes, but has ${bytes.length}`);
  }
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  // Other kinds of file are found here: read as a length, their first bytes are a huge number, or no `{` follows.
  if (length > LONGEST_HEADER || (bytes.length > 8 && bytes[8] !== 0x7b)) {
    fail("is not a safetensors file: it should start with the length of a header and then `{`");
  }
  if (8 + length > bytes.length) {
    const rest = bytes.length - 8;
    fail(`is cut short: its safetensors header should have ${length} bytes but only ${rest} follow`);
  }
  let json: unknown;
  try {
    json = parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (error) {
    fail(`its safetensors header should be JSON but is not (${(error as Error).message})`);
  }
  if (!isRecord(json)) return fail("its safetensors header should be a JSON object");
  return { json, dataStart: 8 + length };
}

function readEntry<D extends string>(
  name: string,
  value: unknown,
  sizes: Readonly<Record<D, number>>,
  fail: Fail,
): HeaderEntry<D> {
  const entry = isRecord(value) ? value : {};
  const { dtype, shape, data_offsets: offsets } = entry;
  const understood = Object.keys(sizes);
  if (typeof dtype !== "string" || !understood.includes(dtype)) {
    fail(`the type of \`${name}\` should be one of ${understood.join(", ")} but is ${JSON.stringify(dtype)}`);
  }
  if (!isSizes(shape)) {
    return fail(`the shape of \`${name}\` should be a list of sizes but is ${JSON.stringify(shape)}`);
  }
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    const got = JSON.stringify(offsets);
    return fail(`\`data_offsets\` of \`${name}\` should be its first and last place but is ${got}`);
  }
  const [start, end] = offsets as [number, number];
  const expected = shape.reduce((product, size) => product * size, sizes[dtype as D]);
  if (end - start !== expected) {
    fail(`\`${name}\`, ${dtype} of shape [${shape}], should have ${expected} bytes but has ${end - start}`);
  }
  return { name, dtype: dtype as D, shape, start, end };
}

/** Checks that values follow each other from the first byte to the last. */
function checkPlaces(entries: readonly HeaderEntry[], dataSize: number, fail: Fail): void {
  let end = 0;
  for (const entry of entries) {
    if (entry.start !== end) {
      const how = entry.start < end ? "overlaps the tensor before it" : "leaves a gap before it";
      fail(`\`${entry.name}\` should start at byte ${end} of the values but ${how}, at ${entry.start}`);
    }
    end = entry.end;
  }
  if (end === dataSize) return;
  const how = end > dataSize ? "is cut short" : "has bytes that belong to no tensor";
  fail(`${how}: its tensors should take ${end} bytes but ${dataSize} follow the header`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
