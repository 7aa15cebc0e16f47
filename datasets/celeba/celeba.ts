/**
 * CelebA as it is released (Liu et al. 2015): photos in one folder, one line of annotation a photo in text files. The
 * layout is described in the README beside this file.
 */
import { InputError, type Point } from "rerenderable";
import { numbersOf, readAnnotationTable, rowOf } from "../photos/annotation-table.js";
import { findInside, requireInside } from "../photos/find-inside.js";
import { listPhotos } from "../photos/list-photos.js";
import { inOrder, type Partition, type PhotoDataset, type PhotoItem } from "../photos/photo-dataset.js";

/** Aligned photos of 178 x 218 px, or the photos they were cut from: each kind has its own points. */
const kinds = {
  celeba: { images: "img_align_celeba", landmarks: "list_landmarks_align_celeba" },
  "celeba-in-the-wild": { images: "img_celeba", landmarks: "list_landmarks_celeba" },
} as const;

/** What `list_eval_partition.txt` calls the parts. */
const partitions: Readonly<Record<string, Partition>> = { 0: "train", 1: "validation", 2: "test" };

/**
 * @param root the folder of the photos and the annotations; the annotations may name photos that are not there
 * @throws InputError one line: no such layout, an annotation file that is missing or damaged, a photo without its
 *   line
 */
export async function openCelebA(root: string, name: keyof typeof kinds = "celeba"): Promise<PhotoDataset> {
  const { images, landmarks } = kinds[name];
  const layout = `the layout of CelebA (${images}/*.jpg or ${images}_png/*.png, ${landmarks}.txt, list_eval_partition.txt)`;
  const folder = await requireInside(
    root,
    // Kaggle's archive has the folder in a folder of the same name; the release has a folder of PNG beside it.
    [images, `${images}_png`].flatMap((name) => [`${name}/${name}`, `Img/${name}`, name]),
    layout,
    images,
  );
  const annotation = (file: string) => requireInside(root, annotationPlaces(file), layout, `${file}.txt`);
  const points = await readAnnotationTable(await annotation(landmarks), {
    what: "five points a photo",
    columns: 10,
  });
  const parts = await readAnnotationTable(await annotation("list_eval_partition"), {
    what: "the part of each photo",
    columns: 1,
  });
  const people = await readIdentities(root);
  const { photos } = await listPhotos(folder, { recursive: false });
  const items = photos.map(({ id, file }): PhotoItem => {
    // The annotations name a PNG as the JPEG it was made with.
    const name = id.replace(/\.png$/, ".jpg");
    const [part] = rowOf(parts, name);
    const partition = partitions[part];
    if (!partition) throw new InputError(parts.file, `0, 1 or 2 for ${id}`, `"${part}"`);
    return {
      id,
      file,
      partition,
      ...(people ? { identity: rowOf(people, name)[0] } : {}),
      points: fivePointsOf(numbersOf(points, name)),
    };
  });
  return { name, path: root, items: inOrder(items), notes: people ? [] : [withoutIdentities(root)] };
}

/** Reads the identities of CelebA, which are given out apart from the photos; undefined without them. */
export async function readIdentities(root: string) {
  const file = await findInside(root, annotationPlaces("identity_CelebA"));
  if (file === undefined) return undefined;
  return readAnnotationTable(file, { what: "the person in each photo", columns: 1 });
}

export function withoutIdentities(root: string): string {
  return `${root}: identity_CelebA.txt is not there: one person may be in training and in testing.`;
}

/** The places of an annotation file: as released, all in one folder as torchvision has them, or Kaggle's tables. */
export function annotationPlaces(file: string): string[] {
  return ["Anno", "Eval", "."].flatMap((folder) => [`${folder}/${file}.txt`, `${folder}/${file}.csv`]);
}

/**
 * Eyes, nose, mouth corners. CelebA says left where the picture has left, so its order is that of `FivePoints`. Its whole
 * numbers count pixels from 0; their centres stand at +0.5.
 */
function fivePointsOf(numbers: readonly number[]): Point[] {
  return Array.from({ length: 5 }, (_, i): Point => [numbers[2 * i] + 0.5, numbers[2 * i + 1] + 0.5]);
}
