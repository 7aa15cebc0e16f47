import assert from "node:assert/strict";
import { createRandom } from "./base/tensor/random.js";
import { drawnGrey, greyLights } from "./colourless-photo.js";
import type { DrawnReconstruction } from "./reconstruction-pictures.js";

describe("a photo without colours", () => {
  it("has lights whose three colours are their mean, texel by texel", () => {
    const lights = createRandom(1).normalArray(2 * 27);
    const grey = greyLights(lights);
    for (const from of [0, 27])
      for (let band = 0; band < 9; band++) {
        const mean = (lights[from + band] + lights[from + 9 + band] + lights[from + 18 + band]) / 3;
        for (let colour = 0; colour < 3; colour++)
          assert.ok(Math.abs(grey[from + 9 * colour + band] - mean) < 1e-6);
      }
  });

  it("shows grey pictures and maps, and masks as they are", () => {
    const picture = () => ({ width: 2, height: 1, data: Float32Array.of(1, 0, 0, 0.2, 0.4, 0.6) });
    const mask = { width: 2, height: 1, data: Float32Array.of(1, 0) };
    const drawn = {
      maps: { priorAlbedo: picture(), unwrapped: picture(), albedo: picture(), uvMask: mask, visible: mask },
      pictures: { coarse: picture(), relit: { window: picture() } },
      detail: { detailed: picture(), coarselyLit: picture(), light: picture() },
    } as unknown as DrawnReconstruction;
    const { maps, pictures, detail } = drawnGrey(drawn);
    for (const { data } of [
      maps.albedo,
      maps.unwrapped,
      pictures.coarse,
      pictures.relit.window,
      detail!.light,
    ]) {
      assert.ok(Math.abs(data[0] - 0.299) < 1e-6 && data[0] === data[1] && data[1] === data[2]);
    }
    assert.deepEqual(maps.uvMask, mask);
  });
});
