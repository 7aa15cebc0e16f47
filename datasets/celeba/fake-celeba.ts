/** For tests: a small tree with the folders, file names and annotation formats of CelebA. The photos are any JPEG. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

export interface FakePhoto {
  /** The photo's name, for example `000001.jpg`. */
  readonly name: string;
  readonly jpeg: Uint8Array;
  readonly identity: number;
  /** 0 train, 1 validation, 2 test. */
  readonly part: 0 | 1 | 2;
  /** x and y of eyes, nose and mouth corners. */
  readonly points: readonly number[];
}

export async function writeFakeCelebA(root: string, photos: readonly FakePhoto[]): Promise<void> {
  const images = path.join(root, "Img", "img_align_celeba");
  for (const folder of [images, path.join(root, "Anno"), path.join(root, "Eval")]) {
    await mkdir(folder, { recursive: true });
  }
  for (const { name, jpeg } of photos) await writeFile(path.join(images, name), jpeg);
  const names =
    "lefteye_x lefteye_y righteye_x righteye_y nose_x nose_y leftmouth_x leftmouth_y rightmouth_x rightmouth_y";
  const write = (file: string, lines: readonly string[]) =>
    writeFile(path.join(root, file), lines.map((line) => `${line}\n`).join(""));
  // Columns are filled with blanks, as in the original.
  const numbers = (values: readonly number[]) =>
    values.map((value) => String(Math.round(value)).padStart(4)).join(" ");
  await write("Anno/list_landmarks_align_celeba.txt", [
    String(photos.length),
    `${names} `,
    ...photos.map(({ name, points }) => `${name} ${numbers(points)}`),
  ]);
  await write(
    "Anno/identity_CelebA.txt",
    photos.map(({ name, identity }) => `${name} ${identity}`),
  );
  await write(
    "Eval/list_eval_partition.txt",
    photos.map(({ name, part }) => `${name} ${part}`),
  );
}
