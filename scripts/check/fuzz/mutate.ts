/** Damages a valid file in one of the ways in which files get damaged, by chance or on purpose. */
import type { Random } from "rerenderable";

/** The input of a mutation besides the file. */
interface Material {
  readonly random: Random;
  /** Valid files of all doors. */
  readonly others: readonly Uint8Array[];
}

type Mutation = (bytes: Uint8Array, material: Material) => Uint8Array;

export interface Mutant {
  /** A description of the change. */
  readonly how: string;
  readonly bytes: Uint8Array;
}

/** Sizes that no reader should believe. */
const sizes = [0, 1, 2, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];

const words = ["-1", "0", "0.5", "3", "65536", "4294967296", "1e9", "1e308", "null", "[]", '""', "true"];

/** The length of the head: sizes, types and names are near the beginning. */
const headLength = 512;

const mutations: Readonly<Record<string, Mutation>> = {
  "bits flipped": (bytes, { random }) => {
    const out = bytes.slice();
    const head = random.uniform() < 0.5 ? Math.min(headLength, out.length) : out.length;
    for (let i = 2 ** random.integer(5); i > 0 && head > 0; i--) {
      out[random.integer(head)] ^= 1 << random.integer(8);
    }
    return out;
  },
  "cut short": (bytes, { random }) => bytes.slice(0, random.integer(bytes.length + 1)),
  "a part left out": (bytes, { random }) => {
    const [start, end] = range(bytes, random);
    return join(bytes.subarray(0, start), bytes.subarray(end));
  },
  "a part repeated": (bytes, { random }) => {
    const [start, end] = range(bytes, random);
    const part = bytes.subarray(start, end);
    return join(
      bytes.subarray(0, end),
      ...Array<Uint8Array>(1 + random.integer(4)).fill(part),
      bytes.subarray(end),
    );
  },
  "bytes inserted": (bytes, { random }) => {
    const at = random.integer(bytes.length + 1);
    const added = Uint8Array.from({ length: 1 + random.integer(64) }, () => random.integer(256));
    return join(bytes.subarray(0, at), added, bytes.subarray(at));
  },
  "a wrong size": (bytes, { random }) => {
    const out = bytes.slice();
    const width = 2 ** random.integer(4);
    const head = Math.min(out.length, headLength) - width;
    if (head < 0) return out;
    const size = BigInt(sizes[random.integer(sizes.length)]);
    const digits = Array.from({ length: width }, (_, i) => Number((size >> BigInt(8 * i)) & 255n));
    out.set(random.integer(2) === 0 ? digits : digits.reverse(), random.integer(head + 1));
    return out;
  },
  "another number in the text": (bytes, { random }) => {
    const text = Buffer.from(bytes.subarray(0, 65536)).toString("latin1");
    const numbers = [...text.matchAll(/-?\d+(\.\d+)?|true|false|null/g)];
    if (numbers.length === 0) return bytes.slice();
    const { index, 0: old } = numbers[random.integer(numbers.length)];
    const word = bytesOfWord(words[random.integer(words.length)]);
    return join(bytes.subarray(0, index), word, bytes.subarray(index + old.length));
  },
  "another file": (_, { random, others }) => others[random.integer(others.length)].slice(),
};

/** @param others valid files, one of which may replace this one */
export function mutate(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Mutant {
  const names = Object.keys(mutations);
  const how = names[random.integer(names.length)];
  return { how, bytes: mutations[how](bytes, { random, others }) };
}

/** A range of up to an eighth of the file, and of at least a byte if the file has one. */
function range(bytes: Uint8Array, random: Random): [start: number, end: number] {
  if (bytes.length === 0) return [0, 0];
  const start = random.integer(bytes.length);
  const length = 1 + random.integer(Math.max(1, bytes.length >> 3));
  return [start, Math.min(bytes.length, start + length)];
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function bytesOfWord(word: string): Uint8Array {
  return Buffer.from(word, "latin1");
}
