/**
 * FaceWarehouse (Cao et al. 2014): 150 people, each with 20 expressions, in folders `Tester_N/TrainingPose`. It has
 * 74 points of its own (`.land`), which are not those of this project. Neither they nor its meshes are read.
 */
import { listPhotos } from "../photos/list-photos.js";
import { inOrder, type PhotoDataset } from "../photos/photo-dataset.js";

const layout = "the layout of FaceWarehouse (Tester_1/TrainingPose/pose_0.png, ...)";
const pose = /^(Tester_\d+)\/TrainingPose\/pose_\d+\.(png|jpg)$/;

/** @throws InputError one line: no such layout */
export async function openFaceWarehouse(root: string): Promise<PhotoDataset> {
  const { photos } = await listPhotos(root, { accept: (id) => pose.test(id), expected: layout });
  const items = photos.map((photo) => ({ ...photo, identity: pose.exec(photo.id)![1] }));
  return { name: "facewarehouse", path: root, items: inOrder(items), notes: [] };
}
