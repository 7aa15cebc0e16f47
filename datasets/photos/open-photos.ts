/** Every layout of photos by the name that `--set dataset=...` takes. */
import { open300wLp } from "../300w-lp/300w-lp.js";
import { openAflw2000 } from "../aflw2000-3d/aflw2000-3d.js";
import { openCelebA } from "../celeba/celeba.js";
import { openCelebAHq } from "../celeba-hq/celeba-hq.js";
import { openFaceWarehouse } from "../facewarehouse/facewarehouse.js";
import { openFolder } from "../folder/folder.js";
import { openMofa } from "../mofa/mofa.js";
import type { PhotoDataset } from "./photo-dataset.js";

export const layoutNames = [
  "folder",
  "celeba",
  "celeba-in-the-wild",
  "celeba-hq",
  "300w-lp",
  "aflw2000-3d",
  "facewarehouse",
  "mofa",
] as const;

export type LayoutName = (typeof layoutNames)[number];

const layouts: Readonly<Record<LayoutName, (root: string) => Promise<PhotoDataset>>> = {
  folder: openFolder,
  celeba: (root) => openCelebA(root, "celeba"),
  "celeba-in-the-wild": (root) => openCelebA(root, "celeba-in-the-wild"),
  "celeba-hq": openCelebAHq,
  "300w-lp": open300wLp,
  "aflw2000-3d": openAflw2000,
  facewarehouse: openFaceWarehouse,
  mofa: openMofa,
};

/** @throws InputError one line that names the file or folder, what was expected and what came */
export function openPhotos(layout: LayoutName, root: string): Promise<PhotoDataset> {
  return layouts[layout](root);
}
