/** One light for the face, scaled at each texel. */
import { bandCount, lightSize } from "../../graphics/scene/spherical-harmonics.js";

/**
 * Adds `g L` to a map, in place. A loop of its own, as a closure would take three times as long.
 * @param map SH coefficients, colour-major, [B * U * U * 27]
 * @param light `L`, [B * 27]
 * @param gain `g`, by colour, [B * U * U * 3]; 1 if left out
 */
export function addLight(map: Float32Array, light: Float32Array, gain?: Float32Array): void {
  const texels = map.length / light.length;
  for (let item = 0, i = 0, t = 0; item < light.length; item += lightSize) {
    for (const end = t + 3 * texels; t < end; t++) {
      const factor = gain ? gain[t] : 1;
      const from = item + (t % 3) * bandCount;
      for (let b = 0; b < bandCount; b++, i++) map[i] += factor * light[from + b];
    }
  }
}

/** The gradient of `addLight` with respect to the gain, [B * U * U * 3]. @param gradient with respect to the map */
export function gainGradient(gradient: Float32Array, light: Float32Array): Float32Array {
  const out = new Float32Array(gradient.length / bandCount);
  const texels = gradient.length / light.length;
  for (let item = 0, i = 0, t = 0; item < light.length; item += lightSize) {
    for (const end = t + 3 * texels; t < end; t++) {
      const from = item + (t % 3) * bandCount;
      let sum = 0;
      for (let b = 0; b < bandCount; b++, i++) sum += gradient[i] * light[from + b];
      out[t] = sum;
    }
  }
  return out;
}
