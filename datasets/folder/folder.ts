/** Any photos in a folder and its folders. A `.pts` file beside a photo, of the same name, holds its points. */
import path from "node:path";
import { listPhotos } from "../photos/list-photos.js";
import { inOrder, type PhotoDataset } from "../photos/photo-dataset.js";

export async function openFolder(root: string): Promise<PhotoDataset> {
  const { photos, files } = await listPhotos(root);
  const items = photos.map((photo) => {
    const points = `${photo.id.slice(0, -path.posix.extname(photo.id).length)}.pts`;
    return files.has(points) ? { ...photo, pointsFile: path.join(root, ...points.split("/")) } : photo;
  });
  return { name: "folder", path: root, items: inOrder(items), notes: [] };
}
