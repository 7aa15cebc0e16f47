/** Half precision numbers (IEEE 754 binary16) to and from single precision. */

/** Converts to single precision. This is exact: every half precision number is also a single precision one. */
export function halfToFloat(halves: Uint16Array): Float32Array {
  const floats = new Float32Array(halves.length);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i];
    // Exponent and mantissa, read as a float's, are the number 2^112 times too small; denormal ones too.
    bits[i] = (half & 0x7fff) << 13;
    floats[i] *= 2 ** 112;
    if ((half & 0x7c00) === 0x7c00) bits[i] |= 0x7f800000; // infinity, not a number
    bits[i] |= (half & 0x8000) << 16;
  }
  return floats;
}

/** Rounds to the nearest half precision number; halfway between two, to the even one. Above 65,504 comes infinity. */
export function floatToHalf(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  for (let i = 0; i < values.length; i++) {
    float[0] = values[i];
    const sign = (bits[0] >>> 16) & 0x8000;
    const magnitude = bits[0] & 0x7fffffff;
    halves[i] = sign | magnitudeToHalf(magnitude, float, bits);
  }
  return halves;
}

function magnitudeToHalf(magnitude: number, float: Float32Array, bits: Uint32Array): number {
  if (magnitude > 0x7f800000) return 0x7e00; // not a number
  if (magnitude >= 0x477ff000) return 0x7c00; // rounds to 65,536 or more: infinity
  if (magnitude < 0x38800000) {
    // Below 2^-14 halves are denormal: multiples of 2^-24, as are floats next to 0.5. So adding 0.5 rounds.
    bits[0] = magnitude;
    float[0] += 0.5;
    return bits[0] - 0x3f000000;
  }
  const odd = (magnitude >>> 13) & 1;
  return (magnitude - 0x38000000 + 0xfff + odd) >>> 13;
}
