/**
 * Reads a user's own landmarks: 68 points, or 5 that are enough to look for the others by.
 *
 * - `.pts` (iBUG): `n_points: 68 { x y ... }`. Its pixels count from 1 at their centre, so half a pixel is taken
 *   off to reach this project's convention (centre of the first pixel at 0.5).
 * - JSON: `[[x, y], ...]`, `[{ x, y }, ...]`, flat, or under a key; face-api, MediaPipe, RetinaFace, MTCNN, InsightFace.
 * - anything else: text, two numbers a line or one line a face, parted by space, comma or semicolon; OpenFace, CelebA,
 *   WFLW; `#` opens a comment.
 *
 * All are in pixels of the upright photo as it is stored, before any shrinking on reading, or in parts of its width and
 * height. 98, 106, 468 and 478 points become the 68. Points that cannot be a face's as they are written are tried in
 * other ways, and what gave a face is said.
 */
import path from "node:path";
import type { Point } from "../../base/image/rgb-image.js";
import { InputError } from "../../base/tensor/input-error.js";
import { parseJson } from "../../base/tensor/parse-json.js";
import { readInputText } from "../../base/tensor/read-input-file.js";
import type { FivePoints } from "./landmarks.js";
import { facesInJson, type WrittenPoints } from "./landmarks-json.js";
import { facesInTable, NoNumberError } from "./landmarks-table.js";
import { pointOrders } from "./point-orders.js";
import { type PhotoFrame, readAsFace } from "./read-as-face.js";

/** `kind` says what can be done with the points: five say where all are looked for, to 68 the model is fitted. */
export type UserLandmarks = (
  | { readonly kind: "68"; readonly points: readonly Point[] }
  | { readonly kind: "5"; readonly points: FivePoints }
) & {
  /** How they were read where they were no face as written, in one line. */
  readonly note?: string;
};

const shape =
  "68 points (iBUG order) or 5 (eyes, nose tip, mouth corners) as x y pairs, or 98, 106, 468 or 478 points";

/**
 * @param file path of the landmark file
 * @param photo the photo as read; points are scaled to it and checked against its borders
 * @returns points in px of `photo`
 * @throws InputError one line: no such file, not numbers, a wrong number of points, points that are no face's or lie
 *   beside the photo
 */
export async function readLandmarks(file: string, photo: PhotoFrame): Promise<UserLandmarks> {
  const text = (await readInputText(file, shape)).replace(/^\uFEFF/, "");
  const faces = writtenFaces(file, text, photo.file ?? "").map((reading) => onlyFace(file, reading));
  const counted = faces.filter(({ numbers }) => pointOrders.has(numbers.length / 2));
  if (counted.length === 0) {
    const { numbers } = faces[0];
    throw new InputError(file, shape, `${numbers.length} numbers = ${numbers.length / 2} points`);
  }
  const { points, note } = readAsFace(file, counted, photo);
  const named = note === undefined ? {} : { note: `${file}: ${note}.` };
  if (points.length === 5) return { kind: "5", points: points as unknown as FivePoints, ...named };
  return { kind: "68", points, ...named };
}

/** What the text may mean, most likely first. */
function writtenFaces(file: string, text: string, photo: string): WrittenPoints[][] {
  const extension = path.extname(file).toLowerCase();
  if (extension === ".json") return [facesInJson(jsonOf(file, text), photo)];
  try {
    if (extension !== ".pts") return facesInTable(text, photo);
    const [faces] = facesInTable(ptsBody(file, text), photo);
    return [faces.map((face) => ({ ...face, shift: -0.5 }))];
  } catch (error) {
    if (error instanceof NoNumberError) throw new InputError(file, shape, `"${error.cell.slice(0, 20)}"`);
    throw error;
  }
}

function onlyFace(file: string, faces: readonly WrittenPoints[]): WrittenPoints {
  const found = faces.filter(({ numbers }) => pointOrders.has(numbers.length / 2));
  if (found.length > 1) throw new InputError(file, "the points of one face", `those of ${found.length}`);
  const face = found[0] ?? faces[0];
  if (!face) throw new InputError(file, shape, "a file without a list of points");
  return face;
}

/** The text between the braces. */
function ptsBody(file: string, text: string): string {
  const body = /\{([^}]*)\}/.exec(text);
  if (!body) throw new InputError(file, "a .pts file with its points in braces", "no { ... }");
  return body[1];
}

function jsonOf(file: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    throw new InputError(file, shape, "text that is not JSON");
  }
}
