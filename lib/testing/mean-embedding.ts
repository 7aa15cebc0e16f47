/** For tests: a recognition network that anybody can check by hand. */
import { exportOnnx } from "../networks/export-onnx.js";
import { createNetwork } from "../networks/graph.js";

/** The `.onnx` of a network whose embedding is the mean of each channel that it reads. @param side px */
export function meanEmbedding(side: number, channels: number): Uint8Array {
  const shape = [side, side, channels];
  const network = createNetwork("means", ({ input, add }) => ({
    features: add("pool", { kind: "globalAveragePool" }, input("data", shape)),
  }));
  return exportOnnx(network, { data: [1, ...shape] }, {});
}
