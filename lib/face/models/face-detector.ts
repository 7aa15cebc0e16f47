/** The two pretrained networks of face-api (MIT, weights inside the package), run by ONNX Runtime. */
import { oneAtATime } from "../../base/engine/one-at-a-time.js";
import { type FrozenNetwork, foldNetwork } from "../../networks/fold-network.js";
import { createOnnxNetwork } from "../../networks/onnx/onnx-network.js";
import { fixedInputShapes } from "../../networks/shape-inference.js";
import type { NetworkArrays, TrainableNetwork } from "../../networks/trainable-network.js";
import { createFaceDetector, type FaceDetector } from "../landmarks/detect-faces.js";
import { boxInputSide, type FaceNets, landmarkCropSide } from "../landmarks/face-nets.js";
import { boxInput, decodeBoxes, readBoxNetwork } from "./box-network.js";
import { readPointNetwork } from "./point-network.js";

/**
 * @throws in one line that names the file, if the installed face-api has no such weights
 * @example
 * ```ts
 * import { loadFaceDetector, readImage } from "rerenderable";
 *
 * const detector = await loadFaceDetector();
 * const [best] = await detector.detect(await readImage("datasets/portraits/astronaut.png"));
 * console.log(best.score, best.points.length); // 0.96, 68
 * detector.dispose();
 * ```
 */
export async function loadFaceDetector(): Promise<FaceDetector> {
  return createFaceDetector(await loadFaceNets());
}

/** @throws in one line that names the file, if the installed face-api has no such weights */
export async function loadFaceNets(): Promise<FaceNets> {
  const [{ anchors, ...boxes }, points] = await Promise.all([readBoxNetwork(), readPointNetwork()]);
  const [boxNet, pointNet] = await Promise.all([start(boxes), start(points)]);
  return {
    async findBoxes(photo) {
      const image = { shape: [1, boxInputSide, boxInputSide, 3], values: boxInput(photo) };
      return boxNet.ask({ image }, (outputs) => decodeBoxes(outputs, anchors));
    },
    async findPoints(crops) {
      const side = landmarkCropSide;
      const values = new Float32Array(3 * side * side * crops.length);
      for (const [i, { data }] of crops.entries()) values.set(data, i * data.length);
      const image = { shape: [crops.length, side, side, 3], values };
      return pointNet.ask({ image }, ({ points }) => points.values.slice());
    },
    async dispose() {
      await Promise.all([boxNet.dispose(), pointNet.dispose()]);
    },
  };
}

async function start({ network, parameters }: FrozenNetwork) {
  const folded = foldNetwork(network, parameters);
  const running: TrainableNetwork = await createOnnxNetwork({
    ...folded,
    inputShapes: fixedInputShapes(network, 1),
  });
  const inTurn = oneAtATime();
  return {
    /** @param read copies what it needs from the outputs, because the next call overwrites them */
    ask: <T>(inputs: NetworkArrays, read: (outputs: NetworkArrays) => T) =>
      inTurn(async () => read(await running.predict(inputs))),
    dispose: () => inTurn(() => running.dispose()),
  };
}
