/** Computes the fitted face as other programs get it: upright, looking along +z, without the photo's pose. */
import * as tf from "@tensorflow/tfjs";
import type { Coefficients, MorphableModel } from "rerenderable";
import type { MeshArrays } from "rerenderable/face";
import { vertexNormals } from "rerenderable/graphics";

/** Evaluates Eq. 2 with the fitted identity and expression, in the model frame. */
export async function modelFrameMesh(model: MorphableModel, coefficients: Coefficients): Promise<MeshArrays> {
  const tensors = tf.tidy(() => {
    const row = (values: Float32Array) => tf.tensor2d(values, [1, values.length]);
    const vertices = model.decodeShape(row(coefficients.identity), row(coefficients.expression));
    return { vertices, normals: vertexNormals(vertices, model.triangles) };
  });
  const positions = (await tensors.vertices.data<"float32">()).slice();
  const normals = (await tensors.normals.data<"float32">()).slice();
  tf.dispose(tensors);
  return { positions, normals, uvs: model.data.uvs, triangles: Uint32Array.from(model.data.triangles) };
}
