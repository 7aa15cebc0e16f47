/**
 * The head around a face of the embedded model: scalp, ears, neck, teeth, tongue and lashes, baked by
 * `scripts/bake/head/bake.ts`. It is scaled as the face is and follows the face's vertices near it, less and less
 * with the distance, so that the two meet at the face's rim.
 */
import { decodeSafetensors, multiplySparseDense, type StoredTensor } from "rerenderable/base";
import { catmullClark, type QuadCorners, type Subdivision } from "rerenderable/face";

export const headParts = ["skin", "upper-teeth", "lower-teeth", "tongue", "lashes"] as const;
export type HeadPart = (typeof headParts)[number];

interface StoredPart {
  /** Model frame, [N * 3]. */
  readonly rest: Float32Array;
  /** Coarse vertices of the face that each vertex follows, nearest first, and their weights; [N * 6]. */
  readonly follows: Int16Array;
  readonly weights: Float32Array;
  /** The distance to the nearest of them, [N]. */
  readonly distance: Float32Array;
  readonly subdivision: Subdivision;
  readonly triangles: Int32Array;
  readonly quads: readonly QuadCorners[];
}

export interface HeadModel {
  readonly parts: Readonly<Record<HeadPart, StoredPart>>;
  /** Rest positions of the face's coarse vertices in the base mesh, model frame. */
  readonly faceRest: Float32Array;
  /** How far inside the face's rim the skin's drawn vertices lie, negative outside, 10 cm. */
  readonly skinDepth: Float32Array;
  /** Rest positions of the skin's drawn vertices. */
  readonly skinRest: Float32Array;
}

/** @param source names the bytes in errors */
export function headModelFrom(bytes: Uint8Array, source: string): HeadModel {
  const { tensors } = decodeSafetensors(bytes, source);
  const parts = Object.fromEntries(headParts.map((part) => [part, readPart(tensors, part)])) as Record<
    HeadPart,
    StoredPart
  >;
  const refine = (values: ArrayLike<number>, width: number) =>
    multiplySparseDense(parts.skin.subdivision.matrix, values, width);
  return {
    parts,
    faceRest: tensors["face.rest"].values as Float32Array,
    skinDepth: refine(tensors["skin.depth"].values, 1),
    skinRest: refine(parts.skin.rest, 3),
  };
}

function readPart(tensors: Readonly<Record<string, StoredTensor>>, part: HeadPart): StoredPart {
  const of = (name: string) => tensors[`${part}.${name}`].values;
  const corners = of("quads");
  const quads = Array.from({ length: corners.length / 4 }, (_, q) =>
    Array.from(corners.slice(4 * q, 4 * q + 4)),
  ) as unknown as QuadCorners[];
  const rest = of("rest") as Float32Array;
  const subdivision = catmullClark(quads, rest.length / 3);
  return {
    rest,
    follows: of("follows") as Int16Array,
    weights: of("weights") as Float32Array,
    distance: of("distance") as Float32Array,
    subdivision,
    quads,
    triangles: Int32Array.from(subdivision.quads.flatMap(([a, b, c, d]) => [a, b, c, a, c, d])),
  };
}
