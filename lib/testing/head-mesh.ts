/**
 * For tests: a head made of simple shapes, whose outline shows its pose. A sphere is pushed out to an egg with a
 * nose, a chin and two ears; nothing about it is a face model.
 */
import * as tf from "@tensorflow/tfjs";
import { sphereMesh } from "./sphere-mesh.js";

/** A bump: where on the sphere, how far it reaches out, how narrow it is. */
const bumps = [
  { name: "nose", at: [0, -0.05, 1], height: 0.34, sharpness: 40 },
  { name: "chin", at: [0, -0.85, 0.5], height: 0.16, sharpness: 12 },
  { name: "right ear", at: [1, 0, -0.15], height: 0.2, sharpness: 40 },
  { name: "left ear", at: [-1, 0, -0.15], height: 0.2, sharpness: 40 },
  { name: "back", at: [0, 0.25, -1], height: 0.2, sharpness: 3 },
] as const;

/**
 * The nose looks at the viewer, the crown is up.
 * @param subdivisions 4 gives 1026 vertices, 2048 triangles
 * @param radius half the height but for the bumps, model units
 */
export function headMesh(subdivisions: number, radius: number) {
  const { vertices, triangles } = sphereMesh(subdivisions);
  const points = vertices.map(([x, y, z]) => {
    let reach = radius;
    for (const { at, height, sharpness } of bumps) {
      const length = Math.hypot(...at);
      const cosine = (x * at[0] + y * at[1] + z * at[2]) / length;
      reach += radius * height * Math.exp(sharpness * (cosine - 1));
    }
    return [0.75 * x * reach, y * reach, 0.85 * z * reach];
  });
  return {
    vertices: tf.tensor3d([points]),
    triangles: tf.tensor2d(triangles, [triangles.length, 3], "int32"),
    uvs: tf.tensor3d([vertices.map(([x, y]) => [0.5 + 0.4 * x, 0.5 - 0.4 * y])]),
  };
}
