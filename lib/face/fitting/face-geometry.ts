/** From coefficients to a face before the camera, and its coarse picture `R(A, L)`. */
import * as tf from "@tensorflow/tfjs";
import type { MaskImage } from "../../base/image/rgb-image.js";
import { renderVertexColoured } from "../../graphics/renderer/render.js";
import type { Rendering } from "../../graphics/renderer/rendering.js";
import { vertexNormals } from "../../graphics/renderer/vertex-normals.js";
import { type Camera, defaultCamera } from "../../graphics/scene/camera.js";
import { transformVertices } from "../../graphics/scene/pose.js";
import { projectedSkin } from "../models/face-mask.js";
import {
  type CoefficientName,
  type Coefficients,
  coefficientNames,
  coefficientSizes,
} from "../morphable-model/coefficients.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";

/** The coefficients of a batch, each part [B, size]. */
export type CoefficientTensors = Record<CoefficientName, tf.Tensor2D>;

/** A face in the world. */
export type FaceGeometry = {
  /** World frame, [B, N, 3]. */
  readonly vertices: tf.Tensor3D;
  /** Unit, [B, N, 3]. */
  readonly normals: tf.Tensor3D;
};

export function coefficientTensors(faces: readonly Coefficients[]): CoefficientTensors {
  return Object.fromEntries(
    coefficientNames.map((name) => [
      name,
      tf.tensor2d(
        faces.flatMap((face) => Array.from(face[name])),
        [faces.length, coefficientSizes[name]],
      ),
    ]),
  ) as CoefficientTensors;
}

/**
 * Eq. 2 and the pose; differentiable in identity, expression, angles and translation.
 * @example
 * ```ts
 * import * as rr from "rerenderable";
 *
 * await rr.prepareEngine();
 * const model = rr.createMorphableModel(await rr.loadMorphableModel("embedded"));
 * const turned = rr.neutralCoefficients({ ...rr.sampleFace(model.data, 7), angles: Float32Array.of(0, 0.5, 0) });
 * const { vertices, normals } = rr.poseFace(model, rr.coefficientTensors([turned])); // [1, N, 3]
 * ```
 */
export function poseFace(model: MorphableModel, coefficients: CoefficientTensors): FaceGeometry {
  return tf.tidy(() => {
    const { identity, expression, angles, translation } = coefficients;
    const vertices = transformVertices(model.decodeShape(identity, expression), angles, translation);
    return { vertices, normals: vertexNormals(vertices, model.triangles) };
  });
}

/**
 * `R(A, L)`, the coarse picture: prior albedo by vertex, one light. Differentiable in all coefficients.
 * @param size side of the picture, px
 */
export function renderCoarse(
  model: MorphableModel,
  coefficients: CoefficientTensors,
  size: number,
  camera: Camera = defaultCamera,
): Rendering & FaceGeometry {
  return tf.tidy(() => {
    const geometry = poseFace(model, coefficients);
    const albedo = model.decodeAlbedo(coefficients.albedo);
    const scene = { ...geometry, triangles: model.triangles, camera, size };
    return { ...geometry, ...renderVertexColoured(scene, albedo, coefficients.light) };
  });
}

/** What the camera sees of one face, in plain numbers; `S` the side of the picture. */
export interface SeenFace {
  /** `R(A, L)`, not clipped, [S * S * 3]. */
  readonly image: Float32Array;
  /** `M_proj`: 1 where facial skin is seen. */
  readonly projected: MaskImage;
  /** Visible triangle, −1 where none, [S * S]. */
  readonly triangleId: Int32Array;
  /** [S * S * 3] */
  readonly barycentrics: Float32Array;
  /** World frame, [N * 3]. */
  readonly vertices: Float32Array;
  readonly normals: Float32Array;
}

export async function seeFace(
  model: MorphableModel,
  coefficients: Coefficients,
  size: number,
  camera: Camera = defaultCamera,
): Promise<SeenFace> {
  const tensors = coefficientTensors([coefficients]);
  const { fragments, ...rendering } = renderCoarse(model, tensors, size, camera);
  const plain = async (tensor: tf.Tensor) => (await tensor.data<"float32">()).slice();
  const seen = {
    image: await plain(rendering.image),
    projected: await projectedSkin(fragments, model.data.skinTriangle),
    triangleId: (await fragments.triangleId.data<"int32">()).slice(),
    barycentrics: await plain(fragments.barycentrics),
    vertices: await plain(rendering.vertices),
    normals: await plain(rendering.normals),
  };
  tf.dispose([...Object.values(tensors), ...Object.values(fragments), ...Object.values(rendering)]);
  return seen;
}
