/** A baked network's own runtime, to compare with: TensorFlow.js runs the graph model as it was published. */
import * as tf from "@tensorflow/tfjs";
import type { NetworkArray } from "rerenderable/networks";
import type { BakedEmbedding } from "./embeddings.js";
import { fetchModel } from "./source.js";

export interface Runtime {
  /** @param images [B, S, S, 3], sRGB in [0, 1] */
  embed(images: NetworkArray): Promise<NetworkArray>;
  dispose(): void;
}

/** On the current backend. */
export async function loadRuntime(embedding: BakedEmbedding): Promise<Runtime> {
  const { output, mean, blueFirst } = embedding;
  const model = await loadGraphModel(fetchModel(embedding));
  return {
    async embed({ shape, values }) {
      const embeddings = tf.tidy(() => {
        const prepared = tf.sub(tf.mul(tf.tensor(values, [...shape]), 255), [...mean]);
        return model.execute(blueFirst ? tf.reverse(prepared, 3) : prepared, output) as tf.Tensor;
      });
      const data = (await embeddings.data()) as Float32Array;
      embeddings.dispose();
      return { shape: embeddings.shape, values: data };
    },
    dispose: () => model.dispose(),
  };
}

/** @param json of the model.json */
export function loadGraphModel({ json, weights }: { json: unknown; weights: Uint8Array }) {
  const { weightsManifest, ...model } = json as tf.io.ModelJSON;
  const artifacts: tf.io.ModelArtifacts = {
    ...model,
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    weightData: Uint8Array.from(weights).buffer,
  };
  return tf.loadGraphModel({ load: async () => artifacts });
}
