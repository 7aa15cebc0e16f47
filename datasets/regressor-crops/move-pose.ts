/**
 * Moves a face with its picture: when a similarity moves the picture, it finds the six numbers of the pose that move
 * the face in the same way. A turn about the picture's centre is exact. Growth and shift change the perspective a
 * little; the best pose in least squares leaves this as an error.
 */
import { applySimilarity, rotateLight, rotationMatrix } from "rerenderable";
import type { Similarity } from "rerenderable/base";
import { type PointProjector, partStart, solvePositiveDefinite } from "rerenderable/face";

export interface MovedFace {
  /** 257 numbers: the pose is new, and the light is turned as the head is. */
  readonly face: Float32Array;
  /** Root mean square distance of the points from where the similarity carries them, px at 224. */
  readonly residual: number;
}

const poseIndices = [0, 1, 2].flatMap((axis) => [partStart.angles + axis, partStart.translation + axis]);

/** @param move the move of the picture, in px at the camera's reference size */
export function moveFace(face: ArrayLike<number>, projector: PointProjector, move: Similarity): MovedFace {
  const shape = projector.shape(face);
  const before = projector.place(shape, face);
  const target = new Float64Array(before.length);
  for (let k = 0; k < projector.count; k++) {
    target.set(applySimilarity(move, [before[2 * k], before[2 * k + 1]]), 2 * k);
  }
  const moved = Float64Array.from(face);
  moved[partStart.angles + 2] -= move.rotation; // pixels have y down
  for (let round = 0; round < 6; round++) gaussNewtonStep(projector, shape, moved, target);
  const after = projector.place(shape, moved);
  const residual = Math.hypot(...after.map((value, i) => value - target[i])) / Math.sqrt(projector.count);
  turnLight(face, moved);
  return { face: Float32Array.from(moved), residual };
}

function gaussNewtonStep(
  projector: PointProjector,
  shape: Float64Array,
  face: Float64Array,
  target: Float64Array,
): void {
  const at = projector.place(shape, face);
  // The columns come from central differences: there are only six, and they need no formulas.
  const columns = poseIndices.map((index) => {
    const seen = [1e-5, -1e-5].map((step) => {
      const nudged = face.slice();
      nudged[index] += step;
      return projector.place(shape, nudged);
    });
    return seen[0].map((value, i) => (value - seen[1][i]) / 2e-5);
  });
  const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const error = at.map((value, i) => target[i] - value);
  const matrix = Float64Array.from(columns.flatMap((a) => columns.map((b) => product(a, b))));
  const right = Float64Array.from(columns, (column) => product(column, error));
  const step = solvePositiveDefinite(matrix, right);
  poseIndices.forEach((index, i) => {
    face[index] += step[i];
  });
}

/** Turns the light with the head, by `R_new R_oldᵀ`: relative to the head it stays where it is. */
function turnLight(from: ArrayLike<number>, to: Float64Array): void {
  const at = partStart.angles;
  const rotation = (face: ArrayLike<number>) => rotationMatrix([face[at], face[at + 1], face[at + 2]]);
  const [before, after] = [rotation(from), rotation(to)];
  const turn = after.map((row) =>
    before.map((other) => row[0] * other[0] + row[1] * other[1] + row[2] * other[2]),
  ) as unknown as ReturnType<typeof rotationMatrix>;
  to.set(rotateLight([...to.subarray(partStart.light, partStart.light + 27)], turn), partStart.light);
}
