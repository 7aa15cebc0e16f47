/** Finds the points of one face in JSON, whichever program wrote it. */
import path from "node:path";
import type { Point } from "../../base/image/rgb-image.js";

/** Points as a file has them, before anything is said of their order or unit. */
export interface WrittenPoints {
  /** x and y by turns. */
  readonly numbers: readonly number[];
  /** The picture that the numbers count pixels of, where the file says so. */
  readonly picture?: { readonly width: number; readonly height: number };
  /** What leads from the file's pixels to those whose first centre is at 0.5; 0. */
  readonly shift?: number;
  /** Whether the file names left and right, which some programs mean as the person's and others as the picture's. */
  readonly sided?: boolean;
}

/** Where programs keep points, the surest first; all that lies beside such a key is left aside. */
const keys: readonly string[] = [
  ...["points", "landmarks", "_positions", "positions", "keypoints", "kps", "landmark", "scaledMesh", "mesh"],
  ...["faceLandmarks", "face_landmarks", "multiFaceLandmarks", "multi_face_landmarks", "faces"],
  ...["landmark_3d_68", "landmark_2d_106"],
];

/** The most levels that a file's records may lie in each other. */
const deepest = 12;

/**
 * Finds points under every usual key, or under any: lists of pairs, triples, flat numbers, records with x and y
 * (face-api's `_x` and `_y`), five points by name.
 * @param photo the photo's name: of an entry a photo, its own is taken
 * @returns one entry for each face
 */
export function facesInJson(content: unknown, photo: string): WrittenPoints[] {
  return search(content, path.basename(photo), 0);
}

function search(value: unknown, photo: string, depth: number): WrittenPoints[] {
  if (typeof value !== "object" || value === null || depth > deepest) return [];
  if (Array.isArray(value)) {
    const numbers = numbersOf(value);
    return numbers ? [{ numbers }] : value.flatMap((inner) => search(inner, photo, depth + 1));
  }
  const record = value as Record<string, unknown>;
  const five = fiveByName(record);
  if (five) return [{ numbers: five.flat(), sided: true }];
  const own = [photo, ...keys].find((key) => Object.hasOwn(record, key));
  const inside = own === undefined ? Object.values(record) : [record[own]];
  const picture = pictureOf(record);
  return inside.flatMap((inner) =>
    search(inner, photo, depth + 1).map((face) => (picture ? { ...face, picture } : face)),
  );
}

/** The numbers of a list of points, or of a flat list; undefined where the list is neither. */
function numbersOf(list: readonly unknown[]): number[] | undefined {
  if (list.length >= 5 && list.every((value) => typeof value === "number")) return list as number[];
  const points = list.map(pointOf);
  return points.length >= 5 && points.every(isPoint) ? points.flat() : undefined;
}

// Written out, as the TypeScript of notebooks does not infer it.
const isPoint = (point: Point | undefined): point is Point => point !== undefined;

/** A point in two or three dimensions; the third is left out. */
function pointOf(value: unknown): Point | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { x, y, _x, _y } = value as Record<string, unknown>;
  const [first, second, ...more] = Array.isArray(value) ? value : [x ?? _x, y ?? _y];
  if (typeof first !== "number" || typeof second !== "number" || more.length > 1) return undefined;
  return [first, second];
}

/** RetinaFace's and MTCNN's five points: records of `left_eye`, `right_eye`, `nose`, `mouth_left`, `mouth_right`. */
function fiveByName(record: Record<string, unknown>): Point[] | undefined {
  const find = (...words: readonly string[]) => {
    const found = Object.entries(record).filter(([key]) =>
      words.every((word) => key.toLowerCase().includes(word)),
    );
    return found.length === 1 ? pointOf(found[0][1]) : undefined;
  };
  const five = [
    find("right", "eye"),
    find("left", "eye"),
    find("nose"),
    find("mouth", "right"),
    find("mouth", "left"),
  ];
  return five.every(isPoint) ? five : undefined;
}

/** The size of the picture beside face-api's points. */
function pictureOf({ detection }: Record<string, unknown>): WrittenPoints["picture"] {
  const sizes = detection as Record<string, Record<string, unknown>> | undefined;
  const size = sizes?._imageDims ?? sizes?.imageDims;
  const [width, height] = [size?._width ?? size?.width, size?._height ?? size?.height].map(Number);
  return width > 0 && height > 0 ? { width, height } : undefined;
}
