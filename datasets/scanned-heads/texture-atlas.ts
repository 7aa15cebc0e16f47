/**
 * Puts the textures of a head side by side in one picture, as a mesh is drawn with one. Each keeps its own texels, with
 * its border repeated once around it, so that sampling between texels gives what the texture alone would give.
 */
import type { RgbImage } from "rerenderable";
import { srgbToLinear } from "rerenderable";

export interface TextureAtlas {
  readonly width: number;
  readonly height: number;
  /** Linear light, [height, width, 3]. */
  readonly data: Float32Array;
  /**
   * Where a texture's place is in the atlas.
   * @param u,v of the texture, u right, v down, 0 to 1; beyond them the border is kept
   */
  place(texture: number, u: number, v: number): readonly [number, number];
}

/** @param textures encoded sRGB */
export function packTextures(textures: readonly RgbImage[]): TextureAtlas {
  const width = textures.reduce((sum, texture) => sum + texture.width + 2, 0);
  const height = Math.max(...textures.map((texture) => texture.height)) + 2;
  const data = new Float32Array(3 * width * height);
  const lefts: number[] = [];
  let left = 0;
  for (const texture of textures) {
    lefts.push(left + 1);
    const linear = srgbToLinear(texture.data);
    for (let y = 0; y < texture.height + 2; y++) {
      for (let x = 0; x < texture.width + 2; x++) {
        const from = clamp(y - 1, texture.height - 1) * texture.width + clamp(x - 1, texture.width - 1);
        const to = 3 * (y * width + left + x);
        for (let c = 0; c < 3; c++) data[to + c] = linear[3 * from + c];
      }
    }
    left += texture.width + 2;
  }
  return {
    width,
    height,
    data,
    place(texture, u, v) {
      const { width: across, height: down } = textures[texture];
      return [(lefts[texture] + clamp(u, 1) * across) / width, (1 + clamp(v, 1) * down) / height];
    },
  };
}

const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);
