/**
 * Reads a `.onnx` file as one of our networks with its parameters, so that both engines run it with gradients. It
 * reads face embeddings (ResNets with squeeze and excitation, light CNNs, MobileFaceNet), face parsing, and other
 * networks of the same operators. The network computes what the file does in inference; batch normalisations become
 * part of the weights, or a scale and a bias. It runs with any batch, also if the file was written for one batch
 * only.
 */
import { InputError } from "../base/tensor/input-error.js";
import { notFinite } from "../base/tensor/not-finite.js";
import type { Network } from "./graph.js";
import { NetworkError } from "./network-error.js";
import { convertOperator } from "./onnx-import/convert-operator.js";
import { type Feature, openBatch, type Value } from "./onnx-import/feature.js";
import { inputAxes, neededNodes } from "./onnx-import/model-order.js";
import { NetworkUnderWay } from "./onnx-import/network-under-way.js";
import { Operation, type OperationContext } from "./onnx-import/operation.js";
import { type Model, type ModelInput, type ModelNode, readModel } from "./onnx-import/read-model.js";
import type { ParameterValues } from "./parameters.js";
import { fixedInputShapes, type Shape, type Shapes } from "./shape-inference.js";

/** The most axes of a value; networks for faces have 4, and 6 on the way. */
const mostAxes = 16;

export interface ImportOnnxOptions {
  /** The file's name in messages, which is also the network's name. */
  readonly path: string;
  /**
   * The shapes of inputs by name, [H, W, C] or [C], which replace those in the file; needed where the file leaves a
   * size open.
   */
  readonly inputShapes?: Shapes;
  /**
   * The names of values to give out instead of the file's outputs; parts of the file that they do not need are not
   * read.
   */
  readonly outputs?: readonly string[];
}

export interface ImportedNetwork {
  /**
   * The network; inputs and outputs have their names from the file, and images are [B, H, W, C] even where the file
   * has another order.
   */
  readonly network: Network;
  readonly parameters: ParameterValues;
  /** Shapes of the inputs at a batch of `batch`. */
  inputShapes(batch: number): Shapes;
}

/** The file leaves the size of an input open: `inputShapes` has to say it. */
export class OpenShapeError extends InputError {
  constructor(
    file: string,
    expected: string,
    got: string,
    /** Its name in the file. */
    readonly input: string,
  ) {
    super(file, expected, got);
  }
}

/**
 * @param bytes the file
 * @throws InputError in one line that names the file, if it is no ONNX model, or with operator and node, if one has
 * no layer here; OpenShapeError, which is one too, if a size is open
 * @example
 * ```ts
 * import { readFile } from "node:fs/promises";
 * import { createOnnxNetwork, importOnnx } from "rerenderable";
 *
 * const path = "arcface.onnx";
 * const { inputShapes, ...graph } = importOnnx(await readFile(path), { path });
 * const network = await createOnnxNetwork({ ...graph, inputShapes: inputShapes(1) });
 * ```
 */
export function importOnnx(bytes: Uint8Array, options: ImportOnnxOptions): ImportedNetwork {
  const { path } = options;
  const model = readModel(bytes, path);
  const wanted = options.outputs ?? model.outputs;
  const nodes = neededNodes(model, wanted, path);
  const underWay = new NetworkUnderWay(path);
  const values = new Map<string, Value>();
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  for (const input of model.inputs) {
    if (!read.has(input.name)) continue;
    values.set(input.name, readInput(underWay, model, input, options));
  }
  const context = contextOf(model, nodes, wanted, { file: path, network: underWay });
  for (const node of nodes) {
    // An optional input or output that is left out has an empty name.
    const reads = node.inputs.map((name) =>
      name === "" ? undefined : (values.get(name) ?? model.constants.get(name)?.()),
    );
    const operation = new Operation(node, reads, context);
    const results = convert(operation);
    node.outputs.forEach((name, i) => {
      const result = results[i];
      if (!result) return;
      if (result.shape.length > mostAxes)
        operation.fail(`at most ${mostAxes} axes`, `${result.shape.length}`);
      values.set(name, result);
    });
  }
  const outputs = wanted.map((name) => [name, readOutput(values.get(name), name, context)] as const);
  const { network, parameters } = underWay.finish(Object.fromEntries(outputs));
  for (const [name, numbers] of Object.entries(parameters)) {
    const wrong = notFinite(numbers);
    if (wrong >= 0)
      throw new InputError(path, `finite numbers of "${name}"`, `${numbers[wrong]} at ${wrong}`);
  }
  return { network, parameters, inputShapes: (batch) => fixedInputShapes(network, batch) };
}

/** Converts an operator; an error of shape inference is reported as an error of the file. */
function convert(operation: Operation): readonly Value[] {
  try {
    return convertOperator(operation);
  } catch (error) {
    if (error instanceof NetworkError) return operation.fail("inputs that fit", error.message);
    throw error;
  }
}

function readInput(
  network: NetworkUnderWay,
  model: Model,
  input: ModelInput,
  options: ImportOnnxOptions,
): Feature {
  const { name } = input;
  const axes = inputAxes(model, input);
  const expected = `an input "${name}" [B, C, H, W], [B, H, W, C] or [B, C]`;
  const given = options.inputShapes?.[name];
  const rank = given ? given.length + 1 : input.shape?.length;
  if (rank !== 2 && rank !== 4) {
    const got = `[${input.shape?.map((length) => length ?? "?") ?? "?"}]`;
    throw new InputError(options.path, expected, got);
  }
  const fileItem = input.shape?.slice(1) ?? [];
  const ours = axes === "BCHW" && rank === 4 ? [fileItem[1], fileItem[2], fileItem[0]] : fileItem;
  const item = (given ?? ours) as Shape;
  if (!item.every((length) => Number.isInteger(length) && length > 0)) {
    const got = `the open shape [${item.map((length) => length ?? "?")}]; give \`inputShapes\``;
    throw new OpenShapeError(options.path, expected, got, name);
  }
  const shape = [openBatch, ...item];
  const sizes = axes === "BCHW" && rank === 4 ? [openBatch, item[2], item[0], item[1]] : shape;
  const node = network.input(name, shape);
  return { kind: "feature", node, axes: rank === 4 ? axes : "BC", sizes, shape: sizes };
}

function readOutput(value: Value | undefined, name: string, context: OperationContext): string {
  if (value?.kind !== "feature") {
    const got = value ? `${value.kind === "constant" ? "fixed numbers" : "lengths"}` : "nothing";
    throw new InputError(context.file, `an output "${name}" that depends on an input`, got);
  }
  const output: ModelNode = {
    name,
    opType: "output",
    inputs: [name],
    outputs: [],
    attributes: new Map(),
  };
  return new Operation(output, [value], context).settled().node;
}

function contextOf(
  model: Model,
  nodes: readonly ModelNode[],
  outputs: readonly string[],
  given: Pick<OperationContext, "file" | "network">,
): OperationContext {
  const reads = new Map<string, number>(outputs.map((name) => [name, 1]));
  for (const { inputs } of nodes) for (const name of inputs) reads.set(name, (reads.get(name) ?? 0) + 1);
  return {
    ...given,
    opset: model.opset,
    fileBatch: model.inputs.map(({ shape }) => shape?.[0]).find((batch) => batch !== undefined),
    reads,
    makers: new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const))),
    nodeMakers: new Map(),
    computed: { count: 0 },
  };
}
