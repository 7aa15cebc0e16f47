/**
 * 300W-LP (Zhu et al. 2016): photos turned to large poses, each with a `.mat` file of the same name beside it.
 * Without its last number, a name is that of the photo from which all turned copies come: they count as one identity.
 */
import path from "node:path";
import { InputError } from "rerenderable";
import { listPhotos } from "../photos/list-photos.js";
import { inOrder, type PhotoDataset, type PhotoItem } from "../photos/photo-dataset.js";

/** The sources; each also exists with `_Flip` behind its name, which holds the same photos mirrored. */
const sources = ["AFW", "HELEN", "IBUG", "LFPW"] as const;
const folders: readonly string[] = sources.flatMap((source) => [source, `${source}_Flip`]);
const layout = `the layout of 300W-LP (${sources.join(", ")} and each with _Flip: *.jpg with a .mat beside it)`;

/** @throws InputError one line: no such layout, a photo without its `.mat` */
export async function open300wLp(root: string): Promise<PhotoDataset> {
  const { photos, files } = await listPhotos(root, {
    accept: (id) => folders.includes(id.split("/")[0]) && id.split("/").length === 2,
    expected: layout,
  });
  const items = photos.map((photo): PhotoItem => {
    const annotation = photo.id.replace(/\.[^./]+$/, ".mat");
    if (!files.has(annotation)) throw new InputError(photo.file, `${annotation} beside it`, "none");
    return {
      ...photo,
      identity: photographOf(photo.id),
      pointsFile: path.join(root, ...annotation.split("/")),
    };
  });
  return { name: "300w-lp", path: root, items: inOrder(items), notes: [] };
}

/** `HELEN_Flip/HELEN_1234_1_7.jpg` and `HELEN/HELEN_1234_1_0.jpg` are both of `HELEN_1234_1`. */
function photographOf(id: string): string {
  return path.posix.basename(id).replace(/_\d+\.[^.]+$/, "");
}
