/**
 * The two pretrained networks of face-api (MIT, weights inside the package), on the same tfjs engine as
 * everything else: an SSD MobileNet that finds faces and a small net that finds 68 points on a crop.
 */
import { createRequire } from "node:module";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";

/** What is used of a face-api network: its parameters are tensors that it owns. */
interface FaceNet<Output> {
  loadFromDisk(folder: string): Promise<void>;
  /** The caller owns the tensors that come back. */
  forwardInput(input: NetInput): Output;
  dispose(throwOnRedispose?: boolean): void;
}

/** face-api's wrapper around the images of a batch. */
type NetInput = object;

/** The part of face-api's module that is used here. */
interface FaceApi {
  readonly tf: { engine(): unknown };
  readonly NetInput: new (images: readonly tf.Tensor3D[], treatAsBatch?: boolean) => NetInput;
  readonly SsdMobilenetv1: new () => FaceNet<{ boxes: tf.Tensor2D[]; scores: tf.Tensor1D[] }>;
  readonly FaceLandmark68Net: new () => FaceNet<tf.Tensor2D>;
}

/** Both networks, loaded. */
export interface FaceNets {
  /**
   * @param photo [height, width, 3] in 0..255; at most 512 px on the longer side is used
   * @returns boxes [5118, 4] as top, left, bottom, right and scores [5118]; boxes are fractions of the photo
   *   padded at the right or the bottom to a square. The caller owns both.
   */
  findBoxes(photo: tf.Tensor3D): { boxes: tf.Tensor2D; scores: tf.Tensor1D };
  /**
   * @param crops B times [112, 112, 3] in 0..255
   * @returns [B, 136]: x and y of 68 points by turns, as fractions of the crop. The caller owns it.
   */
  findPoints(crops: readonly tf.Tensor3D[]): tf.Tensor2D;
  /** Frees the weights. */
  dispose(): void;
}

/** Side of the landmark net's input, px. */
export const landmarkCropSide = 112;

/** Reads both networks from the package's own folder; the tfjs backend must have been set by the caller. */
export async function loadFaceNets(): Promise<FaceNets> {
  const require = createRequire(import.meta.url);
  // Of face-api's builds, the one that takes tfjs from outside and is the least demanding about its backend.
  const faceApi = require("@vladmandic/face-api/dist/face-api.node-wasm.js") as FaceApi;
  if (faceApi.tf.engine() !== tf.engine()) {
    throw new Error(
      "loadFaceNets: face-api should share the one @tensorflow/tfjs of this process but brought its own; " +
        "two versions are installed (see `npm ls @tensorflow/tfjs`).",
    );
  }
  const folder = path.join(path.dirname(require.resolve("@vladmandic/face-api/package.json")), "model");
  const detector = new faceApi.SsdMobilenetv1();
  const locator = new faceApi.FaceLandmark68Net();
  await Promise.all([detector.loadFromDisk(folder), locator.loadFromDisk(folder)]);
  return {
    findBoxes(photo) {
      const { boxes, scores } = detector.forwardInput(new faceApi.NetInput([photo]));
      return { boxes: boxes[0]!, scores: scores[0]! };
    },
    findPoints(crops) {
      return locator.forwardInput(new faceApi.NetInput(crops, true));
    },
    dispose() {
      detector.dispose();
      locator.dispose();
    },
  };
}
