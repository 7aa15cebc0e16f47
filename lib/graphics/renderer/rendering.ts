/** What is rendered, and what comes out. */
import type * as tf from "@tensorflow/tfjs";
import type { Camera } from "../scene/camera.js";
import type { Fragments } from "./fragments.js";

export interface Scene {
  /** World frame, [B, N, 3]. */
  readonly vertices: tf.Tensor3D;
  /** World frame, [B, N, 3]; any length. */
  readonly normals: tf.Tensor3D;
  /** Counter-clockwise seen from outside, int32, [F, 3]. */
  readonly triangles: tf.Tensor2D;
  readonly camera?: Camera;
  /** Side of the picture in pixels. */
  readonly size: number;
  /** What the camera sees of the vertices at that size, where it is known; it stays its owner's. Else it is rasterised. */
  readonly fragments?: Fragments;
  /** Whether surfaces seen from behind are left out; true. */
  readonly cullBackFaces?: boolean;
  /** Whether image and mask are antialiased, over black, so that outlines have a gradient; false. */
  readonly antialias?: boolean;
  /** What the light multiplies: the encoded sRGB albedo itself, as in the paper, or its linear light; "srgb". */
  readonly colour?: "srgb" | "linear";
}

export interface TexturedScene extends Scene {
  /** u right, v down, 0 to 1, [B, M, 2], or [1, M, 2] for the whole batch. */
  readonly uvs: tf.Tensor3D;
  /** Rows of `uvs` of each triangle, int32, [F, 3], where seams give a vertex two uvs; `triangles` if left out. */
  readonly uvTriangles?: tf.Tensor2D;
}

export type Rendering = {
  /** Encoded sRGB, black where empty, not clipped to [0, 1], [B, H, W, 3]. */
  readonly image: tf.Tensor4D;
  /** 1 where something is seen, 0 elsewhere, between them at an antialiased outline, [B, H, W, 1]. */
  readonly mask: tf.Tensor4D;
  readonly fragments: Fragments;
};
export type GeometryPictures = {
  /** World frame, unit length, 0 where empty, [B, H, W, 3]. */
  readonly normals: tf.Tensor4D;
  /** Distance in front of the camera, model units, 0 where empty, [B, H, W]. */
  readonly depth: tf.Tensor3D;
  /** As in a `Rendering`, [B, H, W, 1]. */
  readonly mask: tf.Tensor4D;
};
