/** Runs a face embedding: from a picture and its points to the vector of a face. */
import type { Point, RgbImage } from "../../base/image/rgb-image.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import type { FaceEmbedding } from "./embedding-from-network.js";
import { cropForEmbedding } from "./embedding-templates.js";

/** Owns a network: `dispose()` frees it. */
export interface FaceEmbedder {
  readonly embedding: FaceEmbedding;
  /**
   * @param image encoded sRGB
   * @param points 68, or five as in `FivePoints`, in px of the image
   * @returns the vector as the network gives it, [dimension]
   */
  embed(image: RgbImage, points: readonly Point[]): Promise<Float32Array>;
  dispose(): Promise<void>;
}

export async function openFaceEmbedder(embedding: FaceEmbedding): Promise<FaceEmbedder> {
  const { network, parameters, imageSize, dimension } = embedding;
  const shape = [1, imageSize, imageSize, 3];
  const engine = await createOnnxNetwork({ network, parameters, inputShapes: { image: shape } });
  return {
    embedding,
    async embed(image, points) {
      const values = cropForEmbedding(image, points, embedding).image.data;
      const { embedding: vector } = await engine.predict({ image: { shape, values } });
      return vector.values.slice(0, dimension);
    },
    dispose: () => engine.dispose(),
  };
}
