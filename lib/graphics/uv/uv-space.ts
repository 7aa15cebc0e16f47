/**
 * The flat map of a face: for each texel the triangle that lies there, and the place on it, found once for a mesh.
 * Interpolation turns values at vertices into maps. Mirroring a map about its vertical axis mirrors the face.
 */
import * as tf from "@tensorflow/tfjs";
import { checkShapes } from "../../base/tensor/check-shapes.js";
import { locateFragments } from "../renderer/barycentrics.js";
import type { Fragments } from "../renderer/fragments.js";
import { disposeFragments } from "../renderer/fragments.js";
import { interpolate } from "../renderer/interpolate.js";
import { findVisible } from "../renderer/visibility.js";

/** Owns its tensors: `dispose()` frees them. */
export interface UvSpace {
  /** Side of the maps, U texels. */
  readonly size: number;
  /** `M_uv` of the paper: 1 on facial skin, 0 on eyes, inner mouth and where there is no face; [1, U, U, 1]. */
  readonly uvMask: tf.Tensor4D;
  /** 1 wherever the mesh lies, eyes and mouth too; [1, U, U, 1]. */
  readonly covered: tf.Tensor4D;
  /**
   * Values at vertices as a map; differentiable in `attributes`. Outside the mesh the nearest texel's value is
   * repeated, so that bilinear look-ups at the rim read values of the face only.
   * @param attributes [B, N, C]
   * @returns [B, U, U, C]
   */
  vertexToUv(attributes: tf.Tensor3D): tf.Tensor4D;
  dispose(): void;
}

export interface UvMesh {
  /** [1, N, 2], origin top left, in [0, 1]. */
  readonly uvs: tf.Tensor3D;
  /** int32 [F, 3]. */
  readonly triangles: tf.Tensor2D;
  /** 1 where a triangle is facial skin, [F]. */
  readonly skinTriangle: Uint8Array;
}

/**
 * @param mesh is read synchronously, so on `webgpu` its tensors must have been made from numbers
 * @param size side of the maps; the paper's is 256
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { prepareEngine } from "rerenderable";
 * import { createUvSpace } from "rerenderable/graphics";
 *
 * await prepareEngine();
 * const uvs = tf.tensor3d([[[0, 0], [1, 0], [1, 1], [0, 1]]]);
 * const triangles = tf.tensor2d([[0, 3, 2], [0, 2, 1]], [2, 3], "int32");
 * const square = createUvSpace({ uvs, triangles, skinTriangle: Uint8Array.of(1, 1) }, 64); // a face's: `uvSpaceOf`
 * ```
 */
export function createUvSpace({ uvs, triangles, skinTriangle }: UvMesh, size: number): UvSpace {
  checkShapes("createUvSpace", { uvs: [uvs, [1, "N", 2]], triangles: [triangles, ["F", 3]] });
  const { fragments, uvMask, covered } = tf.tidy(() => {
    const clip = flatClip(uvs.dataSync<"float32">());
    const options = { height: size, width: size, cullBackFaces: false };
    const ids = findVisible(clip, triangles.dataSync<"int32">(), options);
    const triangleId = tf.tensor3d(ids, [1, size, size], "int32");
    const located = locateFragments(tf.tensor3d(clip, [1, uvs.shape[1], 4]), triangles, triangleId);
    const mask = (test: (id: number) => boolean) =>
      tf.tensor4d(
        Float32Array.from(ids, (id) => Number(test(id))),
        [1, size, size, 1],
      );
    const nearest = nearestCovered(ids, size);
    const repeat = <T extends tf.Tensor>(map: T): T => {
      const channels = map.size / (size * size);
      const flat = tf.reshape(map, [size * size, channels]);
      return tf.reshape(tf.gather(flat, tf.tensor1d(nearest, "int32")), map.shape) as T;
    };
    return {
      fragments: {
        ...located,
        triangleId: repeat(triangleId),
        barycentrics: repeat(located.barycentrics),
      } as Fragments,
      uvMask: mask((id) => id >= 0 && skinTriangle[id] === 1),
      covered: mask((id) => id >= 0),
    };
  });
  return {
    size,
    uvMask,
    covered,
    vertexToUv(attributes) {
      return tf.tidy(() => {
        // A stack of one tensor is avoided, as tfjs has no gradient of it.
        if (attributes.shape[0] === 1) return interpolate(attributes, fragments, triangles);
        const each = tf
          .unstack(attributes)
          .map((one) => interpolate(tf.expandDims(one, 0), fragments, triangles));
        return tf.concat(each, 0);
      });
    },
    dispose() {
      disposeFragments(fragments);
      tf.dispose([uvMask, covered]);
    },
  };
}

/** The parameterisation as a flat scene in clip space, 4 numbers a vertex: u to the right, v down. */
function flatClip(uvs: Float32Array): Float32Array {
  const clip = new Float32Array(2 * uvs.length);
  for (let i = 0; i < uvs.length; i += 2) clip.set([2 * uvs[i] - 1, 1 - 2 * uvs[i + 1], 0, 1], 2 * i);
  return clip;
}

/** For each texel: itself if it is covered, otherwise a covered one nearby, found by growing outward from the rim. */
function nearestCovered(ids: Int32Array, size: number): Int32Array {
  const source = Int32Array.from(ids, (id, p) => (id >= 0 ? p : -1));
  let rim = Array.from(source.keys()).filter((p) => source[p] >= 0);
  while (rim.length > 0) {
    const next: number[] = [];
    for (const p of rim) {
      const [x, y] = [p % size, Math.floor(p / size)];
      for (const [dx, dy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ]) {
        const q = p + dy * size + dx;
        if (x + dx < 0 || x + dx >= size || y + dy < 0 || y + dy >= size || source[q] >= 0) continue;
        source[q] = source[p];
        next.push(q);
      }
    }
    rim = next;
  }
  return source;
}
