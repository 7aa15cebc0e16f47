/**
 * Seeded random numbers, the same to the bit on every machine. The generator is sfc32 (Doty-Humphrey), in integer
 * operations. Normal numbers come by Marsaglia's polar method; the logarithm is our own, as each JavaScript engine
 * may choose the last digit of `Math.log`.
 */

/** The state that decides all numbers to come, as plain data, so that a checkpoint can hold it. */
export interface RandomState {
  /** Four unsigned 32-bit words. */
  readonly words: readonly [number, number, number, number];
  /** The second of the last pair of normal numbers, if nobody has drawn it yet. */
  readonly spare: number | null;
}

export interface Random {
  /** A number in [0, 1), a multiple of 2^-24: exact in single precision, and never 1 there. */
  uniform(): number;
  /** A number from the normal distribution of mean 0 and standard deviation 1. */
  normal(): number;
  /** A whole number from 0 to n - 1, each equally likely; n from 1 to 2^32. */
  integer(n: number): number;
  /** `size` normal numbers in single precision. */
  normalArray(size: number): Float32Array;
  readonly state: RandomState;
  /** Goes back to a state that `state` gave. */
  restore(state: RandomState): void;
  /**
   * Makes another stream, which depends on the seed and the name alone. It does not matter how many numbers were
   * drawn before, and neither stream changes the other.
   */
  fork(name: string): Random;
}

/** @param seed a whole number; two different seeds, up to 2^53, give unrelated streams */
export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) {
    throw new Error(`createRandom: \`seed\` should be a whole number but is ${seed}.`);
  }
  return new Sfc32(String(seed));
}

class Sfc32 implements Random {
  readonly #path: string;
  readonly #words: Uint32Array;
  #spare: number | null = null;

  constructor(path: string) {
    this.#path = path;
    this.#words = wordsFromText(path);
    for (let i = 0; i < 15; i++) this.#next(); // the first few numbers of similar seeds are alike
  }

  #next(): number {
    const words = this.#words;
    const [a, b, c, counter] = words as unknown as [number, number, number, number];
    const result = (a + b + counter) >>> 0;
    words[0] = b ^ (b >>> 9);
    words[1] = c + (c << 3);
    words[2] = ((c << 21) | (c >>> 11)) + result;
    words[3] = counter + 1;
    return result;
  }

  uniform(): number {
    return (this.#next() >>> 8) / 2 ** 24;
  }

  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    for (;;) {
      const x = (2 * this.#next()) / 2 ** 32 - 1;
      const y = (2 * this.#next()) / 2 ** 32 - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * logarithm(square)) / square);
      this.#spare = y * scale;
      return x * scale;
    }
  }

  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
      throw new Error(`integer: \`n\` should be a whole number from 1 to 2^32 but is ${n}.`);
    }
    // A draw beyond the last whole multiple of n is drawn again: otherwise low numbers would come more often.
    const limit = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const word = this.#next();
      if (word < limit) return word % n;
    }
  }

  normalArray(size: number): Float32Array {
    const values = new Float32Array(size);
    for (let i = 0; i < size; i++) values[i] = this.normal();
    return values;
  }

  get state(): RandomState {
    const [a, b, c, counter] = this.#words as unknown as RandomState["words"];
    return { words: [a, b, c, counter], spare: this.#spare };
  }

  restore({ words, spare }: RandomState): void {
    this.#words.set(words);
    this.#spare = spare;
  }

  fork(name: string): Random {
    return new Sfc32(JSON.stringify([this.#path, name]));
  }
}

/** Makes four words of a text: FNV-1a over its UTF-16 codes, from four starting points, each mixed once more. */
function wordsFromText(text: string): Uint32Array {
  return Uint32Array.from([0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35], (start) => {
    let hash = start;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
    hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
    return hash ^ (hash >>> 15);
  });
}

/**
 * Natural logarithm of a positive number, to about 1e-15, in exactly defined operations only:
 * x = m 2^k with m in [1/√2, √2), log x = k log 2 + 2 artanh((m - 1) / (m + 1)).
 */
export function logarithm(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa >= Math.SQRT2; exponent++) mantissa /= 2;
  for (; mantissa < Math.SQRT1_2; exponent--) mantissa *= 2;
  const z = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let power = 21; power >= 1; power -= 2) sum = sum * z * z + 1 / power;
  return exponent * Math.LN2 + 2 * z * sum;
}
