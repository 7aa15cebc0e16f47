/** The few faces that the server keeps. If there are too many, the face that was used longest ago is dropped. */
import { InputError } from "rerenderable";
import type { LoadedFace } from "./loaded-face.js";

/** A face takes about 20 MB, most of it the light of each texel. */
const most = 6;

export interface FaceShelf {
  find(id: string): LoadedFace | undefined;
  /** @throws InputError if the face is not there, or no longer */
  get(id: string): LoadedFace;
  put(face: LoadedFace): void;
  all(): readonly LoadedFace[];
}

export function createFaceShelf(): FaceShelf {
  const faces = new Map<string, LoadedFace>();
  const find = (id: string) => {
    const face = faces.get(id);
    if (face) {
      faces.delete(id); // it moves to the end
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
