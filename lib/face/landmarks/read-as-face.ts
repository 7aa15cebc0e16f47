/** Finds the reading of written points that gives a face, and says which it was where it is not the plain one. */
import type { Point } from "../../base/image/rgb-image.js";
import { InputError } from "../../base/tensor/input-error.js";
import { landmarkCount, mirrorOrder } from "./landmarks.js";
import type { WrittenPoints } from "./landmarks-json.js";
import { rollOfFace, whyNoFace } from "./plausible-points.js";
import { inOrder, pointOrders } from "./point-orders.js";

/** The photo the points belong to, as `readImage` returns it. */
export interface PhotoFrame {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  /** Its name: of a file with the points of many photos, its own are taken. */
  readonly file?: string;
}

type Size = Pick<PhotoFrame, "width" | "height">;

interface Reading {
  readonly points: readonly Point[];
  /** What was guessed; empty for what the file says plainly. */
  readonly guesses: readonly string[];
}

// Each of the following has the plain reading first, without a word.

interface Pairing {
  readonly says?: string;
  readonly point: (numbers: readonly number[], i: number) => Point;
}

const pairings: readonly Pairing[] = [
  { point: (numbers, i) => [numbers[2 * i], numbers[2 * i + 1]] },
  { says: "all x before all y", point: (numbers, i) => [numbers[i], numbers[numbers.length / 2 + i]] },
];

interface Frame {
  readonly says?: string;
  /** @param bottom y of the picture's lower edge plus that of its upper one */
  readonly move: (points: readonly Point[], bottom: number) => readonly Point[];
}

const frames: readonly Frame[] = [
  { move: (points) => points },
  { says: "y, x", move: (points) => points.map(([x, y]): Point => [y, x]) },
  {
    says: "y counted from the bottom",
    move: (points, bottom) => points.map(([x, y]): Point => [x, bottom - y]),
  },
  {
    says: "left and right exchanged",
    move: (points) => (points.length === landmarkCount ? mirrorOrder : [1, 0, 2, 4, 3]).map((i) => points[i]),
  },
];

interface Unit {
  readonly says?: string;
  readonly bottom: (picture: Size) => number;
  readonly toPixels: (point: Point, picture: Size) => Point;
}

const pixels: Unit = { bottom: ({ height }) => height, toPixels: (point) => point };
const parts: Unit = {
  says: "parts of the photo's width and height",
  bottom: () => 1,
  toPixels: ([x, y], { width, height }) => [x * width, y * height],
};
const aroundMiddle: Unit = {
  says: "-1 to 1 over the photo's width and height",
  bottom: () => 0,
  toPixels: ([x, y], { width, height }) => [((x + 1) / 2) * width, ((y + 1) / 2) * height],
};

/** A face of less than 2 px is none, so such numbers are parts of the photo. */
function unitOf(numbers: readonly number[]): Unit {
  if (numbers.some((value) => Math.abs(value) > 2)) return pixels;
  return numbers.some((value) => value < -0.2) ? aroundMiddle : parts;
}

/** A guess must give an upright face: in one that is turned by more, a mistake may look like another one. */
const mostRoll = Math.PI / 3;

/**
 * @param written readings of the file, the likeliest first, each of a number of points that has an order
 * @returns 5 or 68 points in px of `photo`
 * @throws InputError one line: no reading gives a face on the photo
 */
export function readAsFace(
  file: string,
  written: readonly WrittenPoints[],
  photo: PhotoFrame,
): { points: readonly Point[]; note?: string } {
  const readings = written.flatMap((one) => readingsOf(one, photo));
  const isPlain = ({ guesses }: Reading) => guesses.length === 0;
  const ordered = [...readings.filter(isPlain), ...readings.filter((reading) => !isPlain(reading))];
  for (const reading of ordered) {
    const { points, guesses } = reading;
    if (whyNoFace(points) ?? whyBeside(points, photo)) continue;
    if (isPlain(reading)) return { points };
    if (Math.abs(rollOfFace(points)) < mostRoll) return { points, note: `read as ${guesses.join(", ")}` };
  }
  const [{ points }] = ordered;
  const beside = whyBeside(points, photo);
  if (beside)
    throw new InputError(file, `points on the photo of ${photo.width} x ${photo.height} px`, beside);
  throw new InputError(file, "the points of a face in their order", whyNoFace(points)!);
}

function readingsOf({ numbers, picture, shift = 0, sided }: WrittenPoints, photo: PhotoFrame): Reading[] {
  const stored = { width: photo.width / photo.scale, height: photo.height / photo.scale };
  const whole = picture ?? stored;
  const unit = unitOf(numbers);
  const count = numbers.length / 2;
  // MediaPipe's points are parts of the picture, and names of sides have two meanings: nothing is guessed there.
  const says = (word: string | undefined) =>
    word === undefined || (word === parts.says && count > 400) || (word === frames[3].says && sided)
      ? []
      : [word];
  const toPhoto = (point: Point): Point => {
    const [x, y] = unit.toPixels(point, whole);
    const move = unit === pixels ? shift : 0;
    return [((x + move) * photo.width) / whole.width, ((y + move) * photo.height) / whole.height];
  };
  return pointOrders.get(count)!.flatMap((order) =>
    pairings.flatMap((pairing) => {
      const all = Array.from({ length: count }, (_, i) => pairing.point(numbers, i));
      const points = inOrder(all, order);
      return frames.map(
        (frame): Reading => ({
          points: frame.move(points, unit.bottom(whole)).map(toPhoto),
          guesses: [pairing.says, frame.says, unit.says].flatMap(says),
        }),
      );
    }),
  );
}

/** A face may be cut off at the border, but points a whole photo away belong to another photo. */
function whyBeside(points: readonly Point[], { width, height }: PhotoFrame): string | undefined {
  const outside = points.findIndex(
    ([x, y]) => x < -width / 2 || x > 1.5 * width || y < -height / 2 || y > 1.5 * height,
  );
  if (outside < 0) return undefined;
  const [x, y] = points[outside];
  return `point ${outside + 1} at ${x.toFixed(1)}, ${y.toFixed(1)}`;
}
