/** Chooses the one face to reconstruct among those that were found. */
import { InputError } from "../../base/tensor/input-error.js";
import { roundedDown } from "./assess-face.js";
import type { FaceBox } from "./find-boxes.js";
import type { FaceSearch, SoughtFace } from "./search-faces.js";

const leastScore = 0.8;

export interface FaceChoice {
  /** Which face, by the size of its box: 1 is the largest. By default 1, with a warning if there are more. */
  readonly number?: number;
  /** Faces below this score are not taken: under 0.8 the points of hidden faces and of profiles are wrong. */
  readonly minimumScore?: number;
}

export interface ChosenFace<Face extends FaceBox> {
  readonly face: Face;
  /** One line for the user, when other faces were left out. */
  readonly warning?: string;
}

/**
 * @param file the photo's name, for messages
 * @param faces what the detector found; boxes are enough
 * @throws InputError when no face is good enough, or fewer than the number asked for
 */
export function chooseFace<Face extends FaceBox>(
  file: string,
  faces: readonly Face[],
  { number, minimumScore = leastScore }: FaceChoice = {},
): ChosenFace<Face> {
  const good = goodFaces(file, faces, minimumScore);
  if (number !== undefined && !(Number.isInteger(number) && number >= 1 && number <= good.length)) {
    throw new InputError(file, `a face number from 1 to ${good.length} (1 is the largest)`, `${number}`);
  }
  const face = good[(number ?? 1) - 1]!;
  if (good.length === 1 || number !== undefined) return { face };
  const warning =
    `${file}: ${good.length} faces were found; the largest was taken ` +
    `(a number from 1 to ${good.length} chooses another).`;
  return { face, warning };
}

/** The largest first. */
function goodFaces<Face extends FaceBox>(file: string, faces: readonly Face[], minimumScore: number): Face[] {
  const area = ({ box }: Face) => box.width * box.height;
  const good = faces.filter(({ score }) => score >= minimumScore).sort((a, b) => area(b) - area(a));
  if (good.length === 0) {
    const best = faces.reduce((most, { score }) => Math.max(most, score), 0);
    const seen = best > 0 ? ` (best candidate ${roundedDown(best, 2)})` : "";
    throw new InputError(
      file,
      `a face, seen well enough for the detector to score it ${minimumScore} or more`,
      `no such face${seen}`,
    );
  }
  return good;
}

/**
 * Chooses among faces that were searched for, which need no least score any more.
 * @throws InputError that says what was tried and what helps, or as `chooseFace`
 */
export function chooseSoughtFace(
  file: string,
  { faces, tried }: FaceSearch,
  number?: number,
): ChosenFace<SoughtFace> {
  if (faces.length > 0) return chooseFace(file, faces, { number, minimumScore: 0 });
  const help = "its points in a file (--landmarks; five are enough) or a closer cut of the photo would help";
  throw new InputError(file, "a face", `none in ${tried}: ${help}`);
}
