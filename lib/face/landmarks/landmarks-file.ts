/**
 * Reads a user's own landmarks: 68 points, or 5 that are enough to align but not to fit.
 *
 * - `.pts` (iBUG): `n_points: 68 { x y ... }`. Its pixels count from 1 at their centre, so half a pixel is taken
 *   off to reach this project's convention (centre of the first pixel at 0.5).
 * - `.json`: `[[x, y], ...]`, or the same, flat or not, under a key `points` or `landmarks`.
 * - anything else: text, two numbers a line, parted by space, comma or semicolon; `#` opens a comment.
 *
 * All are in pixels of the upright photo as it is stored, before any shrinking on reading.
 */
import path from "node:path";
import type { Point } from "../../base/image/rgb-image.js";
import { InputError } from "../../base/tensor/input-error.js";
import { parseJson } from "../../base/tensor/parse-json.js";
import { readInputText } from "../../base/tensor/read-input-file.js";
import { type FivePoints, landmarkCount } from "./landmarks.js";

/** `kind` says what can be done with the points: five align a face, 68 also fit the model to it. */
export type UserLandmarks =
  | { readonly kind: "68"; readonly points: readonly Point[] }
  | { readonly kind: "5"; readonly points: FivePoints };

/** The photo the landmarks belong to, as `readImage` returns it. */
interface PhotoFrame {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

const shape = "68 points (iBUG order) or 5 (eyes, nose tip, mouth corners) as x y pairs";

/**
 * @param file path of the landmark file
 * @param photo the photo as read; points are scaled to it and checked against its borders
 * @returns points in px of `photo`
 * @throws InputError one line: no such file, not numbers, a wrong number of points, points beside the photo
 */
export async function readLandmarks(file: string, photo: PhotoFrame): Promise<UserLandmarks> {
  const text = await readInputText(file, shape);
  const extension = path.extname(file).toLowerCase();
  const numbers =
    extension === ".json"
      ? jsonNumbers(file, text)
      : extension === ".pts"
        ? textNumbers(file, ptsBody(file, text)).map((value) => value - 0.5)
        : textNumbers(file, text);
  const points: Point[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    points.push([photo.scale * numbers[i], photo.scale * numbers[i + 1]]);
  }
  if (numbers.length % 2 !== 0 || (points.length !== landmarkCount && points.length !== 5)) {
    throw new InputError(file, shape, `${numbers.length} numbers = ${numbers.length / 2} points`);
  }
  checkInside(file, points, photo);
  if (points.length === 5) return { kind: "5", points: points as unknown as FivePoints };
  return { kind: "68", points };
}

/** The text between the braces. */
function ptsBody(file: string, text: string): string {
  const body = /\{([^}]*)\}/.exec(text);
  if (!body) throw new InputError(file, "a .pts file with its points in braces", "no { ... }");
  return body[1];
}

function textNumbers(file: string, text: string): number[] {
  const words = text
    .replace(/#.*$/gm, "")
    .split(/[\s,;]+/)
    .filter((word) => word !== "");
  return words.map((word) => {
    const value = Number(word);
    if (!Number.isFinite(value)) throw new InputError(file, shape, `"${word.slice(0, 20)}"`);
    return value;
  });
}

function jsonNumbers(file: string, text: string): number[] {
  let content: unknown;
  try {
    content = parseJson(text);
  } catch {
    throw new InputError(file, shape, "text that is not JSON");
  }
  if (typeof content === "object" && content !== null && !Array.isArray(content)) {
    const record = content as Record<string, unknown>;
    content = record.points ?? record.landmarks;
  }
  if (!Array.isArray(content)) throw new InputError(file, shape, "JSON without a list of points");
  const values: unknown[] = content.flat();
  return values.map((value) => {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw new InputError(file, shape, `${JSON.stringify(value)?.slice(0, 20)}`);
  });
}

/** A face may be cut off at the border, but points a whole photo away belong to another photo. */
function checkInside(file: string, points: readonly Point[], { width, height }: PhotoFrame): void {
  const outside = points.findIndex(
    ([x, y]) => x < -width / 2 || x > 1.5 * width || y < -height / 2 || y > 1.5 * height,
  );
  if (outside < 0) return;
  const [x, y] = points[outside];
  const place = `point ${outside + 1} at ${x.toFixed(1)}, ${y.toFixed(1)}`;
  throw new InputError(file, `points on the photo of ${width} x ${height} px`, place);
}
