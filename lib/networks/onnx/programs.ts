/** The graphs of one network, encoded for given shapes. */
import { inputNames, type Network } from "../graph.js";
import type { ParameterSpec } from "../parameters.js";
import { inferShapes, type Shapes } from "../shape-inference.js";
import { channelsFirst, gradientName, valueName } from "./channels-first.js";
import { type BackwardRequest, emitBackward } from "./emit-backward.js";
import { emitForward, emitOutputs, statisticNames } from "./emit-forward.js";
import { OnnxGraph } from "./onnx-graph.js";

/** An encoded graph, with the names and shapes of its inputs and outputs. */
export interface Program {
  readonly model: Uint8Array;
  /** The parameters that it reads. */
  readonly parameters: Shapes;
  /** All other values that it reads. */
  readonly inputs: Shapes;
  readonly outputs: Shapes;
}

/**
 * What a forward program keeps: "train" all that any backward program needs, "frozen" what one without parameters
 * needs, "predict" nothing.
 */
export type ForwardMode = "train" | "frozen" | "predict";

/**
 * The forward program reads inputs and gives outputs under their names, channels last. Unless it is for "predict", it
 * also gives the values that it keeps, under their `valueName`, and the statistics of batches.
 */
export function forwardProgram(
  network: Network,
  specs: readonly ParameterSpec[],
  inputShapes: Shapes,
  mode: ForwardMode,
): Program {
  const training = mode !== "predict";
  const shapes = inferShapes(network, inputShapes);
  const graph = new OnnxGraph();
  emitForward(graph, network, shapes, { training, inputShapes });
  const parameters = specs.filter(({ name }) => graph.reads(name));
  for (const { name, shape } of parameters) graph.input(name, shape);
  emitOutputs(graph, network, shapes);
  const outputs: Record<string, readonly number[]> = {};
  for (const [output, node] of Object.entries(network.outputs)) outputs[output] = shapes[node];
  if (training) Object.assign(outputs, giveKept(graph, network, shapes, specs, mode === "train"));
  return {
    model: graph.encode(network.name),
    parameters: shapesOf(parameters),
    inputs: inputShapes,
    outputs,
  };
}

/** Gives out the values that the fullest backward program reads, and the batch statistics. */
function giveKept(
  graph: OnnxGraph,
  network: Network,
  shapes: Shapes,
  specs: readonly ParameterSpec[],
  parameters: boolean,
): Shapes {
  const everything = {
    outputs: Object.keys(network.outputs),
    inputs: inputNames(network),
    parameters,
    training: true,
  };
  const { kept } = emitBackward(new OnnxGraph(), network, shapes, specs, everything);
  const given: Record<string, readonly number[]> = {};
  for (const node of kept) given[valueName(node)] = channelsFirst(shapes[node]);
  for (const { name, layer } of network.nodes) {
    if (layer.kind !== "batchNorm") continue;
    for (const statistic of Object.values(statisticNames(name))) given[statistic] = [shapes[name].at(-1)!];
  }
  for (const [name, shape] of Object.entries(given)) graph.output(name, shape);
  return given;
}

/**
 * The backward program reads kept values and gradients of outputs; it gives gradients under their `gradientName`,
 * channels last.
 */
export function backwardProgram(
  network: Network,
  specs: readonly ParameterSpec[],
  inputShapes: Shapes,
  request: BackwardRequest,
): Program {
  const shapes = inferShapes(network, inputShapes);
  const graph = new OnnxGraph();
  const { kept, parameters } = emitBackward(graph, network, shapes, specs, request);
  const given = request.outputs.map(
    (output) => [gradientName(output), shapes[network.outputs[output]]] as const,
  );
  const values = kept.map((node) => [valueName(node), channelsFirst(shapes[node])] as const);
  const learning = specs.filter(({ trainable }) => trainable && request.parameters);
  const gradients = [
    ...learning.map(({ name, shape }) => [gradientName(name), shape] as const),
    ...request.inputs.map((name) => [gradientName(name), shapes[name]] as const),
  ];
  return {
    model: graph.encode(`${network.name} backward`),
    parameters: shapesOf(specs.filter(({ name }) => parameters.includes(name))),
    inputs: Object.fromEntries([...given, ...values]),
    outputs: Object.fromEntries(gradients),
  };
}

function shapesOf(specs: readonly ParameterSpec[]): Shapes {
  return Object.fromEntries(specs.map(({ name, shape }) => [name, shape]));
}
