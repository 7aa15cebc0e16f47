/** Writes any network of ours as a standalone `.onnx` file that others can run. */
import type { Network } from "./graph.js";
import { emitForward, emitOutputs } from "./onnx/emit-forward.js";
import { OnnxGraph } from "./onnx/onnx-graph.js";
import { type ParameterValues, parameterSpecs } from "./parameters.js";
import { inferShapes, type Shapes } from "./shape-inference.js";
import { checkParameters } from "./trainable-network.js";

/**
 * Writes the network in inference mode. Inputs and outputs keep their names, are channels last, and take any batch.
 *
 * @param inputShapes with the batch, whose size does not matter
 * @returns the file
 */
export function exportOnnx(network: Network, inputShapes: Shapes, parameters: ParameterValues): Uint8Array {
  const specs = parameterSpecs(network, inputShapes);
  checkParameters(network, specs, parameters);
  const shapes = inferShapes(network, inputShapes);
  const open = Object.entries(inputShapes).map(
    ([name, shape]) => [name, ["batch", ...shape.slice(1)]] as const,
  );
  const graph = new OnnxGraph();
  emitForward(graph, network, shapes, { training: false, inputShapes: Object.fromEntries(open) });
  for (const { name, shape } of specs) {
    if (graph.reads(name)) graph.initializer(name, parameters[name], shape);
  }
  emitOutputs(graph, network, shapes, "batch");
  return graph.encode(network.name);
}
