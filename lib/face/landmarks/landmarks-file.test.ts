import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Point } from "../../base/image/rgb-image.js";
import { InputError } from "../../base/tensor/input-error.js";
import { readLandmarks } from "./landmarks-file.js";

const points = Array.from({ length: 68 }, (_, i): Point => [10.5 + i, 20 + 0.25 * i]);
const photo = { width: 200, height: 100, scale: 1 };
const lines = (list: readonly Point[], between = " ") => list.map((point) => point.join(between)).join("\n");

describe("face/landmarks/landmarks-file", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "landmarks-file-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function read(name: string, text: string, frame = photo) {
    const file = path.join(folder, name);
    await writeFile(file, text);
    return readLandmarks(file, frame);
  }

  async function refuse(name: string, text: string, ...parts: readonly RegExp[]) {
    await assert.rejects(read(name, text), (error: unknown) => {
      assert.ok(error instanceof InputError && !error.message.includes("\n"));
      for (const part of [new RegExp(name), ...parts]) assert.match(error.message, part);
      return true;
    });
  }

  it("reads 68 points from text with spaces, commas or comments", async () => {
    for (const text of [lines(points), lines(points, ", "), `# x y\n${lines(points)}\n`]) {
      assert.deepEqual(await read("face.txt", text), { kind: "68", points });
    }
  });

  it("reads 5 points and says that they are five", async () => {
    const five = points.slice(0, 5);
    assert.deepEqual(await read("face.txt", lines(five)), { kind: "5", points: five });
  });

  it("reads .pts, whose first pixel's centre is 1", async () => {
    const text = `version: 1\nn_points: 68\n{\n${lines(points.map(([x, y]): Point => [x + 0.5, y + 0.5]))}\n}\n`;
    assert.deepEqual(await read("face.pts", text), { kind: "68", points });
  });

  it("reads JSON: pairs, flat, or under a key", async () => {
    for (const content of [points, points.flat(), { points }, { landmarks: points.flat() }]) {
      assert.deepEqual(await read("face.json", JSON.stringify(content)), { kind: "68", points });
    }
  });

  it("scales points to a photo that was shrunk on reading", async () => {
    const { points: scaled } = await read("face.txt", lines(points), { ...photo, scale: 0.5 });
    assert.deepEqual(scaled[1], [5.75, 10.125]);
  });

  it("refuses the rest in one line", async () => {
    await refuse("six.txt", lines(points.slice(0, 6)), /68 points .* or 5/, /12 numbers = 6 points/);
    await refuse("words.txt", "left eye at 3 4", /got "left"/);
    await refuse("broken.json", "[[1, 2", /not JSON/);
    await refuse("empty.json", "{}", /without a list/);
    await refuse("null.json", "[null]", /got null/);
    await refuse("bare.pts", lines(points), /braces/);
    await refuse(
      "other.txt",
      lines(points.map(([x, y]): Point => [x + 400, y])),
      /200 x 100 px/,
      /point 1 at/,
    );
    await assert.rejects(readLandmarks(path.join(folder, "none.txt"), photo), /no such file/);
    await assert.rejects(readLandmarks(folder, photo), /a directory/);
  });
});
