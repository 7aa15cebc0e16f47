import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openCelebA } from "./celeba.js";
import { type FakePhoto, writeFakeCelebA } from "./fake-celeba.js";

const photos: FakePhoto[] = [1, 2, 3].map((i) => ({
  name: `00000${i}.jpg`,
  jpeg: new Uint8Array([0xff, 0xd8]),
  identity: i === 3 ? 2880 : 1000 + i,
  part: (i - 1) as 0 | 1 | 2,
  points: [69, 109, 106, 113, 77, 142, 73, 152, 108, 154],
}));

describe("datasets/celeba", () => {
  let root: string;
  const at = (...parts: string[]) => path.join(root, ...parts);
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), "celeba-"));
    await writeFakeCelebA(root, photos);
  });
  afterEach(() => rm(root, { recursive: true }));

  it("lists photos with person, part and five points, whose pixels count from 0", async () => {
    const { name, items, notes } = await openCelebA(root);
    assert.equal(name, "celeba");
    assert.deepEqual(notes, []);
    assert.deepEqual(
      items.map(({ id, identity, partition }) => [id, identity, partition]),
      [
        ["000001.jpg", "1001", "train"],
        ["000002.jpg", "1002", "validation"],
        ["000003.jpg", "2880", "test"],
      ],
    );
    assert.deepEqual(items[0].points![0], [69.5, 109.5]);
    assert.equal(items[0].points!.length, 5);
  });

  it("takes the folder of PNG, whose annotations name JPEGs", async () => {
    await rename(at("Img", "img_align_celeba"), at("Img", "img_align_celeba_png"));
    for (const { name } of photos) {
      const file = at("Img", "img_align_celeba_png", name);
      await rename(file, file.replace(".jpg", ".png"));
    }
    const { items } = await openCelebA(root);
    assert.deepEqual(
      items.map(({ id, identity, partition }) => [id, identity, partition]),
      [
        ["000001.png", "1001", "train"],
        ["000002.png", "1002", "validation"],
        ["000003.png", "2880", "test"],
      ],
    );
  });

  it("takes torchvision's flat folder and Kaggle's tables too", async () => {
    await rename(at("Img", "img_align_celeba"), at("img_align_celeba"));
    for (const file of [
      "Anno/list_landmarks_align_celeba",
      "Anno/identity_CelebA",
      "Eval/list_eval_partition",
    ]) {
      const text = await readFile(at(`${file}.txt`), "utf8");
      const lines = text
        .trim()
        .split("\n")
        .slice(file.includes("landmarks") ? 2 : 0);
      const table = ["image_id,values", ...lines.map((line) => line.split(/\s+/).join(","))].join("\r\n");
      await writeFile(at(`${path.basename(file)}.csv`), table);
      await rm(at(`${file}.txt`));
    }
    const { items } = await openCelebA(root);
    assert.equal(items.length, 3);
    assert.equal(items[2].identity, "2880");
  });

  it("goes on without identities, and says what that means for the split", async () => {
    await rm(at("Anno", "identity_CelebA.txt"));
    const { items, notes } = await openCelebA(root);
    assert.equal(items[0].identity, undefined);
    assert.match(notes[0], /identity_CelebA\.txt is not there: one person may be in training and in testing/);
  });

  it("does not mind annotations of photos that are not there", async () => {
    await rm(at("Img", "img_align_celeba", "000002.jpg"));
    assert.equal((await openCelebA(root)).items.length, 2);
  });

  const landmarks = ["Anno", "list_landmarks_align_celeba.txt"] as const;
  const cases: readonly [string, () => Promise<unknown>, RegExp][] = [
    [
      "a missing annotation file",
      () => rm(at(...landmarks)),
      /got a folder without list_landmarks_align_celeba\.txt\.$/,
    ],
    [
      "a photo without its line",
      () => writeFile(at("Img", "img_align_celeba", "000009.jpg"), "x"),
      /list_eval_partition\.txt: expected a line for 000009\.jpg, got none\.$/,
    ],
    [
      "a photo that is named twice",
      () => append(at(...landmarks), "000001.jpg 1 2 3 4 5 6 7 8 9 10\n"),
      /list_landmarks_align_celeba\.txt: expected .*each photo once, got 000001\.jpg again in line 6\.$/,
    ],
    [
      "a line that was cut off",
      () => append(at(...landmarks), "000007.jpg 1 2 3\n"),
      /expected five points a photo: a photo's name and 10 values a line, got 3 in line 6\.$/,
    ],
    [
      "a value that is no number",
      () => writeFile(at(...landmarks), "3\nnames\n000001.jpg 1 2 3 4 x 6 7 8 9 10\n"),
      /list_landmarks_align_celeba\.txt: expected numbers for 000001\.jpg, got "x"\.$/,
    ],
    [
      "an empty annotation file",
      () => writeFile(at(...landmarks), "0\n"),
      /expected five points a photo, got a file without a line of a photo\.$/,
    ],
    [
      "a part of another name",
      () => writeFile(at("Eval", "list_eval_partition.txt"), "000001.jpg 7\n000002.jpg 0\n000003.jpg 0\n"),
      /expected 0, 1 or 2 for 000001\.jpg, got "7"\.$/,
    ],
    [
      "another layout",
      () => rm(at("Img"), { recursive: true }),
      /: expected the layout of CelebA \(.*\), got a folder without img_align_celeba\.$/,
    ],
    [
      "a folder without photos",
      async () => {
        await rm(at("Img"), { recursive: true });
        await mkdir(at("Img", "img_align_celeba"), { recursive: true });
      },
      /img_align_celeba: expected a folder with photos \(.*\), got an empty folder\.$/,
    ],
    [
      "no folder at all",
      () => rename(root, `${root}-away`),
      /expected the layout of CelebA .*, got no such folder\.$/,
    ],
  ];
  for (const [what, damage, pattern] of cases) {
    it(`refuses ${what} in one line`, async () => {
      await damage();
      await assert.rejects(openCelebA(root), (error: Error) => {
        assert.equal(error.name, "InputError");
        assert.match(error.message, pattern);
        assert.ok(!error.message.includes("\n"));
        return true;
      });
      await rename(`${root}-away`, root).catch(() => {});
    });
  }
});

async function append(file: string, text: string): Promise<void> {
  await writeFile(file, (await readFile(file, "utf8")) + text);
}
