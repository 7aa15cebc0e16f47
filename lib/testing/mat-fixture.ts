/** For tests: writes arrays as a MATLAB file of level 5. */
import { deflateSync } from "node:zlib";

type Values = Float64Array | Float32Array | Int32Array | Uint16Array | Uint8Array;

export interface MatVariable {
  readonly dimensions: readonly number[];
  /** The values, column by column; their type decides the class and how the numbers are stored. */
  readonly values: Values;
  /** The class, where the numbers are stored in a smaller type, as MATLAB does with whole numbers of class double. */
  readonly asClass?: number;
}

/** The codes of the stored type and of the class. */
const codes = new Map<unknown, readonly [number, number]>([
  [Float64Array, [9, 6]],
  [Float32Array, [7, 7]],
  [Int32Array, [5, 12]],
  [Uint16Array, [4, 11]],
  [Uint8Array, [2, 9]],
]);

export function encodeMat(
  variables: Readonly<Record<string, MatVariable>>,
  { compress = false, bigEndian = false } = {},
): Uint8Array {
  const u32 = (...values: number[]) => {
    const bytes = Buffer.alloc(4 * values.length);
    values.forEach((value, i) => {
      if (bigEndian) bytes.writeUInt32BE(value, 4 * i);
      else bytes.writeUInt32LE(value, 4 * i);
    });
    return bytes;
  };
  const element = (type: number, body: Uint8Array) =>
    Buffer.concat([u32(type, body.length), body, Buffer.alloc((8 - (body.length % 8)) % 8)]);
  const numbers = (values: Values) => {
    const bytes = Buffer.from(values.slice().buffer);
    if (!bigEndian || values.BYTES_PER_ELEMENT === 1) return bytes;
    return { 2: () => bytes.swap16(), 4: () => bytes.swap32(), 8: () => bytes.swap64() }[
      values.BYTES_PER_ELEMENT as 2 | 4 | 8
    ]();
  };
  const header = Buffer.alloc(128, " ");
  header.write("MATLAB 5.0 MAT-file, written by a test");
  header.fill(0, 116, 124);
  header.set(bigEndian ? [1, 0, 0x4d, 0x49] : [0, 1, 0x49, 0x4d], 124);
  const elements = Object.entries(variables).map(([name, { dimensions, values, asClass }]) => {
    const [type, kind] = codes.get(values.constructor)!;
    const body = Buffer.concat([
      element(6, u32(asClass ?? kind, 0)),
      element(5, u32(...dimensions)),
      element(1, Buffer.from(name)),
      element(type, numbers(values)),
    ]);
    const whole = element(14, body);
    if (!compress) return whole;
    const packed = deflateSync(whole);
    return Buffer.concat([u32(15, packed.length), packed]);
  });
  return Buffer.concat([header, ...elements]);
}
