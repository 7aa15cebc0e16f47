/** The two pretrained networks of face-api (MIT, weights inside the package), run by ONNX Runtime. */
import type { RgbImage } from "../image/rgb-image.js";
import { type FrozenNetwork, foldNetwork } from "../networks/fold-network.js";
import { createOnnxNetwork } from "../networks/onnx/onnx-network.js";
import { fixedInputShapes } from "../networks/shape-inference.js";
import type { NetworkArrays, TrainableNetwork } from "../networks/trainable-network.js";
import { type Boxes, boxInput, boxInputSide, decodeBoxes, readBoxNetwork } from "./box-network.js";
import { landmarkCropSide, readPointNetwork } from "./point-network.js";

/** Both networks, loaded. Calls may overlap: each waits for the one before. */
export interface FaceNets {
  /**
   * @param photo 512 px on its longer side
   * @returns 5118 boxes, as fractions of the photo made square at its right or bottom
   */
  findBoxes(photo: RgbImage): Promise<Boxes>;
  /**
   * @param crops of 112 px
   * @returns for each 68 points, x and y by turns, as fractions of the crop, [B * 136]
   */
  findPoints(crops: readonly RgbImage[]): Promise<Float32Array>;
  /** Gives the memory back. */
  dispose(): Promise<void>;
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
      return pointNet.ask({ image }, ({ points }) => points!.values.slice());
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
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
  return {
    /** @param read takes what it needs of the outputs, which the next call overwrites */
    ask: <T>(inputs: NetworkArrays, read: (outputs: NetworkArrays) => T) =>
      inTurn(async () => read(await running.predict(inputs))),
    dispose: () => inTurn(() => running.dispose()),
  };
}
