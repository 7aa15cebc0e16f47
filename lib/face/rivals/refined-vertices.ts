/** Lin et al. [12]: the coarse albedo refined on the mesh by a graph network, under the coarse light. */
import * as tf from "@tensorflow/tfjs";
import { sparseOperator } from "../../base/tensor/sparse-matrix.js";
import type { UvSpace } from "../../graphics/uv/uv-space.js";
import { createTfjsNetwork } from "../../networks/tfjs/tfjs-trainable-network.js";
import { readWeights } from "../models/trained-weights.js";
import type { MorphableModel } from "../morphable-model/morphable-model.js";
import { colourGraph, graphPainter, graphTexels } from "./colour-graph.js";
import { openIdentity } from "./open-identity.js";
import { paintFace, type Rival } from "./rival.js";
import { laplacianName } from "./vertex-refiner.js";
import { refinerInputs } from "./vertex-refiner-trainee.js";

/**
 * @param uvSpace of the samples
 * @throws FileError in one line that names the file, if it is not there, is damaged, or is of another mesh
 */
export async function loadRefinedVertices(
  model: MorphableModel,
  uvSpace: UvSpace,
  file: string | URL,
): Promise<Rival> {
  const weights = await readWeights(file, "a refiner of vertices", "difference");
  const graph = colourGraph(model.data);
  const count = weights.inputShapes.vertices?.[2];
  if (count !== graph.size) throw weights.otherThan(`of the model's ${graph.size} vertices`, `of ${count}`);
  const texels = graphTexels(graph, model.data.uvs, uvSpace.size);
  const painter = graphPainter(graph, uvSpace);
  const laplacian = sparseOperator(graph.laplacian);
  const matrices = { [laplacianName]: laplacian };
  const network = await createTfjsNetwork({ ...weights, matrices });
  const identity = await openIdentity();
  return {
    name: "vertex refiner",
    reference: 12,
    albedoHoldsLight: true,
    async reconstruct(sample) {
      const { difference } = await network.predict(await refinerInputs([sample], { texels, identity }));
      const map = tf.tidy(() => painter.toMap(tf.tensor3d(difference.values, [1, graph.size, 3])));
      const moved = await map.data<"float32">();
      const albedo = sample.priorAlbedo.map((value, i) => value + moved[i]);
      map.dispose();
      const light = Float32Array.from(sample.coefficients.light);
      return { albedo, light, picture: await paintFace(sample.surface, sample.uvSize, albedo, light) };
    },
    async dispose() {
      painter.dispose();
      laplacian.dispose();
      await Promise.all([network.dispose(), identity.dispose()]);
    },
  };
}
