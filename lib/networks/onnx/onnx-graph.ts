/** Builds an ONNX graph node by node and encodes it as a model. */
import type { Shape } from "../layers.js";
import { attributeTypes, elementTypes, modelProto } from "./proto.js";

export type AttributeValue =
  | number
  | string
  | readonly number[]
  /** A float, even where its value is a whole number. */
  | { readonly float: number };

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** The sizes of a value of the graph; a name stands for a size that is open. */
type OpenShape = readonly (number | string)[];

/** The version of the standard operators, and of the file format that came with it. */
const OPSET = 17;
const IR_VERSION = 8;

export class OnnxGraph {
  readonly #nodes: object[] = [];
  readonly #inputs = new Map<string, object>();
  readonly #outputs = new Map<string, object>();
  readonly #constants = new Map<string, object>();
  /** The names of long constants by their values, which would be too long as names. */
  readonly #longNames = new Map<string, string>();
  readonly #read = new Set<string>();
  #count = 0;

  /** Adds a node with one output. @returns the name of the output: `as`, or a new one */
  op(opType: string, inputs: readonly string[], attributes: Attributes = {}, as?: string): string {
    return this.ops(opType, inputs, attributes, [as ?? this.#newName(opType)])[0];
  }

  /** Adds a node with outputs of these names; an empty name leaves an output out. */
  ops(
    opType: string,
    inputs: readonly string[],
    attributes: Attributes,
    outputs: readonly string[],
  ): readonly string[] {
    for (const input of inputs) this.#read.add(input);
    const attribute = Object.entries(attributes).map(([name, value]) => ({ name, ...attributeValue(value) }));
    const name = `${opType}_${this.#nodes.length}`;
    this.#nodes.push({ opType, name, input: inputs, output: outputs, attribute });
    return outputs;
  }

  /** Makes `count` names that are not used yet, for the outputs of one node. */
  newNames(opType: string, count: number): string[] {
    return Array.from({ length: count }, () => this.#newName(opType));
  }

  /** A constant of floats; a single number is a scalar. */
  floats(values: number | readonly number[], shape?: Shape): string {
    const list = typeof values === "number" ? [values] : values;
    return this.#constant(
      Float32Array.from(list),
      shape ?? (typeof values === "number" ? [] : [list.length]),
    );
  }

  /** A constant list of whole numbers: axes, shapes. */
  integers(values: readonly number[]): string {
    return this.#constant(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** A named constant that others may look for: a parameter. */
  initializer(name: string, values: Float32Array, shape: Shape): void {
    this.#constants.set(name, tensorProto(name, values, shape));
  }

  /** Declares a float input, once. */
  input(name: string, shape: OpenShape): string {
    this.#inputs.set(name, valueInfo(name, shape));
    return name;
  }

  /** Makes a value an output of the graph, under the name `as`. */
  output(value: string, shape: OpenShape, as = value): void {
    if (as !== value) this.op("Identity", [value], {}, as);
    this.#outputs.set(as, valueInfo(as, shape));
  }

  /** Whether a node reads this value. */
  reads(value: string): boolean {
    return this.#read.has(value);
  }

  encode(name: string): Uint8Array {
    const graph = {
      node: this.#nodes,
      name,
      initializer: [...this.#constants.values()],
      input: [...this.#inputs.values()],
      output: [...this.#outputs.values()],
    };
    const opsetImport = [{ domain: "", version: OPSET }];
    const message = { irVersion: IR_VERSION, producerName: "rerenderable", graph, opsetImport };
    return modelProto().encode(modelProto().create(message)).finish();
  }

  #newName(opType: string): string {
    return `${opType}:${this.#count++}`;
  }

  #longName(content: string, start: string): string {
    const name = this.#longNames.get(content) ?? `${start}#${this.#longNames.size}`;
    this.#longNames.set(content, name);
    return name;
  }

  #constant(values: Float32Array | BigInt64Array, shape: Shape): string {
    const kind = values instanceof Float32Array ? "float" : "int";
    const content = `constant:${kind}[${shape}]:${values.join(",")}`;
    const name = content.length <= 80 ? content : this.#longName(content, `constant:${kind}[${shape}]`);
    if (!this.#constants.has(name)) this.#constants.set(name, tensorProto(name, values, shape));
    return name;
  }
}

function attributeValue(value: AttributeValue): object {
  if (typeof value === "number") return { i: value, type: attributeTypes.int };
  if (typeof value === "string") return { s: new TextEncoder().encode(value), type: attributeTypes.string };
  if ("float" in value) return { f: value.float, type: attributeTypes.float };
  return { ints: value, type: attributeTypes.ints };
}

function tensorProto(name: string, values: Float32Array | BigInt64Array, shape: Shape): object {
  const dataType = values instanceof Float32Array ? elementTypes.float32 : elementTypes.int64;
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims: shape, dataType, rawData };
}

function valueInfo(name: string, shape: OpenShape): object {
  const dim = shape.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: elementTypes.float32, shape: { dim } } } };
}
