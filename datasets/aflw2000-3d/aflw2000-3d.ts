/** AFLW2000-3D (Zhu et al. 2016): 2,000 photos in one folder, each with a `.mat` file of the same name beside it. */
import path from "node:path";
import { InputError } from "rerenderable";
import { listPhotos } from "../photos/list-photos.js";
import { inOrder, type PhotoDataset, type PhotoItem } from "../photos/photo-dataset.js";

const layout = "the layout of AFLW2000-3D (image00002.jpg with image00002.mat beside it, ...)";

/**
 * Lists the photos. All are for testing, as in the literature.
 * @throws InputError one line: no such layout, a photo without its `.mat`
 */
export async function openAflw2000(root: string): Promise<PhotoDataset> {
  const { photos, files } = await listPhotos(root, {
    recursive: false,
    accept: (id) => /^image\d+\.jpg$/.test(id),
    expected: layout,
  });
  const items = photos.map((photo): PhotoItem => {
    const annotation = photo.id.replace(/\.jpg$/, ".mat");
    if (!files.has(annotation)) throw new InputError(photo.file, `${annotation} beside it`, "none");
    return { ...photo, partition: "test", pointsFile: path.join(root, annotation) };
  });
  return { name: "aflw2000-3d", path: root, items: inOrder(items), notes: [] };
}
