/**
 * The pose of a head: three angles and a translation, model frame to world frame, in Deep3D's order so that a user's own
 * coefficients mean the same here.
 */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import type { Matrix, Vector } from "./light.js";

/**
 * The rotation `R = R_z R_y R_x`, which acts on column vectors.
 * @param angles pitch about x, yaw about y, roll about z, in radians; positive pitch lowers the nose, positive yaw
 *   turns it to the viewer's right, positive roll tips the crown to the viewer's left
 */
export function rotationMatrix([pitch, yaw, roll]: Vector): Matrix {
  const [cx, sx, cy, sy] = [Math.cos(pitch), Math.sin(pitch), Math.cos(yaw), Math.sin(yaw)];
  const [cz, sz] = [Math.cos(roll), Math.sin(roll)];
  return [
    [cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx],
    [sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx],
    [-sy, cy * sx, cy * cx],
  ];
}

/**
 * The rotations `R = R_z R_y R_x` of a batch; differentiable.
 * @param angles pitch, yaw, roll in radians, [B, 3]
 * @returns [B, 3, 3], acting on column vectors
 */
export function rotationMatrices(angles: tf.Tensor2D): tf.Tensor3D {
  checkShapes("rotationMatrices", { angles: [angles, ["B", 3]] });
  return tf.tidy(() => {
    const batch = angles.shape[0];
    const column = (tensor: tf.Tensor2D, i: number) => tf.slice(tensor, [0, i], [batch, 1]);
    const [cosines, sines] = [tf.cos(angles), tf.sin(angles)];
    const [cx, cy, cz] = [0, 1, 2].map((i) => column(cosines, i)) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    const [sx, sy, sz] = [0, 1, 2].map((i) => column(sines, i)) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    const [czsy, szsy] = [tf.mul(cz, sy), tf.mul(sz, sy)];
    const entries = [
      [tf.mul(cz, cy), tf.sub(tf.mul(czsy, sx), tf.mul(sz, cx)), tf.add(tf.mul(czsy, cx), tf.mul(sz, sx))],
      [tf.mul(sz, cy), tf.add(tf.mul(szsy, sx), tf.mul(cz, cx)), tf.sub(tf.mul(szsy, cx), tf.mul(cz, sx))],
      [tf.neg(sy), tf.mul(cy, sx), tf.mul(cy, cx)],
    ];
    return tf.reshape<tf.Rank.R3>(tf.concat(entries.flat() as tf.Tensor2D[], 1), [batch, 3, 3]);
  });
}

/**
 * Turns and shifts vertices from the model frame to the world frame: `R v + t`. Differentiable in all three.
 * @param vertices model frame, [B, N, 3]
 * @param angles pitch, yaw, roll in radians, [B, 3]
 * @param translation model units (10 cm), [B, 3]
 * @returns world frame, [B, N, 3]
 */
export function transformVertices(
  vertices: tf.Tensor3D,
  angles: tf.Tensor2D,
  translation: tf.Tensor2D,
): tf.Tensor3D {
  checkShapes("transformVertices", {
    vertices: [vertices, ["B", "N", 3]],
    angles: [angles, ["B", 3]],
    translation: [translation, ["B", 3]],
  });
  return tf.tidy(() =>
    tf.add(rotateVectors(vertices, rotationMatrices(angles)), tf.expandDims(translation, 1)),
  );
}

/**
 * Turns vectors, for instance normals: `R v`.
 * @param vectors [B, N, 3]
 * @param rotations [B, 3, 3], acting on column vectors
 * @returns [B, N, 3]
 */
export function rotateVectors(vectors: tf.Tensor3D, rotations: tf.Tensor3D): tf.Tensor3D {
  checkShapes("rotateVectors", { vectors: [vectors, ["B", "N", 3]], rotations: [rotations, ["B", 3, 3]] });
  return tf.matMul(vectors, rotations, false, true); // rows are vectors: V Rᵀ
}
