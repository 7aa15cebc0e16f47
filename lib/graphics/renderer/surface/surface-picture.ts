/**
 * A surface that does not change, before a camera that does not move, rasterised once: for each covered pixel, its
 * place on the flat maps and its normal. All maps that are painted on it later are drawn from this record
 * (`surface-tensors.ts`). So a training step, which renders a face three times in every epoch, never rasterises.
 */
import * as tf from "@tensorflow/tfjs";
import { coverage, type Fragments } from "../fragments.js";
import { interpolate } from "../interpolate.js";

/** One picture in plain numbers; it has `P` covered pixels. */
export interface SurfacePicture {
  /** Side of the picture, S px. */
  readonly size: number;
  /** The covered pixels' row-major numbers, ascending, [P]. */
  readonly pixel: Int32Array;
  /** u right, v down, 0 to 1, [P * 2]. */
  readonly uv: Float32Array;
  /** World frame, unit length, [P * 3]. */
  readonly normal: Float32Array;
}

export interface PicturedMesh {
  /** Fragments of a batch of one; the picture is square. */
  readonly fragments: Fragments;
  /** [1, N, 3] */
  readonly normals: tf.Tensor3D;
  /** [1, N, 2] */
  readonly uvs: tf.Tensor3D;
  /** int32 [F, 3] */
  readonly triangles: tf.Tensor2D;
}

export async function takeSurfacePicture(mesh: PicturedMesh): Promise<SurfacePicture> {
  const { fragments, normals, uvs, triangles } = mesh;
  const [batch, size, width] = fragments.triangleId.shape;
  if (batch !== 1 || size !== width) {
    const got = fragments.triangleId.shape;
    throw new Error(`takeSurfacePicture: \`fragments\` should be of one square picture but is [${got}].`);
  }
  const tensors = tf.tidy(() => ({
    mask: coverage(fragments),
    uv: interpolate(uvs, fragments, triangles),
    normal: interpolate(normals, fragments, triangles),
  }));
  const [mask, uv, normal] = await Promise.all(
    [tensors.mask, tensors.uv, tensors.normal].map((tensor) => tensor.data<"float32">()),
  );
  const covered = Int32Array.from(mask.keys()).filter((p) => mask[p] > 0 && lengthAt(normal, p) > 0);
  const picture = {
    size,
    pixel: covered,
    uv: new Float32Array(2 * covered.length),
    normal: new Float32Array(3 * covered.length),
  };
  covered.forEach((p, i) => {
    picture.uv.set(uv.subarray(2 * p, 2 * p + 2), 2 * i);
    const length = lengthAt(normal, p);
    for (let k = 0; k < 3; k++) picture.normal[3 * i + k] = normal[3 * p + k] / length;
  });
  tf.dispose(tensors);
  return picture;
}

function lengthAt(normals: Float32Array, p: number): number {
  return Math.hypot(normals[3 * p], normals[3 * p + 1], normals[3 * p + 2]);
}
