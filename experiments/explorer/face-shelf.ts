/** The faces that the server holds: a few, of which the one looked at longest ago gives way. */
import { InputError } from "rerenderable";
import type { LoadedFace } from "./loaded-face.js";

/** A face takes about 20 MB, most of it the light of each texel. */
const most = 6;

export interface FaceShelf {
  find(id: string): LoadedFace | undefined;
  /** @throws InputError where it is not, or no longer, there */
  get(id: string): LoadedFace;
  put(face: LoadedFace): void;
  all(): readonly LoadedFace[];
}

export function createFaceShelf(): FaceShelf {
  const faces = new Map<string, LoadedFace>();
  const find = (id: string) => {
    const face = faces.get(id);
    if (face) {
      faces.delete(id); // to the end
      faces.set(id, face);
    }
    return face;
  };
  return {
    find,
    get(id) {
      const face = find(id);
      if (face) return face;
      throw new InputError(
        "face",
        `one of those that are loaded, at most ${most} at a time`,
        "another: load it again",
      );
    },
    put(face) {
      faces.set(face.id, face);
      if (faces.size > most) faces.delete(faces.keys().next().value!);
    },
    all: () => [...faces.values()],
  };
}
