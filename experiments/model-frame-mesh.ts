/** The fitted face as it leaves for other programs: upright, looking along +z, without the photo's pose. */
import * as tf from "@tensorflow/tfjs";
import { type Coefficients, type MeshArrays, type MorphableModel, vertexNormals } from "rerenderable";

/** Eq. 2 of the fitted identity and expression, in the model frame. */
export function modelFrameMesh(model: MorphableModel, coefficients: Coefficients): MeshArrays {
  const { positions, normals } = tf.tidy(() => {
    const row = (values: Float32Array) => tf.tensor2d(values, [1, values.length]);
    const vertices = model.decodeShape(row(coefficients.identity), row(coefficients.expression));
    return {
      positions: vertices.dataSync<"float32">().slice(),
      normals: vertexNormals(vertices, model.triangles).dataSync<"float32">().slice(),
    };
  });
  return { positions, normals, uvs: model.data.uvs, triangles: Uint32Array.from(model.data.triangles) };
}
