/** The test photos of MoFA (Tewari et al. 2017): one flat folder, without the names of the people. */
import { listPhotos } from "../photos/list-photos.js";
import { inOrder, type PhotoDataset, type PhotoItem } from "../photos/photo-dataset.js";

/** Lists the photos. All are for testing: no network of the paper was trained on them. */
export async function openMofa(root: string): Promise<PhotoDataset> {
  const { photos } = await listPhotos(root, { recursive: false });
  const items = photos.map((photo): PhotoItem => ({ ...photo, partition: "test" }));
  return { name: "mofa", path: root, items: inOrder(items), notes: [] };
}
