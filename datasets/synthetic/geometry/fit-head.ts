/** Fits the head to a face: scaled as the face is, and drawn along by the face's vertices near it. */
import { multiplySparseDense } from "rerenderable/base";
import { type HeadModel, type HeadPart, headParts } from "./head.js";
import { areaNormals } from "./mesh-part.js";

export interface FittedHead {
  /** Drawn vertices of each part, model frame. */
  readonly vertices: Readonly<Record<HeadPart, Float32Array>>;
}

const followed = 6;
/** The distance over which the head stops following the face's own shape and its movements: 10 cm. */
const reach = { shape: 0.9, movement: { skin: 0.35, other: 10 } };
/**
 * How much narrower teeth are than in the base mesh, and how far they stand behind the lips: the cavity is the face
 * model's.
 */
const teeth = { narrower: 0.76, back: 0.04 };
/** How far the head lies below the face where both exist, so that it does not show through. */
const sunk = 0.012;

/**
 * @param coarseRest the face's coarse vertices without expression, model frame
 * @param coarse the same with it
 */
export function fitHead(model: HeadModel, coarseRest: Float64Array, coarse: Float64Array): FittedHead {
  const scaling = fitScaling(model.faceRest, coarseRest);
  const vertices = {} as Record<HeadPart, Float32Array>;
  for (const part of headParts) {
    const moved = movePart(model, part, scaling, coarseRest, coarse);
    if (part.endsWith("teeth")) setBack(moved);
    // Lashes are not subdivided: they are strips whose ends matter.
    vertices[part] =
      part === "lashes" ? moved : multiplySparseDense(model.parts[part].subdivision.matrix, moved, 3);
  }
  const normals = areaNormals(vertices.skin, model.parts.skin.triangles);
  for (let v = 0; v < model.skinDepth.length; v++) {
    const step = Math.min(Math.max(0.3 * model.skinDepth[v], 0), sunk);
    for (let k = 0; k < 3; k++) vertices.skin[3 * v + k] -= step * normals[3 * v + k];
  }
  return { vertices };
}

function setBack(vertices: Float32Array): void {
  for (let i = 0; i < vertices.length; i += 3) {
    vertices[i] *= teeth.narrower;
    vertices[i + 2] -= teeth.back;
  }
}

interface Scaling {
  readonly scale: readonly number[];
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Finds scales along the axes and a shift, by least squares; depth is scaled by the mean of the other two. */
function fitScaling(from: Float32Array, to: Float64Array): Scaling {
  const count = from.length / 3;
  const mean = (x: ArrayLike<number>, k: number) => {
    let sum = 0;
    for (let v = 0; v < count; v++) sum += x[3 * v + k];
    return sum / count;
  };
  const [middle, target] = [from, to].map((x) => [0, 1, 2].map((k) => mean(x, k)));
  const scale = [0, 1].map((k) => {
    let [product, square] = [0, 0];
    for (let v = 0; v < count; v++) {
      const d = from[3 * v + k] - middle[k];
      product += d * (to[3 * v + k] - target[k]);
      square += d * d;
    }
    return product / square;
  });
  return { scale: [...scale, (scale[0] + scale[1]) / 2], from: middle, to: target };
}

function movePart(
  { parts, faceRest }: HeadModel,
  part: HeadPart,
  { scale, from, to }: Scaling,
  coarseRest: Float64Array,
  coarse: Float64Array,
): Float32Array {
  const { rest, follows, weights, distance } = parts[part];
  const place = (value: number, k: number) => to[k] + scale[k] * (value - from[k]);
  const movement = part === "skin" ? reach.movement.skin : reach.movement.other;
  const moves = part === "upper-teeth" ? 0 : 1;
  const out = new Float32Array(rest.length);
  for (let v = 0; v < distance.length; v++) {
    const away = distance[v];
    const shape = part === "skin" ? Math.exp(-((away / reach.shape) ** 2)) : 1;
    const moved = moves * Math.exp(-((away / movement) ** 2));
    for (let k = 0; k < 3; k++) {
      let value = place(rest[3 * v + k], k);
      for (let i = followed * v; i < followed * v + followed; i++) {
        const j = 3 * follows[i] + k;
        value +=
          weights[i] *
          (shape * (coarseRest[j] - place(faceRest[j], k)) + moved * (coarse[j] - coarseRest[j]));
      }
      out[3 * v + k] = value;
    }
  }
  return out;
}
