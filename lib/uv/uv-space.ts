/**
 * The flat map of a face: for each texel the triangle that lies there and where on it, found once for a mesh.
 * Values at vertices become maps by interpolation. Mirroring a map about its vertical axis mirrors the face.
 */
import * as tf from "@tensorflow/tfjs";
import type { Fragments } from "../renderer/fragments.js";
import { disposeFragments } from "../renderer/fragments.js";
import { interpolate } from "../renderer/interpolate.js";
import { rasterize } from "../renderer/rasterize.js";
import { checkShapes } from "../tensor/check-shapes.js";

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
   * repeated, so that bilinear look-ups at the rim read nothing foreign.
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

/** @param size side of the maps; the paper's is 256 */
export function createUvSpace({ uvs, triangles, skinTriangle }: UvMesh, size: number): UvSpace {
  checkShapes("createUvSpace", { uvs: [uvs, [1, "N", 2]], triangles: [triangles, ["F", 3]] });
  const { fragments, uvMask, covered } = tf.tidy(() => {
    const clip = flatClip(uvs);
    const drawn = rasterize(clip, triangles, size, size, { cullBackFaces: false });
    const ids = drawn.triangleId.dataSync<"int32">();
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
        ...drawn,
        triangleId: repeat(drawn.triangleId),
        barycentrics: repeat(drawn.barycentrics),
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
        const batch = attributes.shape[0];
        const each = tf
          .unstack(attributes)
          .map((one) => interpolate(tf.expandDims(one, 0), fragments, triangles));
        return batch === 1 ? each[0] : tf.concat(each, 0);
      });
    },
    dispose() {
      disposeFragments(fragments);
      tf.dispose([uvMask, covered]);
    },
  };
}

/** The parameterisation as a flat scene in clip space: u to the right, v down. */
function flatClip(uvs: tf.Tensor3D): tf.Tensor3D {
  const [u, v] = tf.split(uvs, 2, 2);
  return tf.concat(
    [tf.sub(tf.mul(u, 2), 1), tf.sub(1, tf.mul(v, 2)), tf.zerosLike(u), tf.onesLike(u)],
    2,
  ) as tf.Tensor3D;
}

/** For each texel itself if covered, else a covered one nearby, by growing outward from the rim. */
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
