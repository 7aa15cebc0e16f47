/** Any network of ours as a standalone `.onnx` file, for others to run. */
import type { Network } from "./graph.js";
import { emitForward, emitOutputs } from "./onnx/emit-forward.js";
import { OnnxGraph } from "./onnx/onnx-graph.js";
import { type ParameterValues, parameterSpecs } from "./parameters.js";
import { inferShapes, type Shapes } from "./shape-inference.js";
import { checkParameters } from "./trainable-network.js";

/**
 * The network in inference mode; inputs and outputs by their names, channels last, the batch left open.
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
