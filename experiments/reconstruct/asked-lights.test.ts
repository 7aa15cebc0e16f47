import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { environmentLights, InputError, namedLights, seenBrightness, shadingAt } from "rerenderable";
import { askedLights } from "./asked-lights.js";

/** Surroundings of 8 x 4 px in which only the column at `bright` shines, as a Radiance file without run lengths. */
function radiance(bright: number): Uint8Array {
  const head = new TextEncoder().encode("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 4 +X 8\n");
  const pixels = Array.from({ length: 32 }, (_, i) =>
    i % 8 === bright ? [128, 128, 128, 130] : [0, 0, 0, 0],
  );
  return Uint8Array.from([...head, ...pixels.flat()]);
}

describe("experiments/reconstruct/asked-lights", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "asked-lights-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("takes a name of either list as it is; a name that is taken gets a number", async () => {
    const lights = await askedLights(["studio", "window"], 0);
    assert.deepEqual(Object.keys(lights), ["studio-2", "window-2"]);
    for (const [found, expected] of [
      [lights["studio-2"], environmentLights.studio.srgb],
      [lights["window-2"], namedLights.window],
    ]) {
      found.forEach((value, i) => void assert.ok(Math.abs(value - expected[i]) < 1e-9));
    }
  });

  it("turns a light from the viewer toward the viewer's right", async () => {
    const [side] = Object.values(await askedLights(["window"], 90));
    const before = shadingAt(namedLights.window, [-Math.SQRT1_2, 0, Math.SQRT1_2]);
    const after = shadingAt(side, [Math.SQRT1_2, 0, Math.SQRT1_2]);
    after.forEach((value, c) => void assert.ok(Math.abs(value - before[c]) < 1e-9));
  });

  it("reads surroundings: light of the picture's right comes from the viewer's left, as bright as a named light", async () => {
    const file = path.join(folder, "side.hdr");
    await writeFile(file, radiance(6));
    const { side } = await askedLights([file], 0);
    const [left, right] = [-1, 1].map((x) => shadingAt(side, [x * Math.SQRT1_2, 0, Math.SQRT1_2])[0]);
    assert.ok(left > right + 0.2, `${left} ${right}`);
    assert.ok(seenBrightness(side) > 0.3, `${seenBrightness(side)}`);
  });

  it("says in one line what it takes, and that darkness is no light", async () => {
    const black = path.join(folder, "black.hdr");
    await writeFile(black, radiance(9));
    for (const [asked, pattern] of [
      ["moonlight", /^--light: expected a file \(\.hdr or \.exr\) or one of .*window.*, got "moonlight"/],
      ["toString", /^--light: expected a file/],
      [path.join(folder, "none.exr"), /none\.exr: expected an environment map .*, got no such file/],
      [black, /black\.hdr: expected surroundings that shed light on the face, got darkness/],
    ] as const) {
      await assert.rejects(askedLights([asked], 0), (error: unknown) => {
        assert.ok(error instanceof InputError, `${error}`);
        assert.match(error.message, pattern);
        return !error.message.includes("\n");
      });
    }
  });
});
