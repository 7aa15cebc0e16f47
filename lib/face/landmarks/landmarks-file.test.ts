import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Point } from "../../base/image/rgb-image.js";
import { InputError } from "../../base/tensor/input-error.js";
import { portraitPoints as points } from "../../testing/portrait-points.js";
import { fivePoints } from "./landmarks.js";
import { readLandmarks } from "./landmarks-file.js";
import { pointOrders } from "./point-orders.js";

const photo = { width: 512, height: 512, scale: 1, file: "photos/face.jpg" };
const five = fivePoints(points).map(([x, y]): Point => [Math.round(x), Math.round(y)]);
const [right, left, nose, mouthRight, mouthLeft] = five;
const lines = (list: readonly (readonly number[])[], between = " ") =>
  list.map((point) => point.join(between)).join("\n");
const records = (list: readonly Point[]) => list.map(([x, y]) => ({ x, y }));
const comma = (value: number) => `${value}`.replace(".", ",");

/** A list of another program's points that has the portrait's where its order says. */
function spread(count: number, which = 0): Point[] {
  const all = Array.from({ length: count }, (): Point => [224, 128]);
  for (const [i, at] of pointOrders.get(count)![which].entries())
    for (const place of [at].flat()) all[place] = points[i];
  return all;
}

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

  const readJson = (content: unknown) => read("face.json", JSON.stringify(content));

  async function refuse(name: string, text: string, ...parts: readonly RegExp[]) {
    await assert.rejects(read(name, text), (error: unknown) => {
      assert.ok(error instanceof InputError && !error.message.includes("\n"), String(error));
      for (const part of [new RegExp(name), ...parts]) assert.match(error.message, part);
      return true;
    });
  }

  function assertNear(found: readonly Point[], expected: readonly Point[], most = 1e-6) {
    assert.equal(found.length, expected.length);
    for (const [i, [x, y]] of found.entries())
      assert.ok(Math.hypot(x - expected[i][0], y - expected[i][1]) < most, `point ${i} at ${x}, ${y}`);
  }

  it("reads 68 points from text with spaces, commas, semicolons, brackets or comments", async () => {
    for (const text of [
      lines(points),
      lines(points, ", "),
      lines(points, ";"),
      `# x y\n${lines(points)}\n`,
      `\uFEFF[[${lines(points, " ")}]]`,
      `68\n${lines(points)}`,
    ]) {
      assert.deepEqual(await read("face.txt", text), { kind: "68", points });
    }
  });

  it("reads 5 points and says that they are five", async () => {
    assert.deepEqual(await read("face.txt", lines(five)), { kind: "5", points: five });
  });

  it("reads .pts, whose first pixel's centre is 1", async () => {
    const text = `version: 1\nn_points: 68\n{\n${lines(points.map(([x, y]): Point => [x + 0.5, y + 0.5]))}\n}\n`;
    assertNear((await read("face.pts", text)).points, points);
  });

  it("reads JSON: pairs, triples, records, flat, [[68]], under a key, or under the photo's name", async () => {
    for (const content of [
      points,
      points.flat(),
      points.map(([x, y]) => [x, y, 3]),
      records(points),
      [points],
      { points },
      { landmarks: points.flat() },
      { "other.jpg": points.map(([x, y]) => [x + 1, y]), "face.jpg": points },
      [{ box: [1, 2, 3, 4], keypoints: records(points), score: 0.9 }],
    ]) {
      assert.deepEqual(await readJson(content), { kind: "68", points });
    }
  });

  it("reads face-api's JSON, in px of the picture that it names", async () => {
    const half = points.map(([x, y]) => ({ _x: x / 2, _y: y / 2 }));
    const landmarks = { _imgDims: { _width: 80, _height: 80 }, _shift: { _x: 9, _y: 9 }, _positions: half };
    const detection = { _imageDims: { _width: 256, _height: 256 }, _score: 0.98 };
    const unshiftedLandmarks = { _positions: records(points) };
    assertNear((await readJson([{ detection, landmarks, unshiftedLandmarks }])).points, points);
  });

  it("reads MediaPipe's 468 and 478 points, parts of the photo, without a word", async () => {
    for (const count of [468, 478]) {
      const mesh = spread(count).map(([x, y]) => ({ x: x / 512, y: y / 512, z: -0.01 }));
      const found = await readJson({ faceLandmarks: [mesh], faceBlendshapes: [] });
      assert.deepEqual([found.kind, found.note], ["68", undefined]);
      // Corners of the eyes and the mouth, tip of the nose, chin: as MediaPipe's own drawing numbers them.
      const places = { 36: 33, 39: 133, 42: 362, 45: 263, 48: 61, 54: 291, 30: 4, 8: 152 };
      for (const [ours, theirs] of Object.entries(places))
        assertNear([found.points[Number(ours)]], [spread(count)[theirs]]);
    }
  });

  it("reads RetinaFace's and MTCNN's five points, whichever side they call left", async () => {
    const retina = { right_eye: right, left_eye: left, nose, mouth_right: mouthRight, mouth_left: mouthLeft };
    const mtcnn = { nose, left_eye: right, right_eye: left, mouth_left: mouthRight, mouth_right: mouthLeft };
    for (const content of [
      { face_1: { score: 0.99, facial_area: [155, 81, 434, 443], landmarks: retina } },
      [{ box: [277, 90, 48, 63], keypoints: mtcnn, confidence: 0.99 }],
      [{ bbox: [1, 2, 3, 4, 0.9], kps: five }],
      [five],
    ]) {
      assert.deepEqual(await readJson(content), { kind: "5", points: five });
    }
  });

  it("reads CSV with a header, an index, a depth, decimal commas", async () => {
    const rows = points.map(([x, y], i) => [i, x, y]);
    for (const text of [
      `x,y\n${lines(points, ",")}`,
      `index,x,y\n${lines(rows, ",")}`,
      `,0,1\n${lines(rows, ",")}`,
      lines(rows, ","),
      lines(
        rows.map(([i, ...point]) => [i + 1, ...point]),
        "\t",
      ),
      lines(
        points.map(([x, y]) => [x, y, 0.4]),
        ",",
      ),
      `x;y\r\n${points.map((point) => point.map(comma).join(";")).join("\r\n")}`,
      points.map((point) => point.map(comma).join("  ")).join("\n"),
    ]) {
      assert.deepEqual(await read("face.csv", text), { kind: "68", points }, text.slice(0, 30));
    }
  });

  it("reads OpenFace's table: x_0 to x_67, then y_0 to y_67, beside points of other kinds", async () => {
    const names = (axis: string) => points.map((_, i) => `${axis}_${i}`);
    const header = ["face", "confidence", "gaze_0_x", "gaze_0_y", "eye_lmk_x_0", "eye_lmk_y_0"];
    const columns = [...header, ...names("x"), ...names("y"), ...names("X"), ...names("Y"), "AU01_r"];
    const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
    const row = [0, 0.98, 0.1, 0.2, 5, 6, ...xs, ...ys, ...xs.map(() => 3), ...ys.map(() => 4), 0.5];
    const found = await read("face.csv", `${columns.join(", ")}\n${row.join(", ")}\n`);
    assert.deepEqual(found, { kind: "68", points });
  });

  it("reads the photo's own line of CelebA's list, which counts pixels from 0", async () => {
    const header = "202599\nlefteye_x lefteye_y righteye_x righteye_y nose_x nose_y leftmouth_x leftmouth_y";
    const line = `face.jpg  ${five.map(([x, y]) => `${x} ${y}`).join("  ")}`;
    const other = "000001.jpg  69  109  106  113   77  142   73  152  108  154";
    const { points: found } = await read("list.txt", `${header}\n${other}\n${line}\n`);
    assertNear(
      found,
      five.map(([x, y]): Point => [x + 0.5, y + 0.5]),
    );
    assert.equal((await read("line.txt", line)).kind, "5");
    await refuse("others.txt", `${other}\n${other}`, /one face, got those of 2/);
  });

  it("reads 98 points (WFLW) and 106 of either order by table", async () => {
    for (const [count, which, places] of [
      [98, 0, { 36: 60, 39: 64, 42: 68, 45: 72, 48: 76, 54: 82, 30: 54, 8: 16 }],
      [106, 0, { 36: 35, 39: 39, 42: 89, 45: 93, 48: 52, 54: 61, 30: 86, 8: 0 }],
      [106, 1, { 36: 52, 39: 55, 42: 58, 45: 61, 48: 84, 54: 90, 30: 46, 8: 16 }],
    ] as const) {
      const all = spread(count, which);
      for (const [ours, theirs] of Object.entries(places))
        assert.deepEqual(all[theirs], points[Number(ours)], `${count}: ${ours}`);
      assert.deepEqual(await read("face.txt", lines(all)), { kind: "68", points });
    }
    const line = [...spread(98).flat(), 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, "class/face.jpg"].join(" ");
    assert.deepEqual(await read("wflw.txt", line), { kind: "68", points });
  });

  it("tries other readings of points that are no face as written, and says which it took", async () => {
    const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
    const part = points.map(([x, y]): Point => [x / 512, y / 512]);
    for (const [text, note] of [
      [lines(points.map(([x, y]) => [y, x])), "y, x"],
      [[...xs, ...ys].join("\n"), "all x before all y"],
      [lines(part), "parts of the photo's width and height"],
      [lines(part.map(([x, y]) => [y, x])), "y, x, parts of the photo's width and height"],
      [lines(part.map(([x, y]) => [2 * x - 1, 2 * y - 1])), "-1 to 1 over the photo's width and height"],
      [lines(points.map(([x, y]) => [x, 512 - y])), "y counted from the bottom"],
    ] as const) {
      const found = await read("face.txt", text);
      assertNear(found.points, points, 1e-3);
      assert.equal(found.note, `${path.join(folder, "face.txt")}: read as ${note}.`);
    }
    const mirrored = await read("face.txt", lines(five.map(([x, y]) => [512 - x, y])));
    assert.match(mirrored.note!, /read as left and right exchanged/);
    const turned = points.map(([x, y]): Point => [512 - x, 512 - y]);
    assert.deepEqual(await read("turned.txt", lines(turned)), { kind: "68", points: turned });
  });

  it("scales points to a photo that was shrunk on reading", async () => {
    const shrunk = { ...photo, width: 256, height: 256, scale: 0.5 };
    const { points: scaled } = await read("face.txt", lines(points), shrunk);
    assert.deepEqual(scaled[1], [89.1, 56.3]);
  });

  it("refuses the rest in one line", async () => {
    await refuse("six.txt", lines(points.slice(0, 6)), /68 points .* or 5/, /12 numbers = 6 points/);
    await refuse("words.txt", "left eye at 3 4", /got "left"/);
    await refuse("broken.json", "[[1, 2", /not JSON/);
    await refuse("empty.json", "{}", /without a list/);
    await refuse("null.json", "[null]", /without a list/);
    await refuse("two.json", JSON.stringify([points, points]), /one face, got those of 2/);
    await refuse("blank.txt", "# nothing", /without a list/);
    await refuse("bare.pts", lines(points), /braces/);
    await refuse("same.txt", lines(points.map(() => [100, 100])), /eyes and mouth 0\.0 px apart/);
    const shuffled = points.map((_, i) => points[(29 * i) % 68]);
    await refuse("shuffled.txt", lines(shuffled), /points of a face/, /another order|exchanged|not between/);
    await refuse(
      "other.txt",
      lines(points.map(([x, y]): Point => [x + 900, y])),
      /512 x 512 px/,
      /point 1 at/,
    );
    await assert.rejects(readLandmarks(path.join(folder, "none.txt"), photo), /no such file/);
    await assert.rejects(readLandmarks(folder, photo), /a directory/);
  });
});
