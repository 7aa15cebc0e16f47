/**
 * CelebA-HQ as CelebAMask-HQ releases it: 30,000 photos of 1024 px and the names they have in CelebA, by which CelebA's
 * identities and parts hold for them too.
 */
import path from "node:path";
import { InputError } from "rerenderable";
import { annotationPlaces, readIdentities, withoutIdentities } from "../celeba/celeba.js";
import { type AnnotationTable, readAnnotationTable, rowOf } from "../photos/annotation-table.js";
import { findInside, requireInside } from "../photos/find-inside.js";
import { listPhotos } from "../photos/list-photos.js";
import { inOrder, type Partition, type PhotoDataset, type PhotoItem } from "../photos/photo-dataset.js";

const layout = "the layout of CelebAMask-HQ (CelebA-HQ-img/*.jpg, CelebA-HQ-to-CelebA-mapping.txt)";
const partitions: Readonly<Record<string, Partition>> = { 0: "train", 1: "validation", 2: "test" };

/** @throws InputError one line, as `openCelebA` */
export async function openCelebAHq(root: string): Promise<PhotoDataset> {
  const folder = await requireInside(root, ["CelebA-HQ-img"], layout, "CelebA-HQ-img");
  const mapping = await requireInside(
    root,
    ["CelebA-HQ-to-CelebA-mapping.txt"],
    layout,
    "CelebA-HQ-to-CelebA-mapping.txt",
  );
  // A line has the number here, the number in CelebA, and the name in CelebA.
  const table = await readAnnotationTable(mapping, {
    what: "the name of each photo in CelebA",
    columns: 2,
    nameColumn: 2,
  });
  const names = new Map(Array.from(table.rows, ([name, [number]]) => [`${number}.jpg`, name]));
  const people = await readIdentities(root);
  const parts = await readParts(root);
  const { photos } = await listPhotos(folder, { recursive: false });
  const items = photos.map(({ id, file }): PhotoItem => {
    const original = names.get(path.posix.basename(id));
    if (original === undefined) throw new InputError(mapping, `a line for ${id}`, "none");
    return {
      id,
      file,
      ...(people ? { identity: rowOf(people, original)[0] } : {}),
      ...(parts ? { partition: partitions[rowOf(parts, original)[0]] } : {}),
    };
  });
  return {
    name: "celeba-hq",
    path: root,
    items: inOrder(items),
    notes: people ? [] : [withoutIdentities(root)],
  };
}

async function readParts(root: string): Promise<AnnotationTable | undefined> {
  const file = await findInside(root, annotationPlaces("list_eval_partition"));
  return file === undefined
    ? undefined
    : readAnnotationTable(file, { what: "the part of each photo", columns: 1 });
}
