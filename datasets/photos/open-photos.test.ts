import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodeMat } from "rerenderable/testing";
import { readMatPoints } from "../300w-lp/mat-points.js";
import { openPhotos } from "./open-photos.js";

describe("datasets/photos", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), "photos-"));
  });
  afterEach(() => rm(root, { recursive: true }));
  const add = async (...names: string[]) => {
    for (const name of names) {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true });
      await writeFile(path.join(root, name), "x");
    }
  };

  it("folder lists photos of all folders in one order, with the points beside them, and leaves out what is hidden", async () => {
    await add(
      "b/2.JPG",
      "b/2.pts",
      "a.png",
      "notes.txt",
      ".hidden/3.jpg",
      "b/._2.jpg",
      "B1.webp",
      "c.jfif",
      "d.bmp",
    );
    const { items } = await openPhotos("folder", root);
    assert.deepEqual(
      items.map(({ id }) => id),
      ["B1.webp", "a.png", "b/2.JPG", "c.jfif", "d.bmp"],
    );
    assert.equal(items[2].pointsFile, path.join(root, "b", "2.pts"));
    assert.equal(items[0].pointsFile, undefined);
  });

  it("folder refuses one name for two photos, an empty folder and one without photos", async () => {
    const refused = (pattern: RegExp) => assert.rejects(openPhotos("folder", root), pattern);
    await refused(/: expected a folder with photos \(\.jpg .*\), got an empty folder\.$/);
    await add("notes.txt");
    await refused(/got no such photo among 1 files\.$/);
    await add("x/1.jpg", "x/1.PNG");
    await refused(/: expected each photo under a name of its own, got x\/1\.PNG and x\/1\.jpg\.$/);
  });

  it("300w-lp takes turned and mirrored copies of a photo for one identity, and reads its points", async () => {
    await add("HELEN/HELEN_12_1_0.jpg", "HELEN_Flip/HELEN_12_1_7.jpg", "HELEN/HELEN_12_1_0.mat");
    await assert.rejects(
      openPhotos("300w-lp", root),
      /HELEN_12_1_7\.jpg: expected HELEN_Flip\/HELEN_12_1_7\.mat beside it, got none\.$/,
    );
    await add(
      "HELEN_Flip/HELEN_12_1_7.mat",
      "Code/ModelGeneration/face.jpg",
      "landmarks/HELEN/HELEN_12_1_0_pts.mat",
    );
    const { items } = await openPhotos("300w-lp", root);
    assert.deepEqual(
      items.map(({ identity }) => identity),
      ["HELEN_12_1", "HELEN_12_1"],
    );
    const values = Float32Array.from({ length: 136 }, (_, i) => i + 1);
    await writeFile(
      items[0].pointsFile!,
      encodeMat({ pt2d: { dimensions: [2, 68], values } }, { compress: true }),
    );
    const points = await readMatPoints(items[0].pointsFile!);
    assert.deepEqual([points.length, points[0], points[67]], [68, [0.5, 1.5], [134.5, 135.5]]);
    await writeFile(items[0].pointsFile!, encodeMat({ pt3d: { dimensions: [2, 68], values } }));
    await assert.rejects(
      readMatPoints(items[0].pointsFile!),
      /expected `pt2d`, 2 x 68 numbers, or `pt3d_68`, 3 x 68, got a file without them/,
    );
  });

  it("aflw2000-3d lists one folder to test on, and reads the 68 points without their depth", async () => {
    await add("image00002.jpg", "image00002.mat", "Code/face.jpg", "notes.jpg");
    const { items } = await openPhotos("aflw2000-3d", root);
    assert.deepEqual(
      items.map(({ id, partition }) => [id, partition]),
      [["image00002.jpg", "test"]],
    );
    const numbers = (rows: number, columns: number) => ({
      dimensions: [rows, columns],
      values: Float32Array.from({ length: rows * columns }, (_, i) => i + 1),
    });
    await writeFile(items[0].pointsFile!, encodeMat({ pt2d: numbers(2, 21), pt3d_68: numbers(3, 68) }));
    const points = await readMatPoints(items[0].pointsFile!);
    assert.deepEqual([points.length, points[0], points[67]], [68, [0.5, 1.5], [201.5, 202.5]]);
    await add("image00004.jpg");
    await assert.rejects(openPhotos("aflw2000-3d", root), /expected image00004\.mat beside it, got none/);
  });

  it("celeba-hq finds people and parts by the names in CelebA", async () => {
    await add("CelebA-HQ-img/0.jpg", "CelebA-HQ-img/1.jpg");
    const text = (file: string, lines: string) => writeFile(path.join(root, file), lines);
    await text(
      "CelebA-HQ-to-CelebA-mapping.txt",
      "     idx    orig_idx     orig_file\n       0      119613    119614.jpg\n       1       99094    099095.jpg\n",
    );
    await text("identity_CelebA.txt", "099095.jpg 7\n119614.jpg 9\n");
    await text("list_eval_partition.txt", "099095.jpg 0\n119614.jpg 2\n");
    const { items } = await openPhotos("celeba-hq", root);
    assert.deepEqual(
      items.map(({ id, identity, partition }) => [id, identity, partition]),
      [
        ["0.jpg", "9", "test"],
        ["1.jpg", "7", "train"],
      ],
    );
    await add("CelebA-HQ-img/2.jpg");
    await assert.rejects(
      openPhotos("celeba-hq", root),
      /mapping\.txt: expected a line for 2\.jpg, got none\.$/,
    );
  });

  it("facewarehouse lists the testers' poses and nothing beside them", async () => {
    await add(
      "Tester_2/TrainingPose/pose_0.png",
      "Tester_2/TrainingPose/pose_0.land",
      "Tester_2/TestingPose/1.png",
    );
    const { items } = await openPhotos("facewarehouse", root);
    assert.deepEqual(items, [
      {
        id: "Tester_2/TrainingPose/pose_0.png",
        file: path.join(root, "Tester_2", "TrainingPose", "pose_0.png"),
        identity: "Tester_2",
      },
    ]);
  });

  it("mofa lists a flat folder, all of it to test on", async () => {
    await add("1.jpg", "masks/1.png");
    const { items } = await openPhotos("mofa", root);
    assert.deepEqual(
      items.map(({ id, partition }) => [id, partition]),
      [["1.jpg", "test"]],
    );
  });

  it("say what layout they expected", async () => {
    await add("photo.jpg");
    await assert.rejects(
      openPhotos("300w-lp", root),
      /expected the layout of 300W-LP .*, got no such photo among 1 files/,
    );
    await assert.rejects(
      openPhotos("facewarehouse", root),
      /expected the layout of FaceWarehouse .*, got no such photo/,
    );
    await assert.rejects(
      openPhotos("celeba-hq", root),
      /expected the layout of CelebAMask-HQ .*without CelebA-HQ-img/,
    );
  });
});
